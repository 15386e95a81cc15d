"""A stranger's stars, order or pairs become a person's: part of `claiming`, inside its transaction."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contests import queries as contests
from voting import locks, marks, papers, picks_queries, polls, queries, rules
from voting.marks import PAIRS, Choices
from voting.models import BallotVersion, PendingBallot, Round
from voting.papers import Paper
from voting.queries import ChoiceRow, RoundRow
from webapp.infra.db import changed
from webapp.kernel.refusal import Refused


def waiting(session: Session, device_id: str) -> list[PendingBallot]:
    """Return a browser's pending ballots in rounds that are not sealed."""
    kept = select(PendingBallot).join(Round, Round.id == PendingBallot.round_id)
    kept = kept.where(PendingBallot.device_id == device_id, Round.sealed_at.is_(None)).order_by(PendingBallot.round_id)
    return list(session.scalars(kept.execution_options(populate_existing=True)))


def claim(session: Session, kept: PendingBallot, person_id: int, now: datetime) -> None:
    """Merge one pending ballot into the person's, if it came in time; where both speak, the later one does.

    What can't be on the person's ballot (their own design, one that left) is left out.
    """
    found = queries.round_by_id(session, kept.round_id)
    contest = contests.contest(session, found.contest_id) if found else None
    if found is None or contest is None or contest.cancelled_at:
        return
    now = locks.share_round(session, contest.id, found.kind, now)
    poll = polls.ensure(session, contest, found.kind)
    closes = rules.closes_at(poll.kind, contest.schedule)
    if poll.sealed_at or closes is None or not rules.may_confirm(kept.received_at, closes, now):
        return
    paper = papers.locked(session, poll, person_id, None)
    designs = queries.choices(session, _named(poll.way, kept))
    gone = _not_choosable(session, poll, _named(poll.way, kept), designs, person_id)
    choices, trail = _merged(session, poll.way, paper, kept, gone)
    papers.write(session, poll, paper, choices, trail, designs, kept.via, kept.received_at, now)
    changed(session, delete(PendingBallot).where(PendingBallot.id == kept.id))


def _named(way: str, kept: PendingBallot) -> set[int]:
    return set(marks.values(way, kept.trail if way == PAIRS else kept.choices))


def _not_choosable(
    session: Session, poll: RoundRow, named: set[int], designs: dict[int, ChoiceRow], person_id: int
) -> set[int]:
    finalists = picks_queries.shortlist(session, poll.contest_id) if poll.kind == rules.FINAL else None
    gone = named - designs.keys()
    for design in designs.values():
        try:
            rules.require_choosable(design.id, design.is_public, design.author_id == person_id, finalists)
        except Refused:
            gone.add(design.id)
    return gone


def _merged(session: Session, way: str, paper: Paper, kept: PendingBallot, gone: set[int]) -> tuple[Choices, Choices]:
    is_newer = kept.received_at > _last_change(session, paper, kept.received_at)
    if way != PAIRS:
        theirs = marks.without(way, kept.choices, gone)
        both = (paper.choices, theirs) if is_newer else (theirs, paper.choices)
        return marks.merged(way, *both)[: rules.MOST_RATED], []
    theirs = marks.without(way, kept.trail, gone)
    both = (paper.trail, theirs) if is_newer else (theirs, paper.trail)
    trail = marks.merged(way, *both)[-rules.MOST_PAIRS :]
    return marks.of_trail(trail), trail


def _last_change(session: Session, paper: Paper, otherwise: datetime) -> datetime:
    last = (BallotVersion.ballot_id == paper.ballot_id, BallotVersion.version == paper.version)
    return session.scalar(select(BallotVersion.at).where(*last)) or otherwise
