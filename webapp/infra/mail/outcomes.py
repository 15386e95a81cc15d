"""What becomes of a leased message: sent, given back, put back for later, given up, left unsent."""

import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webapp.infra import queue
from webapp.infra.db import after_commit, changed, transaction
from webapp.infra.mail.models import OutgoingMail
from webapp.kernel.now import now

BACK_OFF = (30, 120, 600, 1800)  # seconds; the last one repeats
GIVE_UP_AFTER = timedelta(days=3)

log = structlog.get_logger()


def mark_sent(ids: list[int]) -> None:
    """Write down that messages went, and forget what was in them."""
    if ids:
        with transaction() as session:
            gone = {"state": "sent", "sent_at": now(), "params": {}, "error": ""}
            changed(session, update(OutgoingMail).where(OutgoingMail.id.in_(ids)).values(**gone))


def wait(ids: list[int], until: datetime) -> None:
    """Give leased messages back that were not tried: until a moment, at no cost to them."""
    if ids:
        with transaction() as session:
            back = {"not_before": until, "attempts": OutgoingMail.attempts - 1, "deaths": OutgoingMail.deaths - 1}
            leased = (OutgoingMail.id.in_(ids), OutgoingMail.state == "queued")
            changed(session, update(OutgoingMail).where(*leased).values(**back))


def put_back(mail_id: int, attempts: int, created_at: datetime, error: Exception) -> None:
    """Let a message that failed be tried again later, or give it up."""
    moment = now()
    over = _permanent(error) or moment - created_at > GIVE_UP_AFTER
    pause = BACK_OFF[min(max(attempts, 1), len(BACK_OFF)) - 1]
    with transaction() as session:
        changed(
            session,
            update(OutgoingMail)
            .where(OutgoingMail.id == mail_id, OutgoingMail.state == "queued")
            .values(
                state="failed" if over else "queued",
                not_before=moment + timedelta(seconds=pause),
                error=repr(error)[:1000],
                deaths=0,
            ),
        )


def give_up(mail_id: int, reason: str) -> None:
    """Try a message no more; an operator can."""
    log.error("mail given up", mail=mail_id, reason=reason)
    with transaction() as session:
        queued = (OutgoingMail.id == mail_id, OutgoingMail.state == "queued")
        changed(session, update(OutgoingMail).where(*queued).values(state="failed", error=reason))


def drop(session: Session, *which: ColumnElement[bool]) -> int:
    """Leave queued optional messages unsent, in the caller's transaction, and forget what was in them."""
    waiting = (OutgoingMail.state == "queued", OutgoingMail.optional, *which)
    return changed(session, update(OutgoingMail).where(*waiting).values(state="dropped", params={}))


def drop_these(ids: Iterable[int]) -> None:
    """Leave leased messages unsent."""
    wanted = list(ids)
    if wanted:
        with transaction() as session:
            drop(session, OutgoingMail.id.in_(wanted))


def _permanent(error: Exception) -> bool:
    """Return whether trying this message again is pointless: the relay refused it for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    # A refused sender is our own setting: it may be mended, so it is not the message's end.
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, (smtplib.SMTPNotSupportedError, ValueError))


def failed(session: Session, limit: int = 50) -> list[OutgoingMail]:
    """Return the messages that were given up, the latest first."""
    query = select(OutgoingMail).where(OutgoingMail.state == "failed").order_by(OutgoingMail.id.desc())
    return list(session.scalars(query.limit(limit)))


def retry_failed(mail_id: int) -> bool:
    """Let a message that was given up be tried again for three days more; return whether there was one."""
    moment = now()
    with transaction() as session:
        statement = update(OutgoingMail).where(OutgoingMail.id == mail_id, OutgoingMail.state == "failed")
        values = {"state": "queued", "attempts": 0, "deaths": 0, "not_before": moment, "created_at": moment}
        found = bool(changed(session, statement.values(**values)))
        if found:
            after_commit(lambda: queue.nudge("mail", "webapp.infra.mail.drain"))
    return found
