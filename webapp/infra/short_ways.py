"""Short ways to the database, where crowds come at once: fewer round trips, and less of SQLAlchemy around a statement.

For reading: `glance`, `peek` and `look`, each shorter and narrower than the one before. For writing: `strike`, one
UPDATE that is a whole use case, `run_one`, and `run_each`, statements that are sent together.
"""

from collections import namedtuple
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, insert
from sqlalchemy.orm import Session

from webapp.infra import drivers, readings, replicas
from webapp.infra.db import connection_of, db, in_transaction, run, transaction
from webapp.infra.drivers import Done
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
    words, asked = drivers.spoken(engine.dialect, statement, values)
    drivers.tell(engine, words, asked)
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
        raise drivers.as_usual(dialect, words, error) from error
    finally:
        peeking.now = False
    try:
        given: Any = place.driver_connection
        if dialect.name != "sqlite" and not given.autocommit:
            given.autocommit = True  # else it would say BEGIN, and the pool ROLLBACK; it stays so for the next one
        yield given
    except dialect.loaded_dbapi.Error as error:
        place.invalidate()
        raise drivers.as_usual(dialect, words, error) from error
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
        _shapes[key] = named, drivers.readers(dialect, columns), statement
    return _shapes[key][:2]  # type: ignore[no-any-return]


_shapes: dict[tuple[Any, ...], Any] = {}


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


def run_one(session: Session, statement: Any, values: dict[str, Any]) -> Done:
    """Execute one statement of tables, built once, in the session's transaction, by the driver itself.

    `values` and rows are of the types of their columns. Nothing that waits in the session is flushed before it.
    """
    return drivers.run_one(connection_of(session), statement, values)


def run_each(session: Session, asked: Sequence[tuple[Any, dict[str, Any]]]) -> list[Done]:
    """Execute such statements one after the other, whatever each of them says.

    On PostgreSQL they are sent together and are one round trip, each with a view of its own: for what is done while
    others wait for a row.
    """
    return drivers.run_each(connection_of(session), asked)


def rows_of(table: Any, rows: Sequence[dict[str, Any]]) -> tuple[Any, dict[str, Any]]:
    """Return one INSERT of a few rows, built once for so many, and its values: for `run_each`.

    All rows name the same columns, every one that has a default among them.
    """
    values = {f"{name}_{place}": value for place, row in enumerate(rows) for name, value in row.items()}
    return _rows_of(table, tuple(rows[0]), len(rows)), values


@cache
def _rows_of(table: Any, names: tuple[str, ...], count: int) -> Any:
    columns = [table.c[name] for name in names]
    return insert(table).values([
        {each.key: bindparam(f"{each.key}_{place}", type_=each.type) for each in columns} for place in range(count)
    ])  # fmt: skip
