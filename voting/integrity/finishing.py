"""From provisional to final: revising counts, answering what nobody answered, the last roots and bundle, forgetting."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import case, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from contests.models import Contest
from voting import closing, locks
from voting.bundle import making
from voting.integrity import acting, appeals, windows
from voting.integrity.models import BallotAppeal, BallotRejection, VotingFeature
from voting.log import roots
from voting.log.models import LogRoot
from voting.models import Round
from webapp.infra.db import changed, db, transaction
from webapp.kernel.now import now

KEEP_FEATURES = timedelta(days=90)
BATCH = 2000
log = structlog.get_logger()


def revise(round_id: int) -> None:
    """Count a published round anew after people changed its ballots (handler of BallotsJudged; safe to repeat)."""
    closing.revise(round_id, now())


def finish_due() -> int:
    """Make results final whose appeals are over and answered; return of how many contests. Run by the ticker."""
    moment = now()
    last = func.max(Round.closed_at)
    label = (LogRoot.round_id == Round.id, LogRoot.label == roots.SEAL)
    said = aliased(LogRoot)
    unsaid = exists().where(*label) & ~exists().where(said.round_id == Round.id, said.label == roots.FINAL)
    undone = case((or_(Round.final_at.is_(None), unsaid), 1), else_=0)
    due = (
        select(Round.contest_id)
        .group_by(Round.contest_id)
        .having(func.count(Round.closed_at) == func.count(), func.sum(undone) > 0)
        .having(last <= moment - windows.APPEALS)
    )
    contests = db.session().scalars(due).all()
    db.session.rollback()
    done = 0
    for contest_id in contests:
        try:
            done += finish(contest_id, moment)
        except Exception:
            log.exception("result not made final", contest=contest_id)
            db.session.rollback()
    return done


def finish(contest_id: int, at: datetime) -> bool:
    """Make a contest's result final; return whether it is now. False while appeals wait for their answer."""
    rounds = _rounds(contest_id)
    if not _answered(contest_id, at):
        return False
    with transaction() as session:  # from here on nobody changes a ballot's state; what follows may run twice
        for round_id in rounds:
            locks.become_sequencer(session, round_id)
        mine = (Round.contest_id == contest_id, Round.final_at.is_(None))
        changed(session, update(Round).where(*mine).values(final_at=at))
        waiting = (BallotRejection.round_id.in_(rounds), BallotRejection.outcome == "")
        changed(session, update(BallotRejection).where(*waiting).values(outcome="withdrawn", decided_at=at))
    for round_id in rounds:
        closing.revise(round_id, at)
    making.finalise(contest_id, at)
    return True


def forget_features() -> int:
    """Delete what first votes looked like, 90 days after the result; return how many rows. Run by the ticker."""
    before = now() - KEEP_FEATURES
    past = select(Round.id).join(Contest, Contest.id == Round.contest_id)
    past = past.where(or_(Round.final_at <= before, Contest.cancelled_at <= before))
    gone = 0
    while True:
        with transaction() as session:
            some = select(VotingFeature.id).where(VotingFeature.round_id.in_(past)).limit(BATCH)
            number = changed(session, delete(VotingFeature).where(VotingFeature.id.in_(some)))
        gone += number
        if number < BATCH:
            return gone


def _rounds(contest_id: int) -> list[int]:
    session = db.session()
    session.rollback()
    found = list(session.scalars(select(Round.id).where(Round.contest_id == contest_id).order_by(Round.id)))
    session.rollback()
    return found


def _answered(contest_id: int, at: datetime) -> bool:
    """Return whether no appeal waits; those that waited too long are upheld: nobody had anything against them."""
    with transaction() as session:
        window = windows.of_contest(session, contest_id)
        open_still = (
            select(BallotAppeal.id, BallotAppeal.ballot_id, BallotAppeal.round_id)
            .join(Round, Round.id == BallotAppeal.round_id)
            .where(Round.contest_id == contest_id, BallotAppeal.outcome == "")
            .order_by(BallotAppeal.id)
        )
        waiting = session.execute(open_still).all()
        if window is None or (waiting and at < window.until + windows.ANSWERS):
            return False
        for row in waiting:
            acting.hold_still(session, row.round_id)
            appeals.settle(session, row.id, row.ballot_id, row.round_id, True, "", None, at)
        return True
