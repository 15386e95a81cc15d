"""Work behind the requests: a fact through outbox and queue, many in a row and one by one."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from redis import Redis
from rq import Queue
from rq.timeouts import TimerDeathPenalty

from bench.table import Row
from tests.databases import Databases
from webapp.boot.app import create_app
from webapp.boot.worker import AppWorker, work
from webapp.infra import outbox
from webapp.infra import queue as app_queue
from webapp.infra.db import db, transaction
from webapp.infra.settings import Settings
from webapp.kernel.facts import Fact

FACTS, ONE_BY_ONE = 200, 200
LATE = "bench:late"  # a list in Redis


@dataclass(frozen=True)
class Nothing(Fact):
    """A fact nobody minds."""

    number: int


@dataclass(frozen=True)
class Sent(Fact):
    """A fact that says when it was sent."""

    sent: float


class _Worker(AppWorker):
    death_penalty_class = TimerDeathPenalty  # the alarm signal belongs to the main thread


def hear(number: int) -> None:
    """Do nothing: what is measured is the way here."""


def note(sent: float) -> None:
    """Write down how long it took from before the transaction until here: the clock is the machine's."""
    app_queue.connection().rpush(LATE, time.monotonic() - sent)


def measure(kind: str, folder: Path, redis_url: str, rounds: int) -> list[Row]:
    """Return the rows of one kind of database."""
    with application(kind, folder, redis_url) as (app, environ):
        turns = [(_through_the_outbox(app), _bare_jobs(app)) for _ in range(rounds)]
        (through, bare), cpu = _medians([[each[0] for each in turn] for turn in turns]), _ratio_of_processor(turns)
        late = sorted(each * 1000 for each in _one_by_one(environ))
        return [
            Row(
                f"fact: outbox, queue, done, {kind}", "ms each", through, bare, "RQ job",
                more_is_better=False, goal=2, note=f"same worker class; by processor time {cpu:.2f}",
            ),
            Row(
                f"fact to its handler, idle, {kind}", "ms, p95", late[len(late) * 95 // 100],
                more_is_better=False, goal=100, note=f"p50 {statistics.median(late):.1f}, of {len(late)} one by one",
            ),
        ]  # fmt: skip


def _medians(turns: list[list[float]]) -> list[float]:
    return [statistics.median(each) for each in zip(*turns, strict=True)]


def _ratio_of_processor(turns: list[tuple[tuple[float, float], tuple[float, float]]]) -> float:
    through, bare = _medians([[each[1] for each in turn] for turn in turns])
    return through / bare


@contextlib.contextmanager
def application(
    kind: str, folder: Path, redis_url: str, mail_url: str = "mailbox:"
) -> Iterator[tuple[Flask, Mapping[str, str]]]:
    """Give an application on a database of its own, within its context, and its environment for other processes."""
    folder.mkdir(parents=True, exist_ok=True)
    databases = Databases(folder)
    environ = {
        "FANMADE_DATA": str(folder / "data"),
        "FANMADE_DATABASE_URL": databases.fresh(kind),
        "FANMADE_REDIS_URL": redis_url,
        "FANMADE_LOG_LEVEL": "error",
        "FANMADE_MAIL_URL": mail_url,
        "FANMADE_SECRET_KEY": "bench-secret-of-no-importance-0123456789",
    }
    try:
        app = _subscribed(environ)
        with app.app_context():
            yield app, {**os.environ, **environ}
            db.session.remove()
            db.engine.dispose()
    finally:
        databases.close()


def _subscribed(environ: Mapping[str, str]) -> Flask:
    app = create_app(Settings.from_env(environ))
    app.extensions["fanmade.outbox"].subscribe(Nothing, [hear])
    app.extensions["fanmade.outbox"].subscribe(Sent, [note])
    return app


def serve() -> None:
    """Be a worker of facts that knows the facts of this bench: the process `_one_by_one` starts."""
    work(_subscribed(os.environ), ["outbox"])


def _one_by_one(environ: Mapping[str, str]) -> list[float]:
    """Record facts for a worker that has nothing else to do, each when the one before was heard; return seconds."""
    worker = subprocess.Popen([sys.executable, "-c", "import bench.jobs; bench.jobs.serve()"], env=dict(environ))
    redis = app_queue.connection()
    try:
        late = []
        for number in range(ONE_BY_ONE + 1):
            with transaction() as session:
                outbox.record(session, Sent(time.monotonic()))
            found = _heard(redis, worker)
            late += [found] if number else []  # the first one waits until the worker has begun
        return late
    finally:
        worker.terminate()
        worker.wait(60)


def _heard(redis: Redis, worker: subprocess.Popen[bytes]) -> float:
    ends = time.monotonic() + 120
    while not (found := redis.lpop(LATE)):
        if worker.poll() is not None or time.monotonic() > ends:
            raise RuntimeError("the worker does not hear")
        time.sleep(0.02)
    return float(found)  # type: ignore[arg-type]


def _through_the_outbox(app: Flask) -> tuple[float, float]:
    for number in range(FACTS):
        with transaction() as session:
            outbox.record(session, Nothing(number))
    return _work(app, "outbox")


def _bare_jobs(app: Flask) -> tuple[float, float]:
    with _queue(app, "bare") as queue:
        for number in range(FACTS):
            queue.enqueue_call("bench.jobs.hear", args=(number,), result_ttl=0)
    return _work(app, "bare")


def _work(app: Flask, name: str) -> tuple[float, float]:
    """Let a worker empty the queue; return milliseconds a job, by the clock and of the processor."""
    _Worker.app = app
    with _queue(app, name) as queue:
        began, worked = time.perf_counter(), time.process_time()
        _Worker([queue], connection=queue.connection, serializer="json").work(burst=True, logging_level="ERROR")
        took = time.perf_counter() - began, time.process_time() - worked
        return took[0] / FACTS * 1000, took[1] / FACTS * 1000


@contextlib.contextmanager
def _queue(app: Flask, name: str) -> Iterator[Queue]:
    with contextlib.closing(Redis.from_url(app.extensions["fanmade.redis.worker"])) as connection:
        yield Queue(name, connection=connection, serializer="json")
