"""The database: base class, session, transactions, conditional writes.

`transaction()` is the only door to writing. Everything else reads.
"""

import importlib
import json
import time
from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from threading import local
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    CursorResult,
    DateTime,
    Engine,
    Insert,
    Integer,
    MetaData,
    Row,
    Text,
    bindparam,
    event,
    func,
    select,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from webapp.infra import one_clock
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
_peeking = local()  # `now`: this thread is in `peek`
_turn = Turn()  # SQLite's writers queue here
RESTED = 1.0  # seconds in a pool after which a connection is tried before it is used
BESIDE = "fanmade_beside"
OPEN = "fanmade_open"  # where a session keeps the connection of its open transaction
ALONE = "fanmade_alone"  # execution option of connections that read outside of transactions
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


db = SQLAlchemy(metadata=Base.metadata)


def install_hooks(engine: Engine) -> None:
    """Give SQLite connections durable, concurrent settings and explicit BEGIN statements; try PostgreSQL's first."""
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
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _try_rested(engine: Engine) -> None:
    """Ask connections that have rested whether they still stand. One used a moment ago is not asked: in a crowd
    that would be a round trip more for each transaction, and should it have broken, the answer is a 503."""

    @event.listens_for(engine, "checkin")
    def _rest(connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _try(connection: Any, record: Any, place: Any) -> None:
        rested = time.monotonic() - record.info.get("rests_since", time.monotonic()) >= RESTED
        peeked = connection.autocommit and not getattr(_peeking, "now", False)
        if not (rested or peeked):
            return
        try:
            if rested:
                engine.dialect.do_ping(connection)
            if peeked:
                connection.autocommit = False
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError() from None  # the pool makes a new one, and drops the others as well


def glance(statement: Any, values: dict[str, Any]) -> Sequence[Row[Any]]:
    """Return the rows of one SELECT that nothing else must agree with: no transaction is begun for it.

    `statement` is of tables or columns, not of entities. On PostgreSQL this is one round trip instead of three.
    """
    session = db.session()
    if session.in_transaction():  # its connection is this thread's: a second one could wait for a place for ever
        return session.execute(statement, values).all()
    with alone(db.engine) as connection:
        return connection.execute(statement, values).all()


def peek(statement: Any, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of one SELECT as the driver gives them: for the few that every reader of a crowd needs.

    `statement` is a constant of columns whose types the drivers know themselves (numbers, text). Its words are written
    once for each length of its lists; SQLAlchemy's part of a small statement costs three times the statement.
    """
    if db.session.registry.has() and db.session().in_transaction():  # as in `glance`
        return [tuple(row) for row in db.session().execute(statement, values)]
    engine = db.engine
    words, asked = _spoken(engine.dialect, statement, values)
    _tell(engine, words, asked)
    _peeking.now = True
    try:
        place = engine.raw_connection()
    finally:
        _peeking.now = False
    try:
        return _fetched(place.driver_connection, words, asked, engine.dialect.name)
    except engine.dialect.loaded_dbapi.Error as error:  # in SQLAlchemy's words: who answers for them knows those
        place.invalidate()
        base, dialect = engine.dialect.loaded_dbapi.Error, engine.dialect
        raise DBAPIError.instance(words, None, error, base, hide_parameters=True, dialect=dialect) from error
    except BaseException:
        place.invalidate()
        raise
    finally:
        place.close()


def look(statement: Any, values: dict[str, Any]) -> Sequence[Any]:
    """Return the rows of one SELECT by the way of `peek`, with names, and each value of its column's type.

    For what each request of a crowd asks first. `statement` is a constant of columns, `values` are numbers and text.
    """
    if db.session.registry.has() and db.session().in_transaction():  # as in `glance`
        return db.session().execute(statement, values).all()
    named, kinds = _shape(db.engine.dialect, statement)
    found = []
    for row in peek(statement, values):
        typed = list(row)
        for place, kind in kinds:
            typed[place] = kind(typed[place])
        found.append(named._make(typed))
    return found


def _shape(dialect: Any, statement: Any) -> tuple[Any, list[tuple[int, Any]]]:
    """Return a class for a statement's rows, and what makes values of their types, by place."""
    key = (dialect.name, id(statement))
    if key not in _shapes:
        columns = list(statement.selected_columns)
        named = namedtuple("Looked", [column.key for column in columns], rename=True)  # type: ignore[misc]
        makers = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
        _shapes[key] = named, [(place, each) for place, each in enumerate(makers) if each], statement
    return _shapes[key][:2]  # type: ignore[no-any-return]


_shapes: dict[tuple[Any, ...], Any] = {}


def _tell(engine: Engine, words: str, asked: Any) -> None:
    """Tell who counts this engine's statements of one more. Who listens to all engines (Sentry) wants a context, which
    there is none of here."""
    for listener in getattr(engine.dispatch.before_cursor_execute, "listeners", ()):
        listener(None, None, words, asked, None, False)


def _spoken(dialect: Any, statement: Any, values: dict[str, Any]) -> tuple[str, Any]:
    """Return a statement in the driver's words and its values as the driver wants them."""
    lengths = tuple(len(value) for value in values.values() if isinstance(value, list))
    key = (dialect.name, id(statement), lengths)
    if key not in _words:
        # The statement stays with its words, so that no other one gets its id.
        _words[key] = statement.compile(dialect=dialect).construct_expanded_state(values), statement
    state = _words[key][0]
    words, order, lists, fixed = state.statement, state.positiontup, state.parameter_expansion, state.parameters
    asked = dict(fixed)
    for name, value in values.items():
        asked.update(zip(lists[name], value, strict=True) if name in lists else ((name, value),))
    return words, tuple(asked[name] for name in order) if order else asked


_words: dict[tuple[Any, ...], Any] = {}


def _fetched(driver: Any, words: str, asked: Any, dialect: str) -> list[tuple[Any, ...]]:
    if dialect == "sqlite":
        return list(driver.execute(words, asked).fetchall())
    if not driver.autocommit:
        driver.autocommit = True  # else the driver would say BEGIN, and the pool ROLLBACK; it stays so for the next one
    return list(driver.execute(words, asked).fetchall())


def strike(statement: Any, values: dict[str, Any]) -> Sequence[Row[Any]]:
    """Execute one UPDATE that is a whole use case, and return its rows; outside of `transaction()` only.

    On PostgreSQL this is one round trip instead of three. SQLite's writers queue as ever.
    """
    if db.engine.dialect.name == "sqlite":
        with transaction(quiet=True) as session:
            return run(session, statement, values).all()
    if _writing.get():
        raise RuntimeError("strike() inside of transaction(): it would be another one")
    db.session().rollback()  # what was read before is over, as in every transaction
    with alone(db.engine) as connection:
        return connection.execute(statement, values).all()


def alone(engine: Engine) -> Connection:
    """Return a connection on which each SELECT is a transaction by itself."""
    # SQLite's connections speak BEGIN themselves, see above; psycopg would before the first statement.
    options: dict[str, Any] = {} if engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
    return engine.connect().execution_options(**{ALONE: True}, **options)


def run(session: Session, statement: Any, values: Any = None) -> CursorResult[Any]:
    """Execute a statement of tables on the session's connection: the short way where crowds come at once.

    Nothing that waits in the session is flushed before it.
    """
    return _open(session).execute(statement, values)


@dataclass(frozen=True)
class Done:
    """What became of a statement: how many rows it changed, and its rows as the driver gives them."""

    count: int
    rows: list[tuple[Any, ...]]


def run_each(session: Session, asked: Sequence[tuple[Any, dict[str, Any]]]) -> list[Done]:
    """Execute statements of tables, built once, one after the other, whatever each of them says.

    On PostgreSQL they are sent together and are one round trip, each with a view of its own: for what is done while
    others wait for a row. Values are what the driver knows itself (numbers, text, aware instants).
    """
    connection = _open(session)
    if connection.dialect.name == "sqlite":
        results = [connection.execute(*each) for each in asked]
        return [Done(each.rowcount, [tuple(row) for row in each] if each.returns_rows else []) for each in results]
    spoken = [_spoken(connection.dialect, *each) for each in asked]
    for words, values in spoken:
        _tell(connection.engine, words, values)
    driver: Any = connection.connection.driver_connection
    error_of = connection.dialect.loaded_dbapi.Error
    try:
        with driver.pipeline():
            cursors = [driver.execute(*each) for each in spoken]
        return [Done(each.rowcount, each.fetchall() if each.description else []) for each in cursors]
    except error_of as error:
        words = "; ".join(each[0] for each in spoken)
        raise DBAPIError.instance(
            words, None, error, error_of, hide_parameters=True, dialect=connection.dialect
        ) from error


def _open(session: Session) -> Connection:
    found: Connection | None = session.info.get(OPEN)
    if found is None or found.closed:
        found = session.connection()
        if _writing.get():
            session.info[OPEN] = found  # asking the session each time costs as much as a small statement
    return found


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

    For hints only (waking a queue): a process may die between the commit and the act.
    """
    wakes = _wakes.get()
    if wakes is None:
        raise RuntimeError("after_commit() outside of transaction()")
    wakes.append(act)


def in_transaction() -> bool:
    """Return whether a use case's transaction is open."""
    return _writing.get()


def insert(session: Session, model: type[Base]) -> Any:
    """Return the dialect's INSERT (it knows ON CONFLICT) for `model`."""
    return insert_of(session.get_bind().dialect.name, model)


def insert_of(dialect: str, target: Any) -> Any:
    """Return the INSERT of a dialect (it knows ON CONFLICT) for a model or a table."""
    return importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert(target)


def insert_once(session: Session, model: type[Base], **values: Any) -> int | None:
    """Insert a row unless a unique constraint forbids it; return its id, or None when it stood already."""
    connection = _open(session)
    found = connection.execute(_insert_once(connection.dialect.name, model), values).first()
    return found[0] if found else None


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
    connection = _open(session)
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
