"""Every write of credit, in the caller's transaction. Each begins by holding the design's row: offers queue there."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contests.submissions.credits import queries, rules
from contests.submissions.credits.events import CreditOffered
from contests.submissions.credits.models import CreditFreeze, CreditShare
from contests.submissions.models import Submission
from webapp.infra import outbox
from webapp.infra.db import changed, insert_once
from webapp.kernel.refusal import N_, NotFound, Refused


def hold(session: Session, submission_id: int) -> int:
    """Lock a design's credit until the commit; return its designer. Raises NotFound."""
    designer_id = session.scalar(select(Submission.author_id).where(Submission.id == submission_id).with_for_update())
    if designer_id is None:
        raise NotFound()
    return designer_id


def offer(
    session: Session,
    submission_id: int,
    designer_id: int,
    person_id: int,
    role: str,
    share_bp: int,
    now: datetime,
    note: str = "",
    suggestion_id: int | None = None,
) -> int:
    """Offer somebody a share of one's own design; return its id.

    Raises NotFound for another's design, Refused: own-share, credits-frozen, too-much-shared, offered-already.
    """
    if hold(session, submission_id) != designer_id:
        raise NotFound()
    if person_id == designer_id:
        raise Refused("own-share", N_("You are the designer already."), 422)
    rules.require_unfrozen(queries.is_frozen(session, submission_id))
    rules.require_room(queries.standing_shares(session, submission_id), share_bp)
    share_id = insert_once(
        session,
        CreditShare,
        submission_id=submission_id,
        person_id=person_id,
        role=role,
        share_bp=share_bp,
        note=note,
        suggestion_id=suggestion_id,
        state="offered",
        standing=True,
        offered_at=now,
    )
    if share_id is None:
        raise Refused("offered-already", N_("A share is offered to them, or theirs, already."))
    outbox.record(session, CreditOffered(share_id))
    return share_id


def answer(session: Session, share_id: int, accept: bool, now: datetime) -> bool:
    """Note the answer to an offer; return whether it still waited for one."""
    state, standing = ("accepted", True) if accept else ("declined", None)
    statement = update(CreditShare).where(CreditShare.id == share_id, CreditShare.state == "offered")
    return changed(session, statement.values(state=state, standing=standing, answered_at=now)) == 1


def end(session: Session, share_id: int, state: str, now: datetime) -> bool:
    """End a share that stands in `state`; return whether it did."""
    statement = update(CreditShare).where(CreditShare.id == share_id, CreditShare.state == state)
    return changed(session, statement.values(state="ended", standing=None, answered_at=now)) == 1


def freeze(session: Session, submission_id: int, now: datetime) -> bool:
    """Fix the shares of a design; offers nobody answered end. Return whether this call did it."""
    hold(session, submission_id)
    if queries.is_frozen(session, submission_id):
        return False
    session.add(CreditFreeze(submission_id=submission_id, at=now))
    unanswered = update(CreditShare).where(CreditShare.submission_id == submission_id, CreditShare.state == "offered")
    changed(session, unanswered.values(state="ended", standing=None, answered_at=now))
    return True
