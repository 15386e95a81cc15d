"""What comes after a pick, told by rooms above this one: the result's page leads there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Next:
    """Where a decided contest goes on: an address on this site, what its button says, a sentence beside it.

    `loud`: there is something to do right now.
    """

    url: str
    button: str
    sentence: str
    loud: bool = False


# (session, contest id, now) -> what comes next, or None. Filled in boot.wiring.
SOURCES: list[Callable[[Session, int, datetime], Next | None]] = []


def of_contest(session: Session, contest_id: int, now: datetime) -> Next | None:
    """Return what comes after the pick of a contest; None when nothing does."""
    return next((found for source in SOURCES if (found := source(session, contest_id, now))), None)
