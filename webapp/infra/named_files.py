"""What rows name files in storage: each room says it of its own rows, the audit compares both sides."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

AT_ONCE = 1000
"""Rows read in one go: what bounds the memory of an audit."""


@dataclass(frozen=True)
class Named:
    """A file that a row names; it need not be there when it is not `expected` (its owner was erased)."""

    key: str
    row: int
    what: str
    expected: bool = True


@dataclass(frozen=True)
class Holder:
    """Rows of one kind that name files.

    `again`, where files can be made again, schedules that in the caller's transaction for the rows with these ids and
    returns for how many it did. `advice` is what a person can do about a file that nothing makes again.
    """

    name: str
    named: Callable[[Session], Iterator[Named]]
    again: Callable[[Session, Sequence[int], datetime], int] | None = None
    advice: str = "bring it back from a backup (fanmade restore, docs/operating.md)"


def rows(session: Session, statement: Any) -> Iterator[Any]:
    """Yield the rows of a SELECT, some at a time."""
    yield from session.execute(statement.execution_options(yield_per=AT_ONCE))
