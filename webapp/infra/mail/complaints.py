"""Complaints: reports that a reader called a mail spam (ARF, RFC 5965), read and judged. Reads bytes, asks nobody."""

import email
import email.policy
from dataclasses import dataclass

from webapp.infra.mail.bounces import message_id_of

WANTS_OUT = {"abuse", "opt-out", "opt-out-list"}  # other types speak of viruses, forgeries, or say "not spam"


@dataclass(frozen=True)
class Complaint:
    """One complaint: its type, and which mail it is about ('' when the report does not name it)."""

    kind: str
    message_id: str

    @property
    def wants_out(self) -> bool:
        """Return whether the reader wants no such mail any more."""
        return self.kind in WANTS_OUT


def complaint(content: bytes) -> Complaint | None:
    """Return what a message complains of; None for one that is no feedback report."""
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    found = next((part for part in message.walk() if part.get_content_type() == "message/feedback-report"), None)
    if found is None:
        return None
    return Complaint(_kind(found.as_bytes()), message_id_of(message))


def _kind(part: bytes) -> str:
    """Return the type; the fields stand in the part's body, or where a parser took them for a message of its own."""
    for line in part.decode("latin-1").splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "feedback-type":
            return value.strip().lower()
    return ""
