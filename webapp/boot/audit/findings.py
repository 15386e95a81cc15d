"""What an audit says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

NAMED = 20
"""So many things of one kind are named; the rest is counted."""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be: `what` in words, `done` what was repaired, `todo` what a person can do."""

    check: str
    what: str
    done: str = ""
    todo: str = ""

    @property
    def repaired(self) -> bool:
        """Return whether nothing is left to do about it."""
        return bool(self.done) and not self.todo


@dataclass(frozen=True)
class Plan:
    """How to look: whether to repair, the moment, and how young a file is left alone."""

    repair: bool
    at: datetime
    grace: timedelta


Check = Callable[[Plan], Iterator[Finding]]


def some(names: list[str], total: int) -> str:
    """Return the first few names, and how many more there are."""
    more = total - len(names[:NAMED])
    return ", ".join(names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
