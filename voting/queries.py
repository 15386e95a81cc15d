"""Every SELECT about rounds, votes and pending votes. Totals are not read here: see `results`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.models import Contest
from contests.submissions.models import Submission
from contests.submissions.queries import public
from contests.ways import kind_of
from voting.ballots_queries import Sheet, ballot_of, current_ballots, sheet
from voting.models import Ballot, BallotVersion, PendingBallot, PendingVote, Round, Vote
from voting.picks_queries import PickRow, finalists, shortlist, standing_pick, winner
from voting.results import Result, result, results
from voting.rules import FINAL, OPEN
from webapp.infra.short_ways import glance, peek, run_one

__all__ = [
    "PickRow",
    "Result",
    "Sheet",
    "ballot_of",
    "current_ballots",
    "finalists",
    "result",
    "results",
    "sheet",
    "shortlist",
    "standing_pick",
    "winner",
]

# Built once: on the way of a vote, building statements costs more than running them.
_DESIGN: tuple[Any, ...] = (Submission.id, Submission.contest_id, Submission.author_id)
_DESIGN += (Submission.current_revision_id, public().label("is_public"))
_CHOICE = select(*_DESIGN).where(Submission.id == bindparam("design"))
_NAMED = (
    select(Submission.id, Submission.code, Submission.title, Contest.slug)
    .join(Contest, Contest.id == Submission.contest_id)
    .where(Submission.code == bindparam("code"), Submission.submitted_at.is_not(None))
)
_ROUND: tuple[Any, ...] = (Round.id, Round.contest_id, Round.kind, Round.budget, Round.sealed_at, Round.closed_at)
_ROUND += (Round.method, Round.places, Round.root)
_ROUNDS: Any = Round.__table__
_ROUND_OF = select(*(_ROUNDS.c[column.key] for column in _ROUND))
_ROUND_OF = _ROUND_OF.where(_ROUNDS.c.contest_id == bindparam("contest"), _ROUNDS.c.kind == bindparam("kind"))
# 'final' stands before 'open' in the alphabet: of both, the later one is wanted.
_CURRENT = select(*(_ROUNDS.c[column.key] for column in _ROUND)).where(_ROUNDS.c.contest_id == bindparam("contest"))
_CURRENT = _CURRENT.order_by(_ROUNDS.c.kind).limit(1)
_VOTES: Any = Vote.__table__
_PENDING: Any = PendingVote.__table__
_VOTED = select(_VOTES.c.submission_id)
_VOTED = _VOTED.where(_VOTES.c.round_id == bindparam("round"), _VOTES.c.voter_id == bindparam("voter"))
_WAITING = select(_PENDING.c.submission_id, literal(0).label("counts")).where(
    _PENDING.c.round_id == bindparam("round"), _PENDING.c.device_id == bindparam("device")
)
_WAITS = select(
    or_(
        *(
            exists().where(table.c.round_id == bindparam("round"), table.c.device_id == bindparam("device"))
            for table in (_PENDING, PendingBallot.__table__)
        )
    )
)
_GIVEN = _VOTED.add_columns(literal(1).label("counts")).union_all(_WAITING)


@dataclass(frozen=True)
class RoundRow:
    """A round without its result."""

    id: int
    contest_id: int
    kind: str
    budget: int
    sealed_at: datetime | None
    closed_at: datetime | None
    method: str = "approval"
    places: int = 3
    root: str | None = None

    @property
    def way(self) -> str:
        """The kind of ballot: hearts, stars, rank or pairs."""
        return kind_of(self.method)


@dataclass(frozen=True)
class Hearts:
    """What a reader has given in a contest's present round; `pending` are kept but not counted."""

    voted: frozenset[int]
    pending: frozenset[int]
    left: int
    budget: int

    def state(self, submission_id: int) -> str:
        """Return 'counted', 'pending' or 'none' for one design."""
        if submission_id in self.voted:
            return "counted"
        return "pending" if submission_id in self.pending else "none"


@dataclass(frozen=True)
class ChoiceRow:
    """What a vote must know of a design."""

    id: int
    contest_id: int
    author_id: int
    revision_id: int | None
    is_public: bool


@dataclass(frozen=True)
class NamedRow:
    """What the page of a vote must know of the design it was sent for."""

    id: int
    code: str
    title: str
    contest_slug: str


def named(session: Session, code: str) -> NamedRow | None:
    """Return the design of a code and its contest's name in addresses; one statement, since crowds vote at once."""
    row = session.execute(_NAMED, {"code": code}).first()
    return NamedRow(*row) if row else None


def choice(session: Session, submission_id: int) -> ChoiceRow | None:
    """Return what a vote must know of a design, in one statement."""
    row = session.execute(_CHOICE, {"design": submission_id}).first()
    return ChoiceRow(row[0], row[1], row[2], row[3], bool(row[4])) if row else None


def choices(session: Session, ids: Collection[int]) -> dict[int, ChoiceRow]:
    """Return what a vote must know of several designs, by id, in one statement."""
    rows = session.execute(select(*_DESIGN).where(Submission.id.in_(set(ids))))
    return {row.id: ChoiceRow(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows}


def round_of(session: Session, contest_id: int, kind: str) -> RoundRow | None:
    """Return a contest's round of one kind."""
    rows = run_one(session, _ROUND_OF, {"contest": contest_id, "kind": kind}).rows
    return RoundRow(*rows[0]) if rows else None


def round_by_id(session: Session, round_id: int) -> RoundRow | None:
    """Return a round."""
    return _round(session, Round.id == round_id)


def current_round(session: Session, contest_id: int) -> RoundRow | None:
    """Return the round a contest is in: the final one from the moment the open one is counted."""
    rows: Sequence[Any] = glance(_CURRENT, {"contest": contest_id})
    return RoundRow(*rows[0]) if rows else None


def standing(session: Session, contest_id: int, person_id: int | None, device_id: str) -> Hearts:
    """Return the hearts of a person, or of a stranger's browser, in the contest's present round."""
    poll = current_round(session, contest_id)
    if poll is None:
        contest = contests.contest(session, contest_id)
        budget = contest.hearts if contest else 0
        return Hearts(frozenset(), frozenset(), budget, budget)
    return hearts_in(poll, person_id, device_id)


def hearts_in(poll: RoundRow, person_id: int | None, device_id: str) -> Hearts:
    """Return the hearts of a person, or of a stranger's browser ('': one that is new), in a round; one statement."""
    rows: Sequence[Any] = ()
    if person_id:
        rows = glance(_GIVEN, {"round": poll.id, "voter": person_id, "device": held_by(person_id)})
    elif device_id:
        rows = glance(_WAITING, {"round": poll.id, "device": device_id})
    given = frozenset(row[0] for row in rows if row[1])
    waiting = frozenset(row[0] for row in rows) - given
    used = len(given) if person_id else len(waiting)
    return Hearts(given, waiting, max(0, poll.budget - used), poll.budget)


def waits(round_id: int, device_id: str) -> bool:
    """Return whether a browser has said anything in a round that waits to be confirmed; one small statement."""
    return bool(peek(_WAITS, {"round": round_id, "device": device_id})[0][0])


def held_by(person_id: int) -> str:
    """Return the name under which votes wait that a person claimed but has no hearts for.

    They leave the browser's name, so that the next person at that browser does not find them.
    """
    return f"person-{person_id}"


def voted(session: Session, round_id: int, voter_id: int) -> frozenset[int]:
    """Return the designs a voter has given a heart in a round."""
    rows = run_one(session, _VOTED, {"round": round_id, "voter": voter_id}).rows
    return frozenset(row[0] for row in rows)


def pending(session: Session, round_id: int, device_id: str) -> frozenset[int]:
    """Return the designs with a pending vote of a browser, or of a person (`held_by`)."""
    kept = select(PendingVote.submission_id).where(PendingVote.round_id == round_id, PendingVote.device_id == device_id)
    return frozenset(session.scalars(kept))


def pending_rows(session: Session, device_id: str, round_id: int | None = None) -> list[PendingVote]:
    """Return the pending votes of a browser or a person in rounds that are not sealed, oldest first."""
    kept = (
        select(PendingVote)
        .join(Round, Round.id == PendingVote.round_id)
        .where(PendingVote.device_id == device_id, Round.sealed_at.is_(None))
        .order_by(PendingVote.round_id, PendingVote.received_at, PendingVote.id)
    )
    if round_id is not None:
        kept = kept.where(PendingVote.round_id == round_id)
    return list(session.scalars(kept))


def has_pending(session: Session, round_id: int) -> bool:
    """Return whether anybody could still confirm a vote of this round."""
    kept = (exists().where(PendingVote.round_id == round_id), exists().where(PendingBallot.round_id == round_id))
    return bool(session.scalar(select(or_(*kept))))


def spent(session: Session, round_id: int, voter_id: int) -> int:
    """Return how many hearts a voter has given in a round."""
    mine = select(Ballot.spent).where(Ballot.round_id == round_id, Ballot.voter_id == voter_id)
    return session.scalar(mine) or 0


def ballots_cast(session: Session, round_id: int) -> int:
    """Return how many voters have a ballot with at least one heart."""
    cast = select(func.count()).select_from(Ballot).where(Ballot.round_id == round_id, Ballot.spent > 0)
    return session.scalar(cast) or 0


def voters_of(session: Session, contest_id: int) -> list[int]:
    """Return everybody with a counted heart in any round of a contest."""
    cast = (
        select(Ballot.voter_id)
        .join(Round, Round.id == Ballot.round_id)
        .where(Round.contest_id == contest_id, Ballot.spent > 0)
    )
    return list(session.scalars(cast.distinct().order_by(Ballot.voter_id)))


def has_voted(session: Session, contest_id: int, person_id: int) -> bool:
    """Return whether somebody has a counted heart in any round of a contest."""
    cast = select(Ballot.id).join(Round, Round.id == Ballot.round_id)
    mine = cast.where(Round.contest_id == contest_id, Ballot.voter_id == person_id, Ballot.spent > 0)
    return session.scalar(mine.limit(1)) is not None


def to_fold(session: Session) -> list[int]:
    """Return unclosed rounds whose ledger has versions that are not folded."""
    unfolded = exists().where(BallotVersion.round_id == Round.id, BallotVersion.leaf_index.is_(None))
    return list(session.scalars(select(Round.id).where(Round.closed_at.is_(None), unfolded).order_by(Round.id)))


def to_close(session: Session, now: datetime) -> list[tuple[int, str]]:
    """Return (contest, kind) of every round past its end and not counted; it may have no row yet."""
    due: list[tuple[int, str]] = []
    ends = {OPEN: func.coalesce(Contest.final_at, Contest.picking_at), FINAL: Contest.picking_at}
    for kind, end in ends.items():
        closed = exists().where(Round.contest_id == Contest.id, Round.kind == kind, Round.closed_at.is_not(None))
        conditions: list[Any] = [
            Contest.published_at.is_not(None),
            Contest.cancelled_at.is_(None),
            end <= now,
            ~closed,
        ]
        if kind == FINAL:
            conditions.append(Contest.final_at.is_not(None))
        due += [(contest_id, kind) for contest_id in session.scalars(select(Contest.id).where(*conditions))]
    return due


def to_open(session: Session, now: datetime) -> list[int]:
    """Return contests whose voting has begun without anybody having been told."""
    running = and_(Contest.voting_at <= now, Contest.picking_at > now, Contest.voting_told_at.is_(None))
    alive = and_(Contest.published_at.is_not(None), Contest.cancelled_at.is_(None))
    return list(session.scalars(select(Contest.id).where(running, alive)))


def to_lapse(session: Session, now: datetime) -> list[int]:
    """Return undecided contests past `decide_by` of which nobody was told that they lapsed."""
    over = and_(Contest.decide_by <= now, Contest.decided_at.is_(None), Contest.lapse_told_at.is_(None))
    alive = and_(Contest.published_at.is_not(None), Contest.cancelled_at.is_(None))
    return list(session.scalars(select(Contest.id).where(over, alive)))


def _round(session: Session, *conditions: Any) -> RoundRow | None:
    # 'final' stands before 'open' in the alphabet: of both, the later one is wanted.
    row = session.execute(select(*_ROUND).where(*conditions).order_by(Round.kind).limit(1)).first()
    return RoundRow(*row) if row else None
