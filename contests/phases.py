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
    """When each phase begins (half-open intervals, instants in UTC); None where the contest has no such phase."""

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


def phase_of(schedule: Schedule, decisions: Decisions, now: datetime) -> Phase:
    """Return the phase at `now`. A published contest has all but its optional dates."""
    if decisions.cancelled_at:
        return Phase.CANCELLED
    if not decisions.published_at:
        return Phase.DRAFT
    if decisions.decided_at:
        return Phase.DECIDED
    for begins, phase in (
        (schedule.decide_by, Phase.LAPSED),
        (schedule.picking_at, Phase.PICKING),
        (schedule.final_at, Phase.FINAL),
        (schedule.voting_at, Phase.VOTING),
        (schedule.critique_at, Phase.CRITIQUE),
        (schedule.opens_at, Phase.SUBMITTING),
    ):
        if begins and now >= begins:
            return phase
    return Phase.UPCOMING


PUBLIC = frozenset(Phase) - {Phase.DRAFT}
SHOWN = frozenset({Phase.SUBMITTING, Phase.CRITIQUE, Phase.VOTING, Phase.FINAL, Phase.PICKING, Phase.DECIDED, Phase.LAPSED, Phase.CANCELLED})
VOTING = frozenset({Phase.VOTING, Phase.FINAL})
REVISING = frozenset({Phase.SUBMITTING, Phase.CRITIQUE})
COUNTED = frozenset({Phase.PICKING, Phase.DECIDED, Phase.LAPSED})
