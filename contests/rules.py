"""What a contest allows when. Pure: everything asked is an argument."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from contests.phases import Phase, Schedule
from webapp.kernel.refusal import N_, Refused

TITLE = (3, 120)
BRIEF = (20, 20000)
REASON = (10, 1000)
DATES = ("opens_at", "critique_at", "voting_at", "final_at", "picking_at", "decide_by")
OPTIONAL_DATES = frozenset({"critique_at", "final_at"})
RUNNING = frozenset(
    {Phase.UPCOMING, Phase.SUBMITTING, Phase.CRITIQUE, Phase.VOTING, Phase.FINAL, Phase.PICKING, Phase.LAPSED}
)
NAMES = {
    "opens_at": N_("Designs can be sent in from"),
    "critique_at": N_("Last polish: talk and new versions only"),
    "voting_at": N_("Voting begins"),
    "final_at": N_("Final round on the shortlist"),
    "picking_at": N_("Voting ends"),
    "decide_by": N_("The artist picks by"),
}
_CLOSED = {
    Phase.DRAFT: N_("This contest is not open yet."),
    Phase.UPCOMING: N_("This contest is not open yet."),
    Phase.CANCELLED: N_("This contest was called off."),
    Phase.DECIDED: N_("This contest is decided."),
    Phase.LAPSED: N_("This contest is over."),
}


class Missing(NamedTuple):
    """What stands between a draft and its publishing, and the wizard's step where it is put right."""

    step: str
    message: str


def require(phase: Phase, allowed: Collection[Phase], code: str) -> None:
    """Raise Refused(code) unless the contest is in one of the `allowed` phases."""
    if phase not in allowed:
        raise Refused(code, _CLOSED.get(phase, N_("This contest is past the point where that can be done.")))


def check_draft(phase: Phase) -> None:
    """Raise Refused('published') for everything that only a draft may do."""
    if phase is not Phase.DRAFT:
        raise Refused("published", N_("This contest is published: its terms stand. You can still move dates."))


def check_reason(reason: str) -> str:
    """Return the stripped reason; raises Refused('reason-needed') when it says too little or too much."""
    reason = reason.strip()
    if not REASON[0] <= len(reason) <= REASON[1]:
        raise Refused("reason-needed", N_("Say why, in 10 to 1000 characters: everybody will read it."), 422)
    return reason


def faults_of_dates(schedule: Schedule) -> Iterator[tuple[str, str]]:
    """Yield (date's name, message) for each date that is not after the one before it."""
    before: datetime | None = None
    for name in DATES:
        date: datetime | None = getattr(schedule, name)
        if date is None:
            continue
        if before is not None and date <= before:
            yield name, N_("This must come after the date above it.")
        before = date


def check_order(schedule: Schedule) -> None:
    """Raise Refused('dates-not-in-order') when a date is not after the one before it."""
    if any(True for _ in faults_of_dates(schedule)):
        raise Refused("dates-not-in-order", N_("Each date must come after the one before it."), 422)


def missing(contest: Any, products: Sequence[Any], now: datetime) -> list[Missing]:
    """Return everything a draft still needs before it can be published, in the order of the steps."""
    return [
        *_missing_words(contest),
        *_missing_products(products),
        *_missing_dates(contest.schedule, now),
    ]


def check_ready(contest: Any, products: Sequence[Any], now: datetime) -> None:
    """Raise Refused('not-ready') when something is missing."""
    if missing(contest, products, now):
        raise Refused("not-ready", N_("Something is still missing; the review page lists it."))


def changed_dates(old: Schedule, wanted: Mapping[str, datetime | None]) -> dict[str, datetime | None]:
    """Return those of the wanted dates that differ from the old ones."""
    return {name: date for name, date in wanted.items() if name in DATES and getattr(old, name) != date}


def movable(schedule: Schedule, phase: Phase, now: datetime) -> list[str]:
    """Return the dates that may still move: those to come, and after a lapse the last one."""
    if phase is Phase.LAPSED:
        return ["decide_by"]
    if phase not in RUNNING:
        return []
    coming = [name for name in DATES if (getattr(schedule, name) or now) > now]
    return [name for name in DATES if name in coming or _may_be_added(name, schedule, now)]


def check_reschedule(old: Schedule, phase: Phase, changes: Mapping[str, datetime | None], now: datetime) -> None:
    """Raise Refused when one of the changes may not be made at `now`."""
    require(phase, RUNNING, "cannot-reschedule")
    if not changes:
        raise Refused("nothing-changed", N_("No date was changed."), 422)
    may_move = movable(old, phase, now)
    for name, date in changes.items():
        if name not in may_move:
            raise Refused("date-passed", N_("A date that has passed can't be moved."))
        if date is None and name not in OPTIONAL_DATES:
            raise Refused("date-needed", N_("Every date but the optional ones is needed."), 422)
        if date is not None and date <= now:
            raise Refused("date-in-past", N_("A date can only be moved into the future."), 422)
    check_order(Schedule(**{**vars(old), **changes}))


def _may_be_added(name: str, schedule: Schedule, now: datetime) -> bool:
    # An optional phase can be added as long as the phase it would follow is still going on.
    follows = {"critique_at": schedule.voting_at, "final_at": schedule.picking_at}
    until = follows.get(name)
    return getattr(schedule, name) is None and until is not None and until > now


def _missing_words(contest: Any) -> Iterator[Missing]:
    if not TITLE[0] <= len(contest.title) <= TITLE[1]:
        yield Missing("basics", N_("A title of 3 to 120 characters"))
    if len(contest.brief_md) < BRIEF[0]:
        yield Missing("brief", N_("A brief: what should fans draw, in at least 20 characters"))


def _missing_products(products: Sequence[Any]) -> Iterator[Missing]:
    if not products:
        yield Missing("products", N_("At least one product"))
    if any(not product.colours or not product.sizes for product in products):
        yield Missing("products", N_("A colour and a size for each product"))


def _missing_dates(schedule: Schedule, now: datetime) -> Iterator[Missing]:
    if any(getattr(schedule, name) is None for name in DATES if name not in OPTIONAL_DATES):
        yield Missing("schedule", N_("All dates but the optional ones"))
        return
    if any(True for _ in faults_of_dates(schedule)):
        yield Missing("schedule", N_("Dates that follow one another"))
    elif schedule.voting_at and schedule.voting_at <= now:
        yield Missing("schedule", N_("A beginning of the vote that is still to come"))
