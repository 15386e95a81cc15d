"""Every SELECT about what ballots say: one voter's own, a stranger's, and all of a round as a stream."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contests.models import Contest
from contests.ways import kind_of
from voting.marks import Choices
from voting.models import Ballot, BallotVersion, PendingBallot, Round

COUNTED = ("counted", "reinstated")
STATES = ("counted", "held", "rejected", "reinstated")
CHUNK = 2000


@dataclass(frozen=True)
class Sheet:
    """A reader's own ballot in a contest's present round; `state` is 'counted', 'pending' or 'none' (blank).

    `way` is the kind of ballot, `places` how many designs may be ranked (0: all). For choices and trail see `marks`.
    """

    way: str
    method: str
    places: int
    is_sealed: bool
    state: str = "none"
    choices: Choices = field(default_factory=list)
    trail: Choices = field(default_factory=list)


@dataclass(frozen=True)
class Paper:
    """The ballot as it stands, of one voter nobody sees."""

    number: int
    state: str
    choices: Choices


def sheet(session: Session, contest_id: int, person_id: int | None, device_id: str) -> Sheet:
    """Return the ballot of a person, or of a stranger's browser, in the contest's present round."""
    poll = session.execute(
        select(Round.id, Round.method, Round.places, Round.sealed_at)
        .where(Round.contest_id == contest_id)
        .order_by(Round.kind)  # 'final' before 'open': the later one is wanted
        .limit(1)
    ).first()
    if poll is None:
        row = session.execute(select(Contest.method, Contest.rank_places).where(Contest.id == contest_id)).one()
        return Sheet(kind_of(row.method), row.method, row.rank_places, False)
    head = (kind_of(poll.method), poll.method, poll.places, poll.sealed_at is not None)
    found = _own(session, poll.id, person_id) if person_id else _kept(session, poll.id, device_id)
    if found is None:
        return Sheet(*head)
    filled = "counted" if person_id else "pending"
    return Sheet(*head, filled if found.choices else "none", list(found.choices), list(found.trail))


def ballot_of(session: Session, round_id: int, voter_id: int) -> Choices:
    """Return what a voter's ballot says now; a voter without one said nothing."""
    found = _own(session, round_id, voter_id)
    return list(found.choices) if found else []


def current_ballots(
    session: Session, round_id: int, states: Collection[str] = COUNTED
) -> Iterator[tuple[int, Choices]]:
    """Yield (number, choices) of every ballot of a round in one of the states that is not blank, by number.

    Streamed: memory does not grow with the round. The session must not commit while this runs.
    """
    for paper in papers(session, round_id, states):
        yield paper.number, paper.choices


def papers(session: Session, round_id: int, states: Collection[str] = STATES) -> Iterator[Paper]:
    """Yield every ballot of a round in one of the states that is not blank, streamed by number."""
    rows = session.execute(
        select(Ballot.number, Ballot.state, BallotVersion.choices)
        .join(BallotVersion, (BallotVersion.ballot_id == Ballot.id) & (BallotVersion.version == Ballot.version))
        .where(Ballot.round_id == round_id, Ballot.spent > 0, Ballot.state.in_(states))
        .order_by(Ballot.number)
        .execution_options(yield_per=CHUNK)
    )
    for row in rows:
        yield Paper(*row)


def by_state(session: Session, round_id: int) -> dict[str, tuple[int, int]]:
    """Return for each state how many ballots that are not blank are in it, and a sum that tells which ones."""
    rows = session.execute(
        select(Ballot.state, func.count(), func.sum(Ballot.id))
        .where(Ballot.round_id == round_id, Ballot.spent > 0)
        .group_by(Ballot.state)
    )
    return {state: (count, int(total)) for state, count, total in rows}


def _own(session: Session, round_id: int, voter_id: int) -> Any:
    return session.execute(
        select(BallotVersion.choices, Ballot.trail)
        .join(BallotVersion, (BallotVersion.ballot_id == Ballot.id) & (BallotVersion.version == Ballot.version))
        .where(Ballot.round_id == round_id, Ballot.voter_id == voter_id)
    ).first() or _trail_alone(session, round_id, voter_id)


def _trail_alone(session: Session, round_id: int, voter_id: int) -> Any:
    # A voter who has only skipped pairs so far has a trail and no version.
    mine = (Ballot.round_id == round_id, Ballot.voter_id == voter_id)
    trail = session.scalar(select(Ballot.trail).where(*mine))
    return _Blank(list(trail)) if trail else None


@dataclass(frozen=True)
class _Blank:
    trail: Choices
    choices: tuple[()] = ()


def _kept(session: Session, round_id: int, device_id: str) -> Any:
    mine = (PendingBallot.round_id == round_id, PendingBallot.device_id == device_id)
    return session.execute(select(PendingBallot.choices, PendingBallot.trail).where(*mine)).first()
