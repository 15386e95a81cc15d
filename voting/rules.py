"""What voting and picking allow: pure. Each rule returns quietly or raises Refused."""

from collections.abc import Collection, Sequence, Sized
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from contests.phases import Phase, Schedule
from contests.ways import MOST_PLACES
from webapp.kernel import twice
from webapp.kernel.refusal import N_, Refused

# The code that confirms a vote may come this long after the close, if the vote itself came before it.
GRACE = timedelta(minutes=10)
# With nobody left who could still confirm anything, only requests under way are waited for.
SETTLE = timedelta(seconds=15)
UNDO = timedelta(minutes=10)
FINAL_BUDGET = 3
REASON_LENGTH = 2000
VIAS = frozenset({"gallery", "design", "link", "focus"})
OPEN, FINAL = "open", "final"
# A ballot is written whole with each change: these keep the ledger of one voter small.
MOST_RATED = 500
MOST_PAIRS = 200


def kind_in(phase: Phase) -> str:
    """Return the kind of the round a contest is in. Call after `require_voting`."""
    return FINAL if phase is Phase.FINAL else OPEN


def kind_at(schedule: Schedule, now: datetime) -> str:
    """Return the kind of the round a contest would be in at `now`, whether it takes votes or not."""
    return FINAL if schedule.final_at and now >= schedule.final_at else OPEN


def closes_at(kind: str, schedule: Schedule) -> datetime | None:
    """Return the instant from which a round takes no more votes (the interval is half-open)."""
    return (schedule.final_at or schedule.picking_at) if kind == OPEN else schedule.picking_at


def budget_of(kind: str, hearts: int) -> int:
    """Return how many designs one voter may choose: the contest's hearts, at most three in a final."""
    return hearts if kind == OPEN else min(hearts, FINAL_BUDGET)


def require_voting(phase: Phase, schedule: Schedule, zone: str) -> None:
    """Refuse outside the voting phases, naming the instant."""
    if phase in (Phase.VOTING, Phase.FINAL):
        return
    if phase is Phase.CANCELLED:
        raise Refused("contest-cancelled", N_("This contest was called off."))
    if phase in (Phase.PICKING, Phase.DECIDED, Phase.LAPSED):
        raise Refused("voting-closed", N_("Voting closed on %(at)s."), at=instant(schedule.picking_at, zone))
    if schedule.voting_at and phase is not Phase.DRAFT:
        raise Refused("voting-not-open", N_("Voting opens on %(at)s."), at=instant(schedule.voting_at, zone))
    raise Refused("voting-not-open", N_("Voting is not open here."))


def require_choosable(submission_id: int, is_public: bool, is_own: bool, finalists: Collection[int] | None) -> None:
    """Refuse a vote on a design that can't be chosen; `finalists` is None in an open round."""
    if not is_public:
        raise Refused("not-in-the-vote", N_("This design is not in the vote."), 404)
    if is_own:
        raise Refused("own-design", N_("You can't vote for your own design. It is in the vote all the same."))
    if finalists is None:
        return
    if not finalists:
        raise Refused("still-counting", N_("The first round is still being counted. The finalists are here soon."))
    if submission_id not in finalists:
        raise Refused("not-a-finalist", N_("This design is not among the finalists."))


def require_unsealed(sealed_at: datetime | None) -> None:
    """Refuse once the round is sealed: what is counted now stands."""
    if sealed_at is not None:
        raise Refused("voting-closed-sealed", N_("Voting is closed, and the votes are being counted."))


def require_way(way: str, wanted: str) -> None:
    """Refuse an act of another kind of ballot than the round's."""
    if way != wanted:
        raise Refused("another-way", N_("Fans vote in another way in this round. Open the contest's page anew."))


def require_known(wanted: Collection[int], found: Collection[int]) -> None:
    """Refuse designs that are not there."""
    if not set(wanted) <= set(found):
        raise Refused("not-in-the-vote", N_("This design is not in the vote."), 404)


def require_stars(stars: int | None) -> None:
    """Refuse what is no number of stars; None takes them back."""
    if stars is not None and not 0 <= stars <= 5:
        raise Refused("bad-stars", N_("Give 0 to 5 stars."), 422)


def require_order(order: Sequence[int], places: int) -> None:
    """Refuse an order that names a design twice or more designs than a ballot has places (0: up to twenty)."""
    if len(set(order)) != len(order):
        raise Refused("ranked-twice", N_("Each design can stand in one place only."), 422)
    most = places or MOST_PLACES
    if len(order) > most:
        raise Refused("too-many-ranked", N_("You can rank at most %(most)s designs."), 422, most=most)


def require_pair(a: int, b: int, winner: int | None) -> None:
    """Refuse what is no comparison of two designs."""
    if a == b or winner not in (a, b, None):
        raise Refused("bad-pair", N_("Choose one of the two designs, or skip."), 422)


def require_fewer(wanted: Sized, before: Sized, most: int) -> None:
    """Refuse a ballot that grows beyond what one may hold."""
    if len(wanted) > max(most, len(before)):
        raise Refused("ballot-full", N_("Your ballot is full. Change what stands on it, or leave it as it is."))


def known_via(via: str) -> str:
    """Return how a vote came, one of VIAS."""
    return via if via in VIAS else "gallery"


def no_hearts_left(budget: int) -> Refused:
    """Return the refusal for a vote above the budget."""
    return Refused(
        "no-hearts-left",
        N_("All your %(budget)s hearts are given. Take one back to give it to another design."),
        budget=budget,
    )


def may_confirm(received_at: datetime, closes: datetime, now: datetime) -> bool:
    """Return whether a vote received then may still be made to count now."""
    return received_at < closes and now < closes + GRACE


def may_seal(closes: datetime, somebody_may_confirm: bool, now: datetime) -> bool:
    """Return whether the round is to be sealed: nothing that came in time is still on its way."""
    return now >= closes + (GRACE if somebody_may_confirm else SETTLE)


def require_keepable(keep: Collection[int], on_offer: Collection[int], budget: int) -> None:
    """Refuse a choice of hearts to keep that names foreign designs or too many."""
    if not set(keep) <= set(on_offer):
        raise Refused("not-on-your-ballot", N_("You can only keep designs you gave a heart."), 422)
    if len(set(keep)) > budget:
        raise Refused("too-many-kept", N_("You can keep at most %(budget)s."), 422, budget=budget)


def require_picking(phase: Phase, is_counted: bool, was_voided: bool) -> None:
    """Refuse a pick outside the picking phase; after a voided pick the artist may also decide late."""
    if phase is Phase.DECIDED:
        raise Refused("already-decided", N_("This contest is decided."))
    if phase is not Phase.PICKING and not (phase is Phase.LAPSED and was_voided):
        raise Refused("not-picking", N_("There is nothing to pick here now."))
    if not is_counted:
        raise Refused("still-counting-votes", N_("The votes are still being counted. This takes some minutes."))


def require_reason(reason: str, rank: int | None) -> None:
    """Refuse a pick without a reason, unless it is the fans' own first choice."""
    if len(reason) > REASON_LENGTH:
        raise Refused("reason-too-long", N_("Please say it in %(most)s characters."), 422, most=REASON_LENGTH)
    if not reason and rank != 1:
        raise Refused("reason-needed", N_("Please tell the fans why, as it was not their first choice."), 422)


def instant(at: datetime | None, zone: str) -> str:
    """Return an instant in the contest's named zone, as a refusal says it."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M}{twice.which(local)} ({zone})"
