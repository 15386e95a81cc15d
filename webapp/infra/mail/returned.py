"""What comes of bounces and complaints: such an address gets only what its owner needs."""

import email
import email.policy
from collections import Counter
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.infra.db import transaction
from webapp.infra.mail import bounces, complaints, refusals
from webapp.infra.mail.models import OutgoingMail
from webapp.kernel.now import now

COMPLAINT = "complaint"  # stands for a status code beside the address
HEARERS: list[Callable[[Session, int, str], None]] = []
"""Called with the id of a mail that came back, and 'bounce' or 'complaint', in the transaction that keeps it."""
SUBJECTS: list[Callable[[str], bool]] = []
"""Asked about the subject of any other mail that comes in; the first that acts on it answers True."""
OUTCOMES = {
    "refusing": "addresses get no more news, until their owner says they work",
    "known": "reports on addresses that were known to refuse",
    "complained": "readers called a mail of ours spam: they get no more news, until they say so themselves",
    "left": "mails that ended a newsletter",
    "passing": "reports of passing trouble, or of delivery: nothing to do",
    "foreign": "reports on mail that is not ours: ignored",
    "unread": "messages that are no delivery reports: ignored",
}


def take(content: bytes) -> Counter[str]:
    """Act on each report in a file; return how many came out how (see OUTCOMES). The same file twice is nothing.

    A report counts only when it names the Message-ID of a mail we sent: those can't be guessed, so nobody can
    cut off somebody else's address by sending us a made-up report.
    """
    outcomes: Counter[str] = Counter()
    for message in bounces.messages(content):
        complaint = complaints.complaint(message)
        found = bounces.reports(message)
        if complaint is not None:
            outcomes[_complained(complaint)] += 1
        elif found:
            outcomes.update(_act(report) for report in found)
        else:
            outcomes["left" if _asked(message) else "unread"] += 1
    return outcomes


def _act(report: bounces.Report) -> str:
    if not report.permanent:
        return "passing"
    return _stop(report.message_id, "bounce", "refusing", report.status, report.said)


def _complained(complaint: complaints.Complaint) -> str:
    if not complaint.wants_out:
        return "passing"
    return _stop(complaint.message_id, COMPLAINT, "complained", COMPLAINT, "")


def _stop(message_id: str, why: str, outcome: str, status: str, said: str) -> str:
    with transaction() as session:
        mail = _ours(session, message_id)
        if mail is None:
            return "foreign"
        for hear in HEARERS:
            hear(session, mail.id, why)
        return outcome if refusals.add(session, mail.address, status, said, now()) else "known"


def _ours(session: Session, message_id: str) -> OutgoingMail | None:
    """Return the mail of ours; its address is the one that is cut off, wherever it was forwarded to."""
    if not message_id:
        return None
    return session.scalar(select(OutgoingMail).where(OutgoingMail.message_id == message_id))


def _asked(message: bytes) -> bool:
    headers = email.message_from_bytes(message, policy=email.policy.compat32)
    subject = "".join(str(headers.get("Subject", "")).split())
    return any(act(subject) for act in SUBJECTS)
