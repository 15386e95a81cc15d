"""The phase of a contest: a pure function of schedule, decisions and now. Nobody switches it.

The SQL twin is `contests.queries.in_phase`; a test holds the two together.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """Where a contest stands."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    SUBMITTING = "submitting"
    CRITIQUE = "critique"
    VOTING = "voting"
    FINAL = "final"
    PICKING = "picking"
    DECIDED = "decided"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Schedule:
    """When each phase begins (half-open, in UTC); None where a contest has no such phase."""

    opens_at: datetime | None
    critique_at: datetime | None
    voting_at: datetime | None
    final_at: datetime | None
    picking_at: datetime | None
    decide_by: datetime | None


@dataclass(frozen=True)
class Decisions:
    """What people decided, by its date."""

    published_at: datetime | None = None
    cancelled_at: datetime | None = None
    decided_at: datetime | None = None


# Which date begins which phase, the latest first: phase_of and its SQL twin both read it.
STARTS: tuple[tuple[str, Phase], ...] = (
    ("decide_by", Phase.LAPSED),
    ("picking_at", Phase.PICKING),
    ("final_at", Phase.FINAL),
    ("voting_at", Phase.VOTING),
    ("critique_at", Phase.CRITIQUE),
    ("opens_at", Phase.SUBMITTING),
)


def phase_of(schedule: Schedule, decisions: Decisions, now: datetime) -> Phase:
    """Return the phase at `now`. A published contest has all but its optional dates."""
    if decisions.cancelled_at:
        return Phase.CANCELLED
    if not decisions.published_at:
        return Phase.DRAFT
    if decisions.decided_at:
        return Phase.DECIDED
    for name, phase in STARTS:
        begins: datetime | None = getattr(schedule, name)
        if begins and now >= begins:
            return phase
    return Phase.UPCOMING


PUBLIC = frozenset(Phase) - {Phase.DRAFT}
SHOWN = PUBLIC - {Phase.UPCOMING}
VOTING = frozenset({Phase.VOTING, Phase.FINAL})
REVISING = frozenset({Phase.SUBMITTING, Phase.CRITIQUE})
COUNTED = frozenset({Phase.PICKING, Phase.DECIDED, Phase.LAPSED})
ENDED = frozenset({Phase.DECIDED, Phase.LAPSED, Phase.CANCELLED})
# Designs may be talked about from the opening on, and for good once there is a winner.
TALKING = REVISING | VOTING | {Phase.PICKING, Phase.DECIDED}
