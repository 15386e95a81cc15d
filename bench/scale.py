"""What a great many votes cost: pages at ten votes and at a million, and the end of a round of a million.

The rows are made inside the database, each vote by a person of its own. The round is closed in a process of its own,
as a worker would, whose memory is measured.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import JSON, Engine, cast, column, event, func, insert, literal, select, table, text, update

from bench.scene import Scene, engine_of, fill, session_of
from bench.table import Row
from contests.models import Contest
from tests import services
from tests.databases import Databases
from voting.models import Ballot, BallotVersion, Round, Vote
from webapp.accounts.models import Person

FEW, MANY = 10, 1_000_000
SECRET = "bench-secret-of-no-importance-0123456789"
AGO = timedelta(hours=3)
_numbers = table("numbers", column("i"))


def measure(kind: str, folder: Path, redis_url: str, votes: int = MANY, turns: int = 40) -> list[Row]:
    """Return the rows of one kind of database."""
    folder.mkdir(parents=True, exist_ok=True)
    databases = Databases(folder)
    try:
        sites = [_Site(databases.fresh(kind), redis_url, folder / str(count), count) for count in (FEW, votes)]
        rows = _pages(kind, sites, ("/c/the-vote/ballot", "/c/the-vote/designs"), turns)
        folded = [site.ask("fold") for site in sites][1]
        closed = [site.ask("seal") | site.ask("close") for site in sites][1]
        rows += _pages(kind, sites, ("/c/the-vote/result",), turns)
        return [*rows, *_end(kind, votes, folded, closed)]
    finally:
        databases.close()


def _end(kind: str, votes: int, folded: dict[str, float], closed: dict[str, float]) -> list[Row]:
    note = f"{votes:,} votes"
    return [
        Row(f"fold of the ledger, {kind}", "versions/s", votes / folded["fold"], note=note),
        Row(f"seal, {kind}", "s", closed["seal"], more_is_better=False, goal=1, note=note),
        Row(f"last look at odd ballots, {kind}", "s", closed["look"], more_is_better=False, note=note),
        Row(
            f"roots and tally, {kind}",
            "s",
            closed["roots"] + closed["count"],
            more_is_better=False,
            goal=60,
            note=f"{note}; roots {closed['roots']:.1f} s",
        ),
        Row(f"longest writing transaction of it, {kind}", "s", closed["longest"], more_is_better=False, note=note),
        Row(
            f"memory of roots and tally, {kind}",
            "MB",
            closed["after"],
            closed["before"],
            "before",
            more_is_better=False,
            goal=1.5,
            note=note,
        ),
    ]


def _pages(kind: str, sites: list[_Site], paths: tuple[str, ...], turns: int) -> list[Row]:
    """Ask each page at both sizes in turns."""
    few, many = sites
    rows = []
    for path in paths:
        for site in sites:
            site.get(path)
        counts = [site.statements(path) for site in sites]
        if counts[0] != counts[1]:
            raise RuntimeError(f"{path} asks {counts[0]} statements at {FEW} votes, {counts[1]} at {many.votes}")
        times: list[list[float]] = [[], []]
        for _ in range(turns):
            for site, kept in zip(sites, times, strict=True):
                began = time.perf_counter()
                site.get(path)
                kept.append((time.perf_counter() - began) * 1000)
        lower, upper = (statistics.median(each) for each in times)
        note = f"{many.votes:,} votes, {counts[1]} statements"
        name = f"{path.rpartition('/')[2]} page, {kind}"
        rows.append(Row(name, "ms", upper, lower, f"{few.votes} votes", more_is_better=False, goal=1.2, note=note))
    return rows


class _Site:
    """An installation without servers, whose open round has so many votes."""

    def __init__(self, url: str, redis_url: str, data: Path, votes: int) -> None:
        self.votes = votes
        engine = engine_of(url)
        self.scene = fill(engine, people=5)
        _vote(engine, self.scene, votes)
        engine.dispose()
        self.environ = {
            "FANMADE_DATA": str(data),
            "FANMADE_DATABASE_URL": url,
            "FANMADE_REDIS_URL": redis_url,
            "FANMADE_BASE_URL": "http://localhost",
            "FANMADE_SECRET_KEY": SECRET,
            "FANMADE_LOG_LEVEL": "error",
        }
        self.app = _application(self.environ)
        self.client = self.app.test_client()
        with self.client.session_transaction() as cookie:
            cookie["session_token"] = session_of(1)

    def get(self, path: str) -> None:
        """Ask for a page; raises RuntimeError unless it comes."""
        answer = self.client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status}")

    def statements(self, path: str) -> int:
        """Return how many statements a page asks."""
        from webapp.infra.db import db

        with self.app.app_context():
            engine = db.engine
        with _counting(engine) as found:
            self.get(path)
        return len(found)

    def ask(self, what: str) -> dict[str, float]:
        """Do a step in a process of its own; return its figures."""
        argv = [sys.executable, "-m", "bench.scale", what, str(self.scene.contest_id)]
        done = subprocess.run(
            argv, env={**os.environ, **self.environ}, cwd=services.ROOT, stdout=subprocess.PIPE, check=True
        )
        found: dict[str, float] = json.loads(done.stdout.decode().splitlines()[-1])
        return found


def _application(environ: dict[str, str]) -> Flask:
    from webapp.boot.app import create_app
    from webapp.infra.settings import Settings

    return create_app(replace(Settings.from_env(environ)))


@contextmanager
def _counting(engine: Engine) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _vote(engine: Engine, scene: Scene, votes: int) -> None:
    """Let so many people vote for one design each, the first designs more often; nothing is folded."""
    now, designs = datetime.now(UTC) - AGO, len(scene.design_ids)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE numbers (i INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO numbers VALUES (1)"))
        have = 1
        while have < votes:
            more = min(have, votes - have)
            connection.execute(text(f"INSERT INTO numbers SELECT i + {have} FROM numbers WHERE i <= {more}"))
            have += more
        i = _numbers.c.i
        name = literal("crowd") + cast(i, Person.__table__.c.email.type) + "@example.org"
        people = select(name, literal("Crowd"), literal("18+"), literal(now, Person.__table__.c.created_at.type))
        columns = ["email", "display_name", "age_band", "created_at"]
        connection.execute(insert(Person).from_select(columns, people.select_from(_numbers)))
        crowd = Person.email.like("crowd%")
        first = connection.execute(select(func.min(Person.id)).where(crowd)).scalar_one()
        poll = connection.execute(
            insert(Round).values(contest_id=scene.contest_id, kind="open", budget=5).returning(Round.id)
        ).scalar_one()
        given = select(literal(poll), i + (first - 1), literal(1), literal(1), i * 8191)
        columns = ["round_id", "voter_id", "spent", "version", "number"]
        connection.execute(insert(Ballot).from_select(columns, given.select_from(_numbers)))
        # The remainder's remainder: not all designs are equally liked.
        design = Ballot.number % designs % 29 + scene.design_ids[0]
        said = _json(engine, literal("[") + cast(design, Person.__table__.c.email.type) + "]")
        none, salt = _json(engine, literal("[]")), literal("0" * 32)
        at = literal(now, BallotVersion.__table__.c.at.type)
        mine = Ballot.round_id == poll
        rows = select(Ballot.id, literal(poll), literal(1), said, said, none, salt, at)
        columns = ["ballot_id", "round_id", "version", "choices", "added", "removed", "salt", "at"]
        connection.execute(insert(BallotVersion).from_select(columns, rows.where(mine).order_by(Ballot.id)))
        votes_of = select(literal(poll), Ballot.voter_id, design, design, literal("counted"), literal(1), at, at)
        columns = ["round_id", "voter_id", "submission_id", "revision_id", "state", "value", "received_at", "at"]
        connection.execute(insert(Vote).from_select(columns, votes_of.where(mine)))
        connection.execute(text("DROP TABLE numbers"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _json(engine: Engine, value: Any) -> Any:
    return value if engine.dialect.name == "sqlite" else cast(value, JSON)  # SQLite would make a number of it


def _main(what: str, contest_id: int) -> dict[str, float]:
    """Be the worker: fold the ledger, end the voting and look for odd ballots, or count."""
    from voting import closing

    with _application(dict(os.environ)).app_context():
        round_id = closing.round_to_close(contest_id, "open") or 0
        return {"fold": _fold, "seal": _seal, "close": _close}[what](contest_id, round_id)


def _fold(_contest_id: int, round_id: int) -> dict[str, float]:
    from voting import closing

    began = time.perf_counter()
    while closing.fold(round_id):
        pass
    return {"fold": time.perf_counter() - began}


def _seal(contest_id: int, round_id: int) -> dict[str, float]:
    from voting import closing
    from webapp.infra.db import transaction

    now = datetime.now(UTC)
    with transaction() as session:
        session.execute(update(Contest).where(Contest.id == contest_id).values(picking_at=now - AGO / 2))
    look = closing.BEFORE_COUNT[0]
    return {"seal": _took(lambda: closing.seal(round_id, now)), "look": _took(lambda: look(round_id, now))}


def _close(_contest_id: int, round_id: int) -> dict[str, float]:
    from voting import closing
    from webapp.infra.db import db

    now, before, longest = datetime.now(UTC), _resident(), _longest(db.engine)
    roots, *rest = closing.BEFORE_COUNT[1:]
    found = {"before": before, "roots": _took(lambda: roots(round_id, now))}
    found["count"] = _took(lambda: [step(round_id, now) for step in rest] and closing._publish(round_id, now))
    return {**found, "after": _resident(), "longest": max(longest)}


def _took(step: Any) -> float:
    began = time.perf_counter()
    if not step():
        raise RuntimeError("a step of the close was not done")
    return time.perf_counter() - began


def _longest(engine: Engine) -> list[float]:
    """Collect how long each transaction took from its beginning to its commit."""
    began, found = [0.0], list[float]()
    event.listen(engine, "begin", lambda _connection: began.__setitem__(0, time.perf_counter()))
    event.listen(engine, "commit", lambda _connection: found.append(time.perf_counter() - began[0]))
    return found


def _resident() -> float:
    """Return the most memory this program has held so far, in MB (`getrusage` would tell of its parent's, too)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found.group(1)) / 1024 if found else 0.0


if __name__ == "__main__":
    print(json.dumps(_main(sys.argv[1], int(sys.argv[2]))))
