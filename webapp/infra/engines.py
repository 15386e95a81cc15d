"""Engines: what each connection is told when it is made, begun, given back and taken again."""

import time
from threading import local
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

from webapp.infra import one_clock, readings
from webapp.infra.db import in_transaction

RESTED = 1.0  # seconds in a pool after which a connection is tried before it is used
ALONE = "fanmade_alone"  # execution option of connections that read outside of transactions

HEAP = 4 * 1024**2  # bytes that all connections of a web process hold together
STATEMENTS = 32  # of each SQLite connection: 10 kB each; to prepare one again takes 20 µs
peeking = local()  # `now`: this thread is in `short_ways.peek`


def install_hooks(engine: Engine) -> None:
    """Give SQLite connections durable, concurrent settings and explicit BEGIN statements; try PostgreSQL's first."""
    readings.follow(engine)
    if engine.dialect.name != "sqlite":
        _try_rested(engine)
        one_clock.follow(engine)
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the begin event below speaks BEGIN, not the driver
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "cache_size=-20000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        if connection.get_execution_options().get(ALONE):
            return  # a single SELECT is a transaction by itself
        # A reader that upgrades to a writer fails at once in WAL mode, whatever the busy timeout:
        # so whoever means to write says so at the start.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if in_transaction() else "BEGIN")


def bound_memory(engine: Engine) -> None:
    """Let SQLite's connections of this process, one of each thread, not grow with the database, 20 MB each.

    What they don't keep is in the system's memory, which is as fast: the heap is for sorting in jobs, which have one.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA soft_heap_limit={HEAP}")


def of_standby(address: str, **options: Any) -> Engine:
    """Return the engine for a standby: one that is away is noticed soon, since all can be read elsewhere."""
    soon = {"connect_timeout": 2, "tcp_user_timeout": 2000, **options.pop("connect_args", {})}
    engine = create_engine(address, **{**options, "pool_timeout": 1, "connect_args": soon})
    _try_rested(engine)
    return engine


def _try_rested(engine: Engine) -> None:
    """Ask connections that have rested whether they still stand. One used a moment ago is not asked: in a crowd
    that would be a round trip more for each transaction, and should it have broken, the answer is a 503."""

    @event.listens_for(engine, "checkin")
    def _rest(connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _try(connection: Any, record: Any, place: Any) -> None:
        rested = time.monotonic() - record.info.get("rests_since", time.monotonic()) >= RESTED
        peeked = connection.autocommit and not getattr(peeking, "now", False)
        if not (rested or peeked):
            return
        try:
            if rested:
                engine.dialect.do_ping(connection)
            if peeked:
                connection.autocommit = False
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError() from None  # the pool makes a new one, and drops the others as well
