"""Backup and restore by the written steps alone, while fans go on voting: into an empty place, on either database."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, Table, create_engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bench.scene import add_people, fill
from tests import services
from tests.databases import Databases
from tests.faults.counts import FULL, Counted, must_fail, times
from tests.faults.machines import environment, fanmade
from tests.faults.site import Site
from tests.faults.swarm import Swarm
from tests.faults.test_changes import Client, Stage, published, stage, written
from voting import service
from voting.bundle.models import ResultBundle
from webapp.boot import backup
from webapp.boot.app import create_app
from webapp.infra.db import db

pytestmark = pytest.mark.timeout(900)
RATE, LEAST = 280, 200  # votes a second that are asked for; where clients and site share two cores some are late
VOTERS = times(64, 480)
ELSEWHERE = 1_000_000  # from here on the numbers of people who do nothing
OTHER = {"sqlite": "postgres", "postgresql": "sqlite"}
SAME = {"sqlite": "sqlite", "postgresql": "postgres"}


def steps(verb: str) -> list[list[str]]:
    """The commands that docs/operating.md gives for one of both, without `fanmade`, in their order."""
    section = (services.ROOT / "docs" / "operating.md").read_text().partition("\n## Backup and restore\n")[2]
    lines = re.findall(r"^    fanmade ([^#\n]+)", section.partition("\n## ")[0], re.MULTILINE)
    wanted = {"backup": ("backup",), "restore": ("restore", "recount")}[verb]
    named = [re.sub(r"/\S*\$\([^)]*\)\S*", "FILE", line).split() for line in lines]
    return [words for words in named if words[0] in wanted]


@pytest.mark.alone
@pytest.mark.ordinarily("sqlite")
def test_restored_by_the_written_steps(
    fallible: Site, databases: Databases, redis_url: str, counted: Counted, tmp_path: Path
) -> None:
    counted_before = stage(fallible.engine)
    client = Client(fallible, counted_before.fans[:4], sorted(counted_before.designs), seed=1)
    for _ in range(8):
        client.act()
    published(fallible, counted_before)  # a result that has to verify afterwards
    with Session(fallible.engine) as session, session.begin():  # something to read while they vote
        add_people(session, times(100, 30_000), datetime.now(UTC), ELSEWHERE)
    made, file = stage(fallible.engine, VOTERS), tmp_path / "fanmade.tar"
    begun, writes = back_up(fallible, made, file)
    counted(**writes, bytes=file.stat().st_size)
    kind = fallible.engine.dialect.name
    # An ordinary run restores into the other kind only: that way every value is read and written by both.
    for into in (SAME[kind], OTHER[kind]) if FULL else (OTHER[kind],):
        environ = environment(databases.fresh(into, migrated=False), redis_url, tmp_path / into)
        for command in steps("restore"):
            fanmade(environ, *(str(file) if word == "FILE" else word for word in command))
        engine = create_engine(environ["FANMADE_DATABASE_URL"])
        whole(engine, made, begun)
        verify(engine, environ, tmp_path / into)
        engine.dispose()


def back_up(site: Site, made: Stage, file: Path) -> tuple[dict[int, int], dict[str, int]]:
    """Back up while fans vote at a steady rate; return how many ballots each had been told of when it began."""
    swarm, stop = Swarm(make_url(site.server.base_url).port or 0, made, RATE), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        voting, first = pool.submit(swarm.run, stop.is_set), time.monotonic()
        try:
            while swarm.done < times(100, 6000) and not voting.done():
                time.sleep(0.05)
            begun, before, began = {fan.person_id: len(fan.ballots) for fan in made.fans}, swarm.done, time.monotonic()
            for command in steps("backup"):
                site.server.fanmade(*(str(file) if word == "FILE" else word for word in command))
            during, seconds = swarm.done - before, time.monotonic() - began
        finally:
            stop.set()
        voting.result()
    assert during, "nothing was written during the backup: this run proves nothing"
    rates = {"a_second_before": int(before / (began - first)), "a_second_during": int(during / seconds)}
    assert not FULL or rates["a_second_during"] >= LEAST, f"too few votes were acknowledged during the backup: {rates}"
    return begun, {"writes": swarm.done, "writes_during": during, "seconds": int(seconds), **rates}


def whole(engine: Engine, made: Stage, begun: dict[int, int] | None = None) -> None:
    """Each fan's ledger is what was acknowledged up to some moment after `begun`; the votes are its last."""
    kept, standing = written(engine, made)
    for fan in made.fans:
        told = [{made.designs[code] for code in ballot} for ballot in fan.ballots]
        mine = kept[fan.person_id]
        assert mine == told[: len(mine)], f"the ledger of fan {fan.number} is not what was acknowledged"
        assert len(mine) >= (begun or {}).get(fan.person_id, 0), f"a vote of fan {fan.number} is lost"
        assert standing[fan.person_id] == (mine[-1] if mine else set()), f"the votes of fan {fan.number} are half there"


def verify(engine: Engine, environ: dict[str, str], folder: Path) -> None:
    """Every published bundle is there as it was, and verifies by its fingerprint."""
    with engine.connect() as connection:
        digests = connection.scalars(select(ResultBundle.sha256)).all()
    assert digests
    for digest in digests:
        (found,) = [path for path in (folder / "files").rglob("*") if digest in path.name]
        assert "All is well" in fanmade(environ, "verify", found, "--digest", digest)


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_a_vote_that_lands_between_two_tables(
    app: Flask, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """With one snapshot of all tables, and with each table as it is when its turn comes."""
    fill(db.engine, people=2, designs=1)
    made = stage(db.engine)
    fan, (first, second, *_), now = made.fans[0], sorted(made.designs), datetime.now(UTC)
    service.cast(made.designs[first], fan.person_id, "gallery", now)
    fan.told(frozenset([first]))
    dump, tables = backup._dump, []

    def dumping(connection: Connection, table: Table, spool: Any) -> int:
        if not guarded:
            connection.rollback()
        if table.name in ("votes", "ballot_versions"):
            tables.append(table.name)
            if len(tables) == 2:  # between the two that must agree
                service.cast(made.designs[second], fan.person_id, "gallery", now)
                fan.told(frozenset([first, second]))
        return dump(connection, table, spool)

    monkeypatch.setattr(backup, "_dump", dumping)
    backup.write(tmp_path / "b.tar")
    other = replace(app.config["SETTINGS"], data=tmp_path / "other", database_url=databases.fresh("sqlite"))
    with create_app(other).app_context():
        backup.read(tmp_path / "b.tar")
        if guarded:
            whole(db.engine, made, {fan.person_id: 1})
        else:
            with must_fail("fan"):
                whole(db.engine, made, {fan.person_id: 1})
