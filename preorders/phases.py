"""The phase of a drop: a pure function of its dates and now. Nobody switches it.

The SQL twin is `preorders.queries.in_phase`; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """Where a drop stands."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    OPEN = "open"
    LOCKED = "locked"
    IN_PRODUCTION = "in production"
    SHIPPING = "shipping"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Dates:
    """A drop's window (half-open, instants in UTC) and what people decided, by its date."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    published_at: datetime | None = None
    locked_at: datetime | None = None
    production_at: datetime | None = None
    shipping_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    early_at: datetime | None = None


def phase_of(dates: Dates, now: datetime) -> Phase:
    """Return the phase at `now`. The window's end locks by itself; staff may lock earlier.

    A published drop has its two dates of the window.
    """
    for decided, phase in (
        (dates.cancelled_at, Phase.CANCELLED),
        (dates.closed_at, Phase.CLOSED),
        (dates.shipping_at, Phase.SHIPPING),
        (dates.production_at, Phase.IN_PRODUCTION),
        (dates.locked_at, Phase.LOCKED),
    ):
        if decided:
            return phase
    if not (dates.published_at and dates.opens_at and dates.closes_at):
        return Phase.DRAFT
    if now >= dates.closes_at:
        return Phase.LOCKED
    return Phase.OPEN if now >= dates.opens_at else Phase.UPCOMING


def is_early(dates: Dates, now: datetime) -> bool:
    """Return whether those who took part may order already while the drop is closed to everybody else."""
    return phase_of(dates, now) is Phase.UPCOMING and dates.early_at is not None and now >= dates.early_at


PUBLIC = frozenset(Phase) - {Phase.DRAFT}
# What fans see as steps; the ends (closed, cancelled) are said in words.
STEPS = (Phase.UPCOMING, Phase.OPEN, Phase.LOCKED, Phase.IN_PRODUCTION, Phase.SHIPPING)
