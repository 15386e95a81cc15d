"""One clock for all machines: the database's.

Web machines, workers and tickers may have clocks that differ by seconds; who was in time must not depend on which of
them was reached. So every process learns from PostgreSQL by how much its own is off, and corrects `now` by it; and
where a vote's time is written, PostgreSQL is asked within the transaction itself, in a statement that is made anyway:
`received` takes away from its answer what has passed since the request came. SQLite's file has one machine, and
its clock.
"""

import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask, g, has_request_context
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError

from webapp.kernel import now as clock

EVERY = 10.0  # seconds between two questions of a process
TOLD = 1.0  # seconds: a machine that is off by more is named in the log

log = structlog.get_logger()
_asked = float("-inf")


def init_app(app: Flask) -> None:
    """Note of each request when it came."""
    app.before_request(_note)


def follow(engine: Engine) -> None:
    """Let this process learn PostgreSQL's time with its first connection, and again every few seconds."""

    @event.listens_for(engine, "connect")
    def _first(connection: Any, record: Any) -> None:
        _ask_in_time(engine, connection)

    @event.listens_for(engine, "checkout")
    def _again(connection: Any, record: Any, place: Any) -> None:
        _ask_in_time(engine, connection)


def learn_at_start(engine: Engine) -> None:
    """Learn the database's time before the first work is done; with the database away, with its return."""
    if engine.dialect.name == "sqlite":
        return
    with suppress(DBAPIError), engine.connect():
        pass  # `follow` asks


def received(told: datetime | None, now: datetime) -> datetime:
    """Return when the present request came, by the clock of the database, which `told` its time just now.

    Outside of a request, and where the database has no clock of its own (None), that is `now`.
    """
    if told is None or not has_request_context() or "came" not in g:
        return now
    return clock.as_now(told - timedelta(seconds=time.monotonic() - g.came))


def _note() -> None:
    g.came = time.monotonic()


def _ask_in_time(engine: Engine, connection: Any) -> None:
    global _asked
    if time.monotonic() - _asked < EVERY:
        return
    _asked = time.monotonic()
    try:
        off = clock.learn(*_ask(connection))
    except engine.dialect.loaded_dbapi.Error:  # whoever uses it next is told
        _asked = float("-inf")
        return
    if abs(off.total_seconds()) > TOLD:
        log.warning("this machine's clock is off", seconds=round(off.total_seconds(), 1))


def _ask(connection: Any) -> tuple[datetime, datetime, datetime]:
    with connection.cursor() as cursor:
        asked = clock.uncorrected()
        told = cursor.execute("SELECT clock_timestamp()").fetchone()[0]
        answered = clock.uncorrected()
    connection.rollback()
    return asked, told, answered
