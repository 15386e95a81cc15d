"""Periodic work and handlers. Any number may run at once, and twice."""

import structlog

from contests import queries as contests
from contests import store as contests_store
from contests.events import ContestLapsed, VotingOpened
from contests.phases import Phase
from voting import closing, picking, picks_queries, queries, rules, tell
from webapp.infra import outbox
from webapp.infra.db import db, transaction
from webapp.kernel.now import now

log = structlog.get_logger()


def fold_open_rounds() -> int:
    """Fold what voters have appended since; return how many versions. Idle rounds cost one read."""
    rounds = queries.to_fold(db.session())
    db.session.rollback()
    return sum(closing.fold(round_id) for round_id in rounds)


def close_due() -> int:
    """Close rounds that are past their end; return how many are counted now. One's failure stops no other."""
    moment = now()
    due = queries.to_close(db.session(), moment)
    db.session.rollback()
    closed = 0
    for contest_id, kind in due:
        try:
            round_id = closing.round_to_close(contest_id, kind)
            closed += bool(round_id and _in_turn(contest_id, kind) and closing.close(round_id, moment))
        except Exception:
            log.exception("round not closed", contest=contest_id, kind=kind)
            db.session.rollback()
    return closed


def open_due() -> int:
    """Record once for each contest that voting has begun; return for how many."""
    moment = now()
    due = queries.to_open(db.session(), moment)
    db.session.rollback()
    opened = 0
    for contest_id in due:
        with transaction() as session:
            contest = contests.contest(session, contest_id)
            if contest and contests_store.mark_voting_told(session, contest_id, moment):
                outbox.record(session, VotingOpened(contest_id))
                tell.call_later(session, contest, rules.OPEN, moment)
                opened += 1
    return opened


def lapse_due() -> int:
    """Record once for each contest that no pick came in time; return for how many.

    A pick that still waits out its ten minutes came in time, and after a voided pick the artist may be late.
    """
    moment = now()
    due = queries.to_lapse(db.session(), moment)
    db.session.rollback()
    lapsed = 0
    for contest_id in due:
        with transaction() as session:
            contest = contests.contest(session, contest_id)
            late = picks_queries.standing_pick(session, contest_id) or picks_queries.was_voided(session, contest_id)
            if contest is None or late or contest.phase(moment) is not Phase.LAPSED:
                continue
            if contests_store.mark_lapse_told(session, contest_id, moment):
                outbox.record(session, ContestLapsed(contest_id))
                lapsed += 1
    return lapsed


def announce(contest_id: int, pick_id: int) -> None:
    """Make a pick public when its undo window is over (handler of WinnerPicked)."""
    picking.announce(pick_id, now())


def _in_turn(contest_id: int, kind: str) -> bool:
    """Return whether the round before is counted: a final needs its finalists."""
    if kind == rules.OPEN:
        return True
    opened = queries.round_of(db.session(), contest_id, rules.OPEN)
    db.session.rollback()
    return opened is not None and opened.closed_at is not None
