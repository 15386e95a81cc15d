"""Where a contest is, in words for people: the bar of steps, and the moment that comes next."""

from dataclasses import dataclass
from datetime import datetime

from contests.phases import ENDED, Phase, Schedule
from contests.queries import ContestRow
from preorders.phases import Phase as DropPhase
from webapp.kernel.refusal import N_

WORDS = {
    Phase.DRAFT: N_("Draft"),
    Phase.UPCOMING: N_("Opens soon"),
    Phase.SUBMITTING: N_("Open for designs"),
    Phase.CRITIQUE: N_("Last polish"),
    Phase.VOTING: N_("Voting is on"),
    Phase.FINAL: N_("Final round"),
    Phase.PICKING: N_("The artist is choosing"),
    Phase.DECIDED: N_("Decided"),
    Phase.LAPSED: N_("Ended without a pick"),
    Phase.CANCELLED: N_("Called off"),
}
DROP_WORDS = {
    DropPhase.DRAFT: N_("Draft"),
    DropPhase.UPCOMING: N_("Opens soon"),
    DropPhase.OPEN: N_("Open for preorders"),
    DropPhase.LOCKED: N_("Preorders are closed"),
    DropPhase.IN_PRODUCTION: N_("Being made"),
    DropPhase.SHIPPING: N_("On its way"),
    DropPhase.CLOSED: N_("Sold and sent"),
    DropPhase.CANCELLED: N_("Called off"),
}
# Most urgent first: what a fan can still do something about.
URGENCY = (Phase.FINAL, Phase.VOTING, Phase.SUBMITTING, Phase.CRITIQUE, Phase.PICKING, Phase.UPCOMING)
_STEPS = (
    (Phase.SUBMITTING, N_("Design"), "opens_at"),
    (Phase.CRITIQUE, N_("Polish"), "critique_at"),
    (Phase.VOTING, N_("Vote"), "voting_at"),
    (Phase.FINAL, N_("Final"), "final_at"),
    (Phase.PICKING, N_("Artist picks"), "picking_at"),
)
PREORDER = N_("Preorder")
_UNTIL = {
    Phase.UPCOMING: N_("Opens"),
    Phase.SUBMITTING: N_("Designs until"),
    Phase.CRITIQUE: N_("Voting opens"),
    Phase.VOTING: N_("Vote until"),
    Phase.FINAL: N_("Vote until"),
    Phase.PICKING: N_("Pick by"),
}


@dataclass(frozen=True)
class Step:
    """One step of the bar: English name (translated where shown), and done, now or next."""

    name: str
    state: str


def steps(contest: ContestRow, phase: Phase, drop: DropPhase | None = None) -> list[Step]:
    """Return the steps of a contest that has such a phase, and the preorders that follow."""
    has = [(each, name) for each, name, date in _STEPS if getattr(contest, date) is not None]
    at = _at([each for each, _ in has], phase)
    bar = [Step(name, _state(i, at)) for i, (_, name) in enumerate(has)]
    return [*bar, Step(PREORDER, _drop_state(drop))]


def upcoming(schedule: Schedule, phase: Phase) -> datetime | None:
    """Return when the present phase ends; None for ends and drafts."""
    dates = (
        (Phase.UPCOMING, schedule.opens_at),
        (Phase.SUBMITTING, schedule.critique_at),
        (Phase.CRITIQUE, schedule.voting_at),
        (Phase.VOTING, schedule.final_at),
        (Phase.FINAL, schedule.picking_at),
        (Phase.PICKING, schedule.decide_by),
    )
    order = [each for each, _ in dates]
    if phase not in order:
        return None
    # A phase that a contest does not have has no date: the next one counts.
    return next((date for _, date in dates[order.index(phase) :] if date), None)


def urgency(contest: ContestRow, now: datetime) -> tuple[int, datetime]:
    """Return a sort key for running contests: what fans can do something about first, then what closes first."""
    phase = contest.phase(now)
    return URGENCY.index(phase), upcoming(contest.schedule, phase) or now


def until_words(phase: Phase) -> str:
    """Return what `upcoming` is called, untranslated; empty for ends and drafts."""
    return _UNTIL.get(phase, "")


def _at(phases: list[Phase], phase: Phase) -> int:
    if phase in phases:
        return phases.index(phase)
    return len(phases) if phase in ENDED else -1


def _state(place: int, at: int) -> str:
    return "now" if place == at else "done" if place < at else "next"


def _drop_state(drop: DropPhase | None) -> str:
    if drop in (None, DropPhase.DRAFT, DropPhase.UPCOMING, DropPhase.CANCELLED):
        return "next"
    return "now" if drop is DropPhase.OPEN else "done"
