"""What comes of bounces: an address that refused one of our mails for good gets only what its owner needs."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.infra.db import transaction
from webapp.infra.mail import bounces, refusals
from webapp.infra.mail.models import OutgoingMail
from webapp.kernel.now import now

OUTCOMES = {
    "refusing": "addresses get no more news, until their owner says they work",
    "known": "reports on addresses that were known to refuse",
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
        found = bounces.reports(message)
        outcomes["unread"] += not found
        for report in found:
            outcomes[_act(report)] += 1
    return +outcomes


def _act(report: bounces.Report) -> str:
    if not report.permanent:
        return "passing"
    with transaction() as session:
        address = _ours(session, report)
        if address is None:
            return "foreign"
        return "refusing" if refusals.add(session, address, report.status, report.said, now()) else "known"


def _ours(session: Session, report: bounces.Report) -> str | None:
    """Return the address our mail went to; it is the one that is cut off, wherever it was forwarded to."""
    if not report.message_id:
        return None
    return session.scalar(select(OutgoingMail.address).where(OutgoingMail.message_id == report.message_id))
