"""Mails about an erased person: all earlier ones are dropped at once, the receipt goes as soon as it is sent."""

from sqlalchemy import delete, false, or_, select, true
from sqlalchemy.orm import Session

from webapp.accounts.my_data import store
from webapp.accounts.my_data.models import DataRequest
from webapp.infra.db import changed, db, transaction
from webapp.infra.mail import OutgoingMail, refusals
from webapp.kernel.now import now

BATCH = 200


def dedupe(request_id: int) -> str:
    """Return what the mail with an erasure's receipt is known by."""
    return f"erased:{request_id}"


def drop(session: Session, person_id: int, addresses: list[str]) -> int:
    """Delete every mail to a person, sent or not, in the caller's transaction; return how many.

    That an address of theirs refused our mail is forgotten, too.
    """
    theirs = or_(OutgoingMail.recipient_id == person_id, OutgoingMail.address.in_(addresses))
    refusals.lift(session, addresses)
    return changed(session, delete(OutgoingMail).where(theirs))


def sweep() -> int:
    """Delete the receipts that were sent or given up: with them the last trace of an address. The ticker's part."""
    waiting = select(DataRequest.id, DataRequest.expires_at).where(
        DataRequest.kind == "erase", DataRequest.expires_at.is_not(None)
    )
    rows, moment = db.session.execute(waiting.limit(BATCH)).all(), now()
    db.session.rollback()
    return sum(_forget(row.id, row.expires_at <= moment) for row in rows)


def _forget(request_id: int, overdue: bool) -> int:
    with transaction() as session:
        over = or_(OutgoingMail.state.in_(("sent", "failed")), true() if overdue else false())
        gone = changed(session, delete(OutgoingMail).where(OutgoingMail.dedupe == dedupe(request_id), over))
        left = select(OutgoingMail.id).where(OutgoingMail.dedupe == dedupe(request_id))
        if session.scalar(left) is None:
            store.end_letter(session, request_id)
        return gone
