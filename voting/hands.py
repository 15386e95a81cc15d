"""The ballot in a fan's hand: what the reader has said so far in the round a contest is in, whatever its kind."""

from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.orm import Session

from contests.phases import Phase
from contests.queries import ContestRow
from contests.ways import HEARTS, MOST_PLACES, PAIRS, RANK, STARS
from voting import marks, queries
from voting.marks import Choices
from voting.queries import Hearts, RoundRow

_BEFORE_FINAL = (Phase.DRAFT, Phase.UPCOMING, Phase.SUBMITTING, Phase.CRITIQUE, Phase.VOTING)


@dataclass(frozen=True)
class Hand:
    """A reader's ballot; `state` is 'counted', 'pending' or 'none' (blank), `hearts` there only where they are given.

    choices and trail are as in `marks`; hearts that wait are among the choices.
    """

    way: str
    state: str
    choices: Choices = field(default_factory=list)
    trail: Choices = field(default_factory=list)
    places: int = MOST_PLACES
    hearts: Hearts | None = None

    @cached_property
    def values(self) -> dict[int, int]:
        """What is said of each design: 1 (a heart), its stars, its place from 1, or the pairs it won."""
        return marks.values(self.way, self.choices)

    @property
    def marked(self) -> frozenset[int]:
        """The designs this ballot names; of pairs, none: they are compared, not chosen."""
        return frozenset() if self.way == PAIRS else frozenset(self.values)

    @property
    def met(self) -> int:
        """How many pairs were compared or skipped."""
        return len(self.trail)


def way_in(contest: ContestRow, phase: Phase) -> str:
    """Return the kind of ballot of the round that a phase belongs to."""
    is_final = contest.final_at is not None and phase not in _BEFORE_FINAL
    return contest.final_way if is_final else contest.way


def hand(session: Session, contest: ContestRow, phase: Phase, person_id: int | None, device_id: str) -> Hand:
    """Return the ballot of a person, or of a stranger's browser, in the contest's present round."""
    way = way_in(contest, phase)
    if way == HEARTS:
        return hand_of_hearts(contest, queries.current_round(session, contest.id), person_id, device_id)
    sheet = queries.sheet(session, contest.id, person_id, device_id)
    if sheet.way != way:  # the round before is still being counted: nothing is said in this one
        return Hand(way, "none", places=contest.rank_places or MOST_PLACES)
    return Hand(way, sheet.state, sheet.choices, sheet.trail, sheet.places or MOST_PLACES)


def hand_of_hearts(contest: ContestRow, poll: RoundRow | None, person_id: int | None, device_id: str) -> Hand:
    """Return the hearts of a person, or of a browser ('': a new one), in a round; None: nobody has voted in it yet."""
    none = Hearts(frozenset(), frozenset(), contest.hearts, contest.hearts)
    given = queries.hearts_in(poll, person_id, device_id) if poll else none
    state = "counted" if given.voted else "pending" if given.pending else "none"
    return Hand(HEARTS, state, sorted(given.voted | given.pending), hearts=given)


__all__ = ["HEARTS", "PAIRS", "RANK", "STARS", "Hand", "hand", "hand_of_hearts", "way_in"]
