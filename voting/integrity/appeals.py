"""Appeals: a voter's own ballot, its state once the votes are counted, and words to the moderators."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contests.models import Contest
from voting.integrity import acting, states, windows
from voting.integrity.acting import Who
from voting.integrity.events import BallotsJudged
from voting.integrity.models import BallotAct, BallotAppeal
from voting.integrity.states import HELD, REINSTATED, REJECTED
from voting.integrity.windows import Window
from voting.models import Ballot, Round
from webapp.accounts import audit
from webapp.infra import outbox
from webapp.infra.db import changed, insert_once, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

WORDS_LENGTH = 2000


@dataclass(frozen=True)
class Fate:
    """What became of a voter's ballot, told once its contest is counted."""

    number: int
    state: str
    reason_code: str
    outcome: str | None  # of their appeal: '' while it waits, None without one
    answer: str
    window: Window
    may_appeal: bool


def of_person(session: Session, person_id: int, now: datetime) -> dict[int, Fate]:
    """Return what became of a person's ballots in counted contests, by number; a fixed number of statements."""
    mine = (
        select(
            Ballot.id,
            Ballot.number,
            Ballot.state,
            Round.contest_id,
            BallotAppeal.outcome,
            BallotAppeal.answer,
        )
        .join(Round, Round.id == Ballot.round_id)
        .outerjoin(BallotAppeal, BallotAppeal.ballot_id == Ballot.id)
        .where(Ballot.voter_id == person_id, Ballot.spent > 0)
    )
    rows = session.execute(mine).all()
    spans = _windows(session, {row.contest_id for row in rows})
    reasons = _reasons(session, [row.id for row in rows if row.state in (HELD, REJECTED)])
    found = {}
    for row in rows:
        span = spans.get(row.contest_id)
        if span is not None:
            may = span.is_open(now) and row.outcome is None and row.state in (HELD, REJECTED)
            reason = reasons.get(row.id, "")
            found[row.number] = Fate(row.number, row.state, reason, row.outcome, row.answer or "", span, may)
    return found


def appeal(number: int, person_id: int, words: str, now: datetime) -> None:
    """Make the one appeal of a ballot. Raises Refused before the count, after the window, or for a second one."""
    words = words.replace("\x00", "").strip()[:WORDS_LENGTH]
    if not words:
        raise Refused("words-missing", N_("Write a few words, so that somebody can understand."), 422)
    with transaction() as session:
        row = session.execute(
            select(Ballot.id, Ballot.state, Ballot.round_id, Round.contest_id)
            .join(Round, Round.id == Ballot.round_id)
            .where(Ballot.number == number, Ballot.voter_id == person_id)
        ).first()
        window = windows.of_contest(session, row.contest_id) if row else None
        if row is None or window is None:
            raise NotFound()
        if not window.is_open(now):
            raise Refused("appeals-over", N_("The time for appeals is over."))
        if row.state not in (HELD, REJECTED):
            raise Refused("counts-already", N_("Your ballot counts. There is nothing to appeal against."))
        if not insert_once(session, BallotAppeal, ballot_id=row.id, round_id=row.round_id, words=words, made_at=now):
            raise Refused("appealed-before", N_("You have appealed already. Somebody looks at it."))


def answer(appeal_id: int, artist_id: int, person_id: int, uphold: bool, words: str, now: datetime) -> None:
    """Answer an appeal: upheld, the ballot counts again. Not by somebody who acted on that ballot.

    Raises Refused when somebody was faster, the answer is missing, or the result is final.
    """
    words = words.replace("\x00", "").strip()[: states.REASON_LENGTH]
    if not words:
        raise Refused("reason-missing", N_("Say why: the voter reads it."), 422)
    with transaction() as session:
        found = session.get(BallotAppeal, appeal_id)
        if found is None or _artist_of(session, found.round_id) != artist_id:
            raise NotFound()
        acted = select(BallotAct.id).where(BallotAct.ballot_id == found.ballot_id, BallotAct.actor_id == person_id)
        if session.scalar(acted.limit(1)):
            raise Refused("another-person", N_("You acted on this ballot. Somebody else answers the appeal."), 403)
        acting.hold_still(session, found.round_id)
        settle(session, found.id, found.ballot_id, found.round_id, uphold, words, person_id, now)
        audit.note(session, now, person_id, artist_id, "ballots.appeal", f"round:{found.round_id}", upheld=uphold)


def settle(
    session: Session,
    appeal_id: int,
    ballot_id: int,
    round_id: int,
    uphold: bool,
    words: str,
    person_id: int | None,
    now: datetime,
) -> None:
    """Write an appeal's outcome and carry it out, in the caller's transaction, which holds the round still."""
    outcome = "upheld" if uphold else "declined"
    statement = update(BallotAppeal).where(BallotAppeal.id == appeal_id, BallotAppeal.outcome == "")
    statement = statement.values(outcome=outcome, answer=words, decided_by=person_id, decided_at=now)
    if not changed(session, statement):
        raise Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))
    if uphold:
        rule = "" if person_id else "unanswered"
        who = Who("appeal" if person_id else rule, words, person_id=person_id, rule=rule, rule_version=None)
        acting.move(session, round_id, [ballot_id], REINSTATED, who, now)
    outbox.record(session, BallotsJudged(round_id))


def _windows(session: Session, contest_ids: set[int]) -> dict[int, Window]:
    """Return the windows of contests whose every round is counted, in one statement."""
    if not contest_ids:
        return {}
    rows = session.execute(
        select(
            Round.contest_id,
            func.count().label("rounds"),
            func.count(Round.closed_at).label("closed"),
            func.count(Round.final_at).label("final"),
            func.max(Round.closed_at).label("closed_at"),
            func.max(Round.final_at).label("final_at"),
        )
        .where(Round.contest_id.in_(contest_ids))
        .group_by(Round.contest_id)
    )
    return {
        row.contest_id: Window(row.closed_at, row.final_at if row.final == row.rounds else None)
        for row in rows
        if row.closed == row.rounds
    }


def _reasons(session: Session, ballots: list[int]) -> dict[int, str]:
    if not ballots:
        return {}
    latest = select(func.max(BallotAct.id)).where(BallotAct.ballot_id.in_(ballots)).group_by(BallotAct.ballot_id)
    rows = session.execute(select(BallotAct.ballot_id, BallotAct.reason_code).where(BallotAct.id.in_(latest)))
    return dict(rows.all())


def _artist_of(session: Session, round_id: int) -> int | None:
    return session.scalar(
        select(Contest.artist_id).join(Round, Round.contest_id == Contest.id).where(Round.id == round_id)
    )
