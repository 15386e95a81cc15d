"""What was read of the database while something was made of it, so that it can be asked again whether it still stands.

A reading holds each SELECT in the driver's words, with its values and its rows as the driver gave them. `again` asks
the same and compares: what was hidden, changed or erased meanwhile is found, whoever did it and in whatever process.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

Rows = list[tuple[Any, ...]]
T = TypeVar("T")


@dataclass
class Reading:
    """What was read, in its order, and beside the database. `plain`: False once something can't be asked again."""

    asked: list[tuple[str, Any, Rows]] = field(default_factory=list)
    beside: list[tuple[Callable[[], Any], Any]] = field(default_factory=list)
    plain: bool = True


_open: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading() -> Iterator[Reading]:
    """Note what is read inside."""
    found = Reading()
    token = _open.set(found)
    try:
        yield found
    finally:
        _open.reset(token)


def is_open() -> bool:
    """Return whether what is read now is noted."""
    return _open.get() is not None


def spoil() -> None:
    """Say of what is made now that it must not be kept: totals are to come, say."""
    if found := _open.get():
        found.plain = False


def also(ask: Callable[[], T]) -> T:
    """Return what `ask` says, which reads something that is not in the database, and note it: a file, say."""
    said = ask()
    if found := _open.get():
        found.beside.append((ask, said))
    return said


def note(words: str, asked: Any, rows: Rows) -> None:
    """Note a SELECT that went to the driver by itself."""
    if found := _open.get():
        found.asked.append((words, asked, rows))


def follow(engine: Engine) -> None:
    """Note what SQLAlchemy reads on this engine."""

    @event.listens_for(engine, "after_cursor_execute")
    def _note(conn: Any, cursor: Any, words: str, asked: Any, context: Any, many: bool) -> None:
        found = _open.get()
        if found is None or words.startswith("BEGIN"):
            return
        if many or context is None or cursor.description is None or not words.lstrip().startswith(("SELECT", "WITH")):
            found.plain = False
            return
        rows = cursor.fetchall()
        # Whoever asked gets the rows as if they had just come.
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, initial_buffer=rows)
        found.asked.append((words, asked, [tuple(row) for row in rows]))


def is_so(driver: Any, dialect: str, found: Reading) -> bool:
    """Ask again what was asked, by a connection that is in no transaction; return whether all answers are the same."""
    if dialect == "sqlite":
        return all(driver.execute(words, asked).fetchall() == rows for words, asked, rows in found.asked)
    with driver.pipeline():  # one trip for all
        cursors = [driver.execute(words, asked) for words, asked, _ in found.asked]
    return all(cursor.fetchall() == rows for cursor, (_, _, rows) in zip(cursors, found.asked, strict=True))
