"""A relay that says nobody is there: what is learnt from a refusal while sending."""

import re
import smtplib

from webapp.infra.db import transaction
from webapp.infra.mail import refusals
from webapp.kernel.now import now

ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
NOBODY = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}  # RFC 3463: no such mailbox or domain, moved, shut


def learn(address: str, error: Exception) -> None:
    """Stop optional mail to an address that a relay refused because nobody is there."""
    found = _nobody_there(error)
    if found:
        with transaction() as session:
            refusals.add(session, address, found[0], found[1], now())


def _nobody_there(error: Exception) -> tuple[str, str] | None:
    """Return (status, what was said) when a refusal says that the mailbox does not exist; None for any other.

    Refused for what the mail says, or for who sends it, is not the address's fault.
    """
    code: int
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPDataError):
        code, said = error.smtp_code, error.smtp_error
    else:
        return None
    words = " ".join((said.decode(errors="replace") if isinstance(said, bytes) else str(said)).split())
    status = ENHANCED.match(words)
    if status:
        return (status[0], words) if status[0] in NOBODY else None
    at_address = isinstance(error, smtplib.SMTPRecipientsRefused) and code in (550, 551, 553)
    return ("5.1.1", words) if at_address and "relay" not in words.lower() else None
