"""Bounces: reports that a mail could not be delivered (RFC 3464), read and judged. Reads bytes, asks nobody."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as Parsed

FROM_LINE = re.compile(rb"(?m)^From .*\d{4}\r?$\n?")
PERMANENT = re.compile(r"5\.\d{1,3}\.\d{1,3}")
ADDRESS = re.compile(r"(?:[\w-]+;)?\s*<?([^<>\s]+@[^<>\s]+?)>?\s*$")


@dataclass(frozen=True)
class Report:
    """One recipient of a report: whom the mail did not reach, for good or not, and which mail it was."""

    address: str
    status: str  # e.g. 5.1.1
    permanent: bool
    said: str
    message_id: str  # '' when the report does not name the mail


def messages(content: bytes) -> list[bytes]:
    """Return the messages of a file: one message, or a mailbox of many whose messages begin with 'From '."""
    if not content.startswith(b"From "):
        return [content] if content.strip() else []
    return [each for each in FROM_LINE.split(content) if each.strip()]


def reports(content: bytes) -> list[Report]:
    """Return what a message reports; nothing for one that is no delivery report."""
    # Reports are written by programs of every age: the older policy reads what the newer one stumbles over.
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    status = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        return []
    message_id = message_id_of(message)
    found = (_report(block, message_id) for block in _blocks(status))
    return [each for each in found if each]


def _blocks(status: Parsed) -> Iterator[Parsed]:
    payload = status.get_payload()
    if isinstance(payload, list):
        yield from (each for each in payload if isinstance(each, Parsed))


def _report(block: Parsed, message_id: str) -> Report | None:
    named = ADDRESS.match(str(block.get("Original-Recipient") or block.get("Final-Recipient") or "").strip())
    action = str(block.get("Action", "")).strip().lower()
    if named is None or not action:
        return None
    status = str(block.get("Status", "")).split("(")[0].strip()
    said = " ".join(str(block.get("Diagnostic-Code", "")).split())
    permanent = action == "failed" and bool(PERMANENT.fullmatch(status))
    return Report(named[1].lower(), status, permanent, said[:500], message_id)


def message_id_of(report: Parsed) -> str:
    """Return the id of the mail that came back: it stands in the part that holds it, or its headers."""
    for part in report.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            found = inner[0].get("Message-ID") if isinstance(inner, list) and isinstance(inner[0], Parsed) else None
        elif part.get_content_type() == "text/rfc822-headers":
            raw = part.get_payload(decode=True)
            found = email.message_from_bytes(raw).get("Message-ID") if isinstance(raw, bytes) else None
        else:
            continue
        if found:
            return str(found).strip()
    return ""
