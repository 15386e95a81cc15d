"""The database: base class, session, transactions, conditional writes.

`transaction()` is the only door to writing. Everything else reads; crowds by `webapp.infra.short_ways`.
"""

import importlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

from flask import g
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as BoundSession
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    CursorResult,
    DateTime,
    Insert,
    Integer,
    MetaData,
    Text,
    bindparam,
    event,
    func,
    select,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import DeclarativeBase, Mapper, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from webapp.infra import drivers, replicas
from webapp.infra.turns import Turn

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BIG = BigInteger().with_variant(Integer, "sqlite")

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_turn = Turn()  # SQLite's writers queue here
BESIDE = "fanmade_beside"
OPEN = "fanmade_open"  # where a session keeps the connection of its open transaction
MANY, THOUSAND = 20, 1000  # rows from which on a list is worth it; rows of one statement
TURN_TIME = 10  # seconds, as long as SQLite itself waits


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps it naive, PostgreSQL with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse naive values: whose midnight would it be?"""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON, int: BIG}


def primary_key() -> Any:
    """Return the usual integer primary key column."""
    return mapped_column(BIG, primary_key=True, autoincrement=True)


class _Session(BoundSession):
    """Reads where the context says (`replicas.reading`), and writes to the primary."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **rest: Any) -> Any:
        """Return the engine for a statement."""
        replica = None if bind is not None or _writing.get() else replicas.engine()
        return replica if replica is not None else super().get_bind(mapper, clause, bind, **rest)


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": _Session})


@contextmanager
def transaction(quiet: bool = False, beside: bool = False) -> Iterator[Session]:
    """Open the one transaction of a use case and commit it; on any exception, roll back.

    Ends whatever read the request had begun. Never nests (raises RuntimeError). What was handed
    to `after_commit` inside runs once the commit stands. `quiet`: it changes nothing that `webapp.infra.kept` keeps.
    `beside`: it is no part of what was asked for (`is_beside`), such as counting that it was asked.
    """
    if _writing.get():
        raise RuntimeError("transaction() does not nest: one use case, one transaction")
    session = db.session()
    session.rollback()
    session.expire_all()
    engine = db.engine
    file = engine.url.database
    queued = engine.dialect.name == "sqlite" and _turn.acquire(file, TURN_TIME)
    token = _writing.set(True)
    quiet_token = _quiet.set(quiet)
    wakes: list[Callable[[], object]] = []
    wakes_token = _wakes.set(wakes)
    session.info[BESIDE] = beside
    replicas.begin()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(OPEN, None)
        session.info.pop(BESIDE, None)
        if queued:
            _turn.release(file)
        _writing.reset(token)
        _quiet.reset(quiet_token)
        _wakes.reset(wakes_token)
    for wake in wakes:
        wake()
    if not beside:
        g.wrote = True
    if replicas.was_taken():  # whoever takes something from sight is told so when nobody sees it any more
        replicas.here().wait()


def is_beside(session: Session) -> bool:
    """Return whether the transaction at work is one `beside` the use case that was asked for."""
    return bool(session.info.get(BESIDE))


def commits() -> int:
    """Return a number that is another one after each commit of this process, but for those of quiet transactions."""
    return _commits


@event.listens_for(db.session, "after_commit")
def _count_commit(session: Session) -> None:
    global _commits
    if not _quiet.get():
        _commits += 1


_commits = 0
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)
_wakes: ContextVar[list[Callable[[], object]] | None] = ContextVar("wakes", default=None)


def after_commit(act: Callable[[], object]) -> None:
    """Run `act` after the surrounding transaction has committed; never when it rolls back.

    For hints only (waking a queue): a process may die between the commit and the act. The same act runs once.
    """
    wakes = _wakes.get()
    if wakes is None:
        raise RuntimeError("after_commit() outside of transaction()")
    if act not in wakes:
        wakes.append(act)


def in_transaction() -> bool:
    """Return whether a use case's transaction is open."""
    return _writing.get()


def run(session: Session, statement: Any, values: Any = None) -> CursorResult[Any]:
    """Execute a statement of tables on the session's connection: the short way where crowds come at once.

    Nothing that waits in the session is flushed before it.
    """
    return connection_of(session).execute(statement, values)


def connection_of(session: Session) -> Connection:
    """Return the connection on which the session's transaction goes on."""
    found: Connection | None = session.info.get(OPEN)
    if found is None or found.closed:
        found = session.connection()
        if _writing.get():
            session.info[OPEN] = found  # asking the session each time costs as much as a small statement
    return found


def insert(session: Session, model: type[Base]) -> Any:
    """Return the dialect's INSERT (it knows ON CONFLICT) for `model`."""
    return insert_of(session.get_bind().dialect.name, model)


def insert_of(dialect: str, target: Any) -> Any:
    """Return the INSERT of a dialect (it knows ON CONFLICT) for a model or a table."""
    return importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert(target)


def insert_once(session: Session, model: type[Base], **values: Any) -> int | None:
    """Insert a row unless a unique constraint forbids it; return its id, or None when it stood already."""
    connection = connection_of(session)
    rows = drivers.run_one(connection, _insert_once(connection.dialect.name, model), values).rows
    return rows[0][0] if rows else None


@cache
def _insert_once(dialect: str, model: type[Base]) -> Insert:
    """Built once for each table: on the way of a vote, building statements costs more than running them."""
    table: Any = model.__table__
    statement = insert_of(dialect, table)
    # RETURNING, not rowcount: psycopg reports -1 for INSERT … ON CONFLICT.
    inserting: Insert = statement.on_conflict_do_nothing().returning(table.c.id)
    return inserting


def insert_many_once(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows, all with the same columns, skipping those a unique constraint forbids; return the new ids."""
    if not rows:
        return []
    session.flush()  # what they point at is written before them
    connection = connection_of(session)
    if connection.dialect.name == "postgresql" and len(rows) >= MANY:
        statement = _insert_listed(model, tuple(rows[0]))
        parts = (rows[start : start + THOUSAND] for start in range(0, len(rows), THOUSAND))
        return [each for part in parts for each in connection.execute(statement, {"rows": listed(part)}).scalars()]
    # The library makes one statement of each thousand, from the one that was built.
    return list(connection.execute(_insert_once(connection.dialect.name, model), rows).scalars())


@cache
def _insert_listed(model: type[Base], names: tuple[str, ...]) -> Any:
    """An INSERT of rows that come as one value, a list in JSON: a thousand rows are sixteen thousand values else."""
    table: Any = model.__table__
    columns = [Column(name, table.c[name].type) for name in names]
    rows = func.json_to_recordset(cast_to(bindparam("rows", type_=Text), JSON)).table_valued(*columns)
    chosen = select(*rows.render_derived(name="listed", with_types=True).c)
    statement = insert_of("postgresql", table).from_select(list(names), chosen)
    return statement.on_conflict_do_nothing().returning(table.c.id)


def listed(rows: Sequence[dict[str, Any]]) -> str:
    """Return rows as JSON for the database to read: instants with their zone, what is JSON itself as it is."""
    return json.dumps(rows, default=lambda value: value.isoformat())


def changed(session: Session, statement: Any) -> int:
    """Execute an UPDATE or DELETE and return how many rows it changed: the answer of a race."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    return int(cast("CursorResult[Any]", result).rowcount)


@event.listens_for(Mapper, "after_mapper_constructed")
def _dispatch_at_once(mapper: Mapper[Any], class_: type) -> None:
    """Give each attribute what its events go by. SQLAlchemy would look for it first, and to look for an attribute
    that is not there makes an expression of the column: for all of them 3 MB in each process."""
    for attribute in mapper.class_manager.attributes:
        attribute._slots_dispatch = type(attribute).dispatch._for_instance(attribute)
