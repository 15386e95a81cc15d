"""The ticker: periodic work. Any number may run at once: each task is idempotent."""

import signal
import threading
import time
from collections.abc import Callable

import structlog
from flask import Flask
from redis.exceptions import RedisError

from webapp.infra import one_clock, queue, tracing
from webapp.infra.db import db

log = structlog.get_logger()
Task = tuple[str, float, Callable[[], object]]


def run(app: Flask, tasks: list[Task]) -> None:
    """Call each (name, seconds, function) every so many seconds until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with app.app_context():
        one_clock.learn_at_start(db.engine)
    due = {name: 0.0 for name, _seconds, _task in tasks}
    while not stop.is_set():
        for name, seconds, task in tasks:
            if time.monotonic() >= due[name] and not stop.is_set():
                tick(app, name, task)
                due[name] = time.monotonic() + seconds
        stop.wait(0.2)


def tick(app: Flask, name: str, task: Callable[[], object]) -> None:
    """Run one task in a context of its own; its failure is logged and never stops the others."""
    with app.app_context():
        try:
            task()
        except Exception as error:  # the next tick tries again, whatever it was
            log.exception("tick failed", task=name)
            tracing.report(error)
        finally:
            db.session.remove()


def heartbeat() -> None:
    """Leave a sign of life in Redis."""
    try:
        queue.connection().set("ticker:heard", str(time.time()), ex=120)
    except RedisError as error:
        log.warning("no Redis for the heartbeat", error=str(error))
