"""Poison among good jobs: what raises, hangs, kills its worker or can't be read delays nobody, ends with a reason."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import redis
from flask import Flask
from sqlalchemy import insert, select, text, update

from tests import services
from tests.faults.counts import Counted, must_fail, times
from webapp.accounts import store
from webapp.accounts.models import Person
from webapp.boot.worker import AppWorker
from webapp.infra import outbox, queue
from webapp.infra.db import db, transaction
from webapp.infra.outbox import Delivery, Registry
from webapp.kernel.facts import Fact
from webapp.watch import jobs

GOOD, HANG = times(40, 500), 2.0
UNREADABLE = ("stamp in", "time at", "kind at", "xff")  # of what `plant` plants; RQ itself fails the rest


@dataclass(frozen=True)
class Poisoned(Fact):
    """Something that one of the handlers below is told."""

    number: int


class Kitchen:
    """Handlers, good and bad, and what was done: the number of each good fact, and how late it was told."""

    def __init__(self, app: Flask) -> None:
        self.told: list[int] = []
        self.late: list[float] = []
        self.overslept = 0
        self.cured = False
        self.began = time.monotonic()
        registry: Registry = app.extensions["fanmade.outbox"]
        self.handlers = registry.handlers
        self.own = {
            "good": self.good,
            "raises": self.raises,
            "hangs": self.hangs,
            "eats": self.eats,
            "reads": self.good,
        }
        self.handlers |= {f"kitchen.{name}": act for name, act in self.own.items()}

    def good(self, number: int) -> None:
        """Do it."""
        self.told.append(number)
        self.late.append(time.monotonic() - self.began)

    def raises(self, number: int) -> None:
        """Fail."""
        if not self.cured:
            raise LookupError("the third wheel is missing")

    def eats(self, number: int) -> None:
        """Ask for more memory than there is."""
        if not self.cured:
            bytearray(1 << 60)

    def hangs(self, number: int) -> None:
        """Do not come back."""
        ends = time.monotonic() + HANG
        while time.monotonic() < ends and not self.cured:
            time.sleep(0.01)
        self.overslept += not self.cured

    def serve(self, name: str, number: int) -> int:
        """Record a fact for one handler; return its delivery."""
        with transaction() as session:
            fact_id = outbox.record(session, Poisoned(number))
            row = {
                "fact_id": fact_id,
                "handler": f"kitchen.{name}",
                "not_before": outbox.now(),
                "attempts": 0,
                "error": "",
            }
            delivery: int = session.execute(insert(Delivery).returning(Delivery.id), row).scalar_one()
        queue.enqueue("outbox", "webapp.infra.outbox.deliver", delivery)
        return delivery


@pytest.fixture
def a_person(app: Flask) -> int:
    """Somebody who is no operator yet."""
    with transaction() as session:
        return store.add_person(session, "olive@example.org", "Olive", outbox.now())


@pytest.fixture
def kitchen(app: Flask, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kitchen]:
    """The handlers, and patience for few tries: two hundred take as long as they take."""
    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 3)
    monkeypatch.setattr(outbox, "MAX_SLOW", 2)
    monkeypatch.setitem(queue.TIME_LIMITS, "outbox", 1)
    monkeypatch.setitem(queue.TIME_LIMITS, "exports", 1)
    kept = dict(app.extensions["fanmade.outbox"].handlers)
    yield Kitchen(app)
    app.extensions["fanmade.outbox"].handlers = kept


def test_poison_among_good_jobs(
    app: Flask, client: Any, sign_in: Any, a_person: int, kitchen: Kitchen, clock: Any, run_jobs: Any, counted: Counted
) -> None:
    bad = check(app, kitchen, run_jobs)
    late = sorted(kitchen.late)
    counted(good=len(late), bad=len(bad) + 1, p95_ms=int(late[int(len(late) * 0.95)] * 1000))
    end_with_reasons(bad, clock, run_jobs)
    with transaction() as session:
        session.execute(update(Person).where(Person.id == a_person).values(is_operator=True))
    sign_in(client, a_person)
    page = client.get("/operator").text
    for reason in ("the third wheel is missing", "MemoryError", "took too long", "the worker died", "JSON"):
        assert reason in page, reason
    assert "can&#39;t be read" in client.get("/operator/system").text
    kitchen.cured = True
    for delivery in bad.values():
        assert client.post(f"/operator/deliveries/{delivery}/retry").status_code == 302
    mend(bad["reads"])
    run_jobs(kits=False)
    assert owed() == []


def test_poison_control_nothing_is_cut_short(
    app: Flask, kitchen: Kitchen, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(queue.TIME_LIMITS, "outbox", 300)
    with must_fail("hangs was left to hang"):
        check(app, kitchen, run_jobs)


def test_poison_control_nobody_sets_aside_what_cannot_be_read(
    app: Flask, kitchen: Kitchen, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AppWorker, "_reading", lambda self, act, *args, **kwargs: act(*args, **kwargs))
    with must_fail("has no reason"):
        check(app, kitchen, run_jobs)


def check(app: Flask, kitchen: Kitchen, run_jobs: Callable[..., int]) -> dict[str, int]:
    """Serve poison among good facts; one turn of one worker tells all the good ones. Return the bad deliveries."""
    bad = {name: kitchen.serve(name, -1) for name in ("raises", "hangs", "eats", "reads")}
    spoil(bad["reads"])
    plant(app, "at the head")
    for number in range(GOOD):
        kitchen.serve("good", number)
        if number == GOOD // 2:
            bad["dies"] = kitchen.serve("good", -2)
            die(bad["dies"])
            plant(app, "in the midst")
    kitchen.began = time.monotonic()
    run_jobs("outbox", sweep=False)
    assert sorted(kitchen.told) == list(range(GOOD)), "good ones were not told"
    assert not kitchen.overslept, "hangs was left to hang"
    reasons = " ".join(each.does for each in jobs.failed(queue.connection()) if "unreadable" in each.does)
    for name in UNREADABLE:
        assert name in reasons, f"{name}: what can't be read has no reason"
    return bad


def end_with_reasons(bad: dict[str, int], clock: Any, run_jobs: Callable[..., int]) -> None:
    """Let the hours pass in which all of it is tried again, until it is given up."""
    for _ in range(outbox.MAX_DEATHS + 2):
        clock.advance(hours=1)
        outbox.sweep()
        for delivery in owed():
            if delivery == bad["dies"]:
                die(delivery)
        run_jobs()
    assert owed() == []
    db.session.rollback()
    failed = db.session.scalars(select(Delivery.id).where(Delivery.failed_at.is_not(None), Delivery.error != ""))
    assert set(failed) == set(bad.values())


def owed() -> list[int]:
    """Deliveries that are neither done nor given up."""
    db.session.rollback()
    return list(db.session.scalars(select(Delivery.id).where(Delivery.done_at.is_(None), Delivery.failed_at.is_(None))))


def die(delivery: int) -> None:
    """What a worker leaves that is killed while it is at a delivery."""
    moment = outbox.now()
    taken = {"delivery": delivery, "moment": moment, "until": moment + outbox.LEASE}
    assert outbox.strike(outbox._TAKE, taken)


def spoil(delivery: int) -> None:
    """Let a fact be unreadable: on PostgreSQL, which keeps JSON only, of another shape."""
    words = "{not json" if db.engine.dialect.name == "sqlite" else '"JSON of another shape"'
    _payload(delivery, words)


def mend(delivery: int) -> None:
    """Make it readable again."""
    _payload(delivery, json.dumps({"number": 0}))


def _payload(delivery: int, words: str) -> None:
    kind = "" if db.engine.dialect.name == "sqlite" else "::json"
    with transaction() as session:
        fact = session.scalar(select(Delivery.fact_id).where(Delivery.id == delivery))
        session.execute(text(f"UPDATE facts SET payload = (:words){kind} WHERE id = :id"), {"words": words, "id": fact})


def plant(app: Flask, where: str) -> None:
    """Push what no RQ ever wrote: garbage for a job, a job without its data, one of a function that is not there."""
    good = zlib.compress(json.dumps(["time.sleep", None, [0], {}]).encode())
    gone = zlib.compress(json.dumps(["no.such.thing", None, [1], {}]).encode())
    at = {"created_at": "2026-01-01T00:00:00.000000Z", "origin": "outbox", "status": "queued", "timeout": "300"}
    planted: dict[str, Any] = {
        f"stamp {where}": {**at, "created_at": "yesterday", "data": good},
        f"time {where}": {**at, "timeout": "soon", "data": good},
        f"bytes {where}": {**at, "data": b"\xff\xfe"},
        f"gone {where}": {**at, "data": gone},
        f"empty {where}": None,
        f"kind {where}": "a string",
    }
    with redis.Redis.from_url(app.extensions["fanmade.redis.worker"]) as client:
        for name, fields in planted.items():
            if isinstance(fields, dict):
                client.hset(f"rq:job:{name}", mapping=fields)
            elif fields:
                client.set(f"rq:job:{name}", fields)
            client.lpush("rq:queue:outbox", name) if "head" in where else client.rpush("rq:queue:outbox", name)
        client.rpush("rq:queue:outbox", b"\xff\xfe")


_EATS = """
import sys
from webapp.boot import worker
if sys.argv[1] == "guarded": worker.limit_memory()
try:
    bytearray(worker.MEMORY + (1 << 20))
except MemoryError:
    print("refused")
"""


@pytest.mark.parametrize("guard", ["guarded", "control"])
def test_a_job_that_eats_memory_fails_before_the_machine_does(guard: str) -> None:
    """What is asked for is never touched: the control costs the machine nothing."""
    argv = [sys.executable, "-c", _EATS, guard]
    said = subprocess.run(argv, cwd=services.ROOT, capture_output=True, text=True, check=True).stdout
    assert (said.strip() == "refused") is (guard == "guarded")
