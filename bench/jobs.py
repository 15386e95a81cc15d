"""Work behind the requests: a fact through outbox and queue, and telling many people at once."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from redis import Redis
from rq import Queue
from rq.timeouts import TimerDeathPenalty

from bench.table import Row, alternating
from tests.databases import Databases
from webapp.boot.app import create_app
from webapp.boot.worker import AppWorker
from webapp.infra import outbox
from webapp.infra.db import db, transaction
from webapp.infra.settings import Settings
from webapp.kernel.facts import Fact

FACTS, FANS = 200, 5000


@dataclass(frozen=True)
class Nothing(Fact):
    """A fact nobody minds."""

    number: int


class _Worker(AppWorker):
    death_penalty_class = TimerDeathPenalty  # the alarm signal belongs to the main thread


def hear(number: int) -> None:
    """Do nothing: what is measured is the way here."""


def measure(kind: str, folder: Path, redis_url: str, rounds: int) -> list[Row]:
    """Return the rows of one kind of database."""
    with _application(kind, folder, redis_url) as app:
        through, bare = alternating(rounds, lambda: _through_the_outbox(app), lambda: _bare_jobs(app))
        return [
            Row(
                f"fact: outbox, queue, done, {kind}", "ms each", through, bare, "RQ job",
                more_is_better=False, goal=2, note="same worker class",
            ),
            Row(f"notices to many, {kind}", "rows/s", _notices(0), goal=5000, note="inbox rows only"),
            Row(f"notices with mails, {kind}", "people/s", _notices(1), note="two rows each"),
        ]  # fmt: skip


@contextlib.contextmanager
def _application(kind: str, folder: Path, redis_url: str) -> Iterator[Flask]:
    folder.mkdir(parents=True, exist_ok=True)
    databases = Databases(folder)
    environ = {
        "FANMADE_DATA": str(folder / "data"),
        "FANMADE_DATABASE_URL": databases.fresh(kind),
        "FANMADE_REDIS_URL": redis_url,
        "FANMADE_LOG_LEVEL": "error",
    }
    try:
        app = create_app(Settings.from_env(environ))
        app.extensions["fanmade.outbox"].subscribe(Nothing, [hear])
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
    finally:
        databases.close()


def _through_the_outbox(app: Flask) -> float:
    for number in range(FACTS):
        with transaction() as session:
            outbox.record(session, Nothing(number))
    return _work(app, "outbox")


def _bare_jobs(app: Flask) -> float:
    with _queue(app, "bare") as queue:
        for number in range(FACTS):
            queue.enqueue_call("bench.jobs.hear", args=(number,), result_ttl=0)
    return _work(app, "bare")


def _work(app: Flask, name: str) -> float:
    """Let a worker empty the queue; return milliseconds a job."""
    _Worker.app = app
    with _queue(app, name) as queue:
        began = time.perf_counter()
        _Worker([queue], connection=queue.connection, serializer="json").work(burst=True, logging_level="ERROR")
        return (time.perf_counter() - began) / FACTS * 1000


@contextlib.contextmanager
def _queue(app: Flask, name: str) -> Iterator[Queue]:
    with contextlib.closing(Redis.from_url(app.extensions["fanmade.redis.worker"])) as connection:
        yield Queue(name, connection=connection, serializer="json")


def _notices(mails: int) -> float:
    from webapp.accounts.models import Person
    from webapp.notices.store import notify

    now = datetime.now(UTC)
    with transaction() as session:
        first = {"created_at": now, "display_name": "Fan"}
        people = [Person(email=f"{mails}-{n}@example.org" if mails else None, **first) for n in range(FANS)]
        session.add_all(people)
        session.flush()
        ids = [person.id for person in people]
    began = time.perf_counter()
    with transaction() as session:
        told = notify(session, ids, "contest-opened", f"bench:{mails}", {"path": "/", "title": "T", "artist": "A"}, now)
    assert told == FANS
    return FANS / (time.perf_counter() - began)
