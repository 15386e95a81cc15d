"""Statements of tables, built once, handed to the database's driver on a connection of SQLAlchemy's.

The words are written once, with what makes each value and reads each column: SQLAlchemy's part of a small statement
costs three times the statement. Who counts an engine's statements is told of each. Faults are in SQLAlchemy's words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Insert
from sqlalchemy.exc import DBAPIError

from webapp.infra import readings

Asked = tuple[Any, Mapping[str, Any]]  # a statement and its values
Makers = dict[str, Callable[[Any], Any]]


@dataclass(frozen=True)
class Done:
    """What became of a statement: how many rows it changed, and its rows, each value of its column's type."""

    count: int
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class _Words:
    """A statement for a driver. `order`: names of its values by place, None where they are named in the words;
    `makers` make values what the driver wants, `given` are those that the caller does not name, `kinds` read columns.
    """

    text: str
    order: tuple[str, ...] | None
    lists: Mapping[str, list[str]]
    fixed: dict[str, Any]
    given: dict[str, Callable[["_Row"], Any]]
    makers: Makers
    kinds: list[tuple[int, Callable[[Any], Any]]]
    is_asking: bool
    statement: Any  # stays with its words, so that no other one gets its id


def spoken(dialect: Any, statement: Any, values: Mapping[str, Any]) -> tuple[str, Any]:
    """Return a statement in the driver's words, and its values as the driver wants them."""
    words = _words_of(dialect, statement, values)
    return words.text, _asked(words, values)


def run_one(connection: Connection, statement: Any, values: Mapping[str, Any]) -> Done:
    """Execute one statement in the connection's transaction."""
    readings.spoil()
    words = _words_of(connection.dialect, statement, values)
    asked = _asked(words, values)
    tell(connection.engine, words.text, asked)
    given: Any = connection.connection.driver_connection
    try:
        return _done(words, given.execute(words.text, asked))
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_usual(connection, words.text, error) from error


def run_each(connection: Connection, asked: Sequence[Asked]) -> list[Done]:
    """Execute statements one after the other, whatever each of them says; on PostgreSQL in one round trip."""
    if connection.dialect.name == "sqlite":
        return [run_one(connection, *each) for each in asked]
    readings.spoil()
    dialect = connection.dialect
    found = [(_words_of(dialect, *each), each[1]) for each in asked]
    sent = [(words, _asked(words, values)) for words, values in found]
    for words, values in sent:
        tell(connection.engine, words.text, values)
    given: Any = connection.connection.driver_connection
    try:
        with given.pipeline():
            cursors = [given.execute(words.text, values) for words, values in sent]
        return [_done(words, cursor) for (words, _), cursor in zip(sent, cursors, strict=True)]
    except dialect.loaded_dbapi.Error as error:
        raise _as_usual(connection, "; ".join(words.text for words, _ in sent), error) from error


def tell(engine: Engine, words: str, asked: Any) -> None:
    """Tell who counts this engine's statements of one more. Who listens to all engines (Sentry) wants a context, which
    there is none of here."""
    for listener in getattr(engine.dispatch.before_cursor_execute, "listeners", ()):
        listener(None, None, words, asked, None, False)


def _done(words: _Words, cursor: Any) -> Done:
    rows = cursor.fetchall() if words.is_asking else []
    if words.kinds:
        rows = [_typed(words, row) for row in rows]
    return Done(cursor.rowcount, rows)


def _typed(words: _Words, row: tuple[Any, ...]) -> tuple[Any, ...]:
    typed = list(row)
    for place, kind in words.kinds:
        typed[place] = kind(typed[place])
    return tuple(typed)


def _as_usual(connection: Connection, words: str, error: Any) -> BaseException:
    """Return a driver's error in SQLAlchemy's words; a connection that is broken is not used again."""
    dialect = connection.dialect
    is_over = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if is_over:
        connection.invalidate(error)
    return as_usual(dialect, words, error, is_over)


def as_usual(dialect: Any, words: str, error: Any, is_over: bool = False) -> BaseException:
    """Return a driver's error in SQLAlchemy's words: who answers for them knows those."""
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(  # type: ignore[no-any-return]
        words, None, error, base, hide_parameters=True, connection_invalidated=is_over, dialect=dialect
    )


def _asked(words: _Words, values: Mapping[str, Any]) -> Any:
    asked = dict(words.fixed)
    asked.update(values)
    for name, new in words.given.items():
        if name not in values:
            asked[name] = new(_Row(asked))
    for name, make in words.makers.items():
        if name in asked:
            asked[name] = make(asked[name])
    for name, places in words.lists.items():
        asked.update(zip(places, asked.pop(name), strict=True))
    return tuple([asked[name] for name in words.order]) if words.order is not None else asked


def _words_of(dialect: Any, statement: Any, values: Mapping[str, Any]) -> _Words:
    key: tuple[Any, ...] = (dialect.name, id(statement), *values)
    found = _known.get(key)
    if found is not None and found.lists:  # other words for each length of its lists
        key = (*key, *(len(values[name]) for name in found.lists))
        found = _known.get(key)
    if found is None:
        found = _known[key] = _known[key[: 2 + len(values)]] = _written(dialect, statement, values)
    return found


_known: dict[tuple[Any, ...], _Words] = {}


def _written(dialect: Any, statement: Any, values: Mapping[str, Any]) -> _Words:
    # An INSERT names the columns it is given, as SQLAlchemy would.
    named = {"column_keys": sorted(values)} if isinstance(statement, Insert) else {}
    compiled: Any = statement.compile(dialect=dialect, **named)
    state = compiled.construct_expanded_state(values)
    # Lists that stand in the statement itself are values of it like others.
    lists: dict[str, list[str]] = {name: each for name, each in state.parameter_expansion.items() if name in values}
    makers: Makers = {name: make for name, make in compiled._bind_processors.items() if callable(make)}
    given = {column.key: _default(column.default) for column in getattr(compiled, "insert_prefetch", ())}
    expanded = {place for places in lists.values() for place in places}
    wanted = {*values, *given, *expanded}
    fixed = {name: value for name, value in state.parameters.items() if name not in wanted}
    fixed = {name: makers[name](value) if name in makers else value for name, value in fixed.items()}
    makers = {name: make for name, make in makers.items() if name not in fixed and name not in lists}
    order = tuple(state.positiontup) if state.positiontup is not None else None
    return _Words(state.statement, order, lists, fixed, given, makers, *_kinds(dialect, compiled), statement)


def _default(default: Any) -> Callable[["_Row"], Any]:
    """Return what gives a column its value where the statement does not."""
    if default.is_scalar:
        return lambda _row: default.arg
    if default.is_callable:
        return default.arg  # type: ignore[no-any-return]
    raise TypeError("no table of ours has a default that is an expression of SQL: give its value")


@dataclass(frozen=True)
class _Row:
    """What a default may ask, as SQLAlchemy's own context: the values of its row as they are known until then."""

    values: dict[str, Any]

    def get_current_parameters(self) -> dict[str, Any]:
        """Return values by column."""
        return self.values


def _kinds(dialect: Any, compiled: Any) -> tuple[list[tuple[int, Callable[[Any], Any]]], bool]:
    """Return the readers of a statement's columns, and whether there are any columns."""
    columns: list[Any] = list(compiled._result_columns)
    return readers(dialect, columns), bool(columns)


def readers(dialect: Any, columns: Sequence[Any]) -> list[tuple[int, Callable[[Any], Any]]]:
    """Return what makes values of their columns' types of what the driver gives, by place, where it is not the same."""
    makers = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
    return [(place, make) for place, make in enumerate(makers) if make]
