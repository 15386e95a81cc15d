"""Short ways to the database, where crowds come at once: fewer round trips, and less of SQLAlchemy around a statement.

For reading: `glance`, `peek` and `look`, each shorter and narrower than the one before. For writing: `strike`, one
UPDATE that is a whole use case, and `run_each`, statements that are sent together.
"""

from collections import namedtuple
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from webapp.infra import readings, replicas
from webapp.infra.db import connection_of, db, in_transaction, run, transaction
from webapp.infra.engines import ALONE, peeking


def glance(statement: Any, values: dict[str, Any]) -> Sequence[Row[Any]]:
    """Return the rows of one SELECT that nothing else must agree with: no transaction is begun for it.

    `statement` is of tables or columns, not of entities. On PostgreSQL this is one round trip instead of three.
    """
    session = db.session()
    if session.in_transaction():  # its connection is this thread's: a second one could wait for a place for ever
        return session.execute(statement, values).all()
    with alone(replicas.engine() or db.engine) as connection:
        return connection.execute(statement, values).all()


def peek(statement: Any, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of one SELECT as the driver gives them: for the few that every reader of a crowd needs.

    `statement` is a constant of columns whose types the drivers know themselves (numbers, text). Its words are written
    once for each length of its lists; SQLAlchemy's part of a small statement costs three times the statement.
    """
    if db.session.registry.has() and db.session().in_transaction():  # as in `glance`
        return [tuple(row) for row in db.session().execute(statement, values)]
    engine = replicas.engine() or db.engine
    words, asked = _spoken(engine.dialect, statement, values)
    _tell(engine, words, asked)
    with driver(words, engine) as given:
        rows = given.execute(words, asked).fetchall()
    readings.note(words, asked, rows)
    return rows  # type: ignore[no-any-return]


@contextmanager
def driver(words: str = "", engine: Engine | None = None) -> Iterator[Any]:
    """Lend the driver's own connection, in no transaction: each SELECT is one by itself. `words`: what is asked.

    engine: of whom, else the primary.
    """
    engine = engine or db.engine
    dialect = engine.dialect
    peeking.now = True
    try:
        place = engine.raw_connection()
    except dialect.loaded_dbapi.Error as error:
        raise _as_usual(error, words, dialect) from error
    finally:
        peeking.now = False
    try:
        given: Any = place.driver_connection
        if dialect.name != "sqlite" and not given.autocommit:
            given.autocommit = True  # else it would say BEGIN, and the pool ROLLBACK; it stays so for the next one
        yield given
    except dialect.loaded_dbapi.Error as error:
        place.invalidate()
        raise _as_usual(error, words, dialect) from error
    except BaseException:
        place.invalidate()
        raise
    finally:
        place.close()


def _as_usual(error: BaseException, words: str, dialect: Any) -> BaseException:
    """Return a driver's error in SQLAlchemy's words: who answers for them knows those."""
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(words, None, error, base, hide_parameters=True, dialect=dialect)


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


def strike(statement: Any, values: dict[str, Any]) -> Sequence[Row[Any]]:
    """Execute one UPDATE that is a whole use case, and return its rows; outside of `transaction()` only.

    On PostgreSQL this is one round trip instead of three. SQLite's writers queue as ever.
    """
    if db.engine.dialect.name == "sqlite":
        with transaction(quiet=True) as session:
            return run(session, statement, values).all()
    if in_transaction():
        raise RuntimeError("strike() inside of transaction(): it would be another one")
    db.session().rollback()  # what was read before is over, as in every transaction
    with alone(db.engine) as connection:
        return connection.execute(statement, values).all()


def alone(engine: Engine) -> Connection:
    """Return a connection on which each SELECT is a transaction by itself."""
    # SQLite's connections speak BEGIN themselves, see above; psycopg would before the first statement.
    options: dict[str, Any] = {} if engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
    return engine.connect().execution_options(**{ALONE: True}, **options)


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
    readings.spoil()
    connection = connection_of(session)
    if connection.dialect.name == "sqlite":
        results = [connection.execute(*each) for each in asked]
        return [Done(each.rowcount, [tuple(row) for row in each] if each.returns_rows else []) for each in results]
    spoken = [_spoken(connection.dialect, *each) for each in asked]
    for words, values in spoken:
        _tell(connection.engine, words, values)
    given: Any = connection.connection.driver_connection
    error_of = connection.dialect.loaded_dbapi.Error
    try:
        with given.pipeline():
            cursors = [given.execute(*each) for each in spoken]
        return [Done(each.rowcount, each.fetchall() if each.description else []) for each in cursors]
    except error_of as error:
        words = "; ".join(each[0] for each in spoken)
        raise DBAPIError.instance(
            words, None, error, error_of, hide_parameters=True, dialect=connection.dialect
        ) from error
