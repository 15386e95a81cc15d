"""What carries messages away: an SMTP relay, or the local mailbox of an embedded installation."""

import email
import email.policy
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from webapp.infra.settings import Settings

Seal = Callable[[bytes], bytes]
"""Makes of a message as it goes over the wire the same with its signature."""
_DOTS = re.compile(rb"^\.", re.MULTILINE)
_GONE = 421  # the relay's "closing the connection", to any command


@dataclass(frozen=True)
class Envelope:
    """A message as it goes over the wire, its lines ended by CRLF; `at` is when it was posted."""

    sender: str
    address: str
    message_id: str
    at: datetime
    content: bytes


class Carrier(Protocol):
    """What carries messages away."""

    def send(self, letter: Envelope) -> None:
        """Hand one message over; raises smtplib.SMTPException, OSError or ValueError."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class Mailbox:
    """A folder of .eml files that the demo reads in the browser."""

    def __init__(self, folder: Path, seal: Seal | None = None) -> None:
        self.folder = folder
        self.seal = seal
        folder.mkdir(parents=True, exist_ok=True)

    def send(self, letter: Envelope) -> None:
        """Write the message; the same Message-ID twice is one file."""
        name = letter.message_id.strip("<>").partition("@")[0]
        path = self.folder / f"{letter.at:%Y%m%dT%H%M%S}-{name}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(self.seal(letter.content) if self.seal else letter.content)
        part.replace(path)

    def close(self) -> None:
        """Nothing to end."""


class Smtp:
    """One SMTP connection."""

    def __init__(self, url: str, seal: Seal | None = None) -> None:
        self.seal = seal
        parts = urlsplit(url)
        host = parts.hostname or ""
        self.smtp: smtplib.SMTP
        if parts.scheme == "smtps":
            self.smtp = smtplib.SMTP_SSL(host, parts.port or 465, timeout=20, context=ssl.create_default_context())
        else:
            self.smtp = smtplib.SMTP(host, parts.port or 25, timeout=20)
        try:
            self._greet(parts)
        except BaseException:
            self.smtp.close()
            raise

    def _greet(self, parts: SplitResult) -> None:
        self.smtp.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp" and self.smtp.has_extn("starttls"):
            self.smtp.starttls(context=ssl.create_default_context())
            self.smtp.ehlo_or_helo_if_needed()  # what it offers under TLS may be other things
        if parts.username:
            self.smtp.login(unquote(parts.username), unquote(parts.password or ""))

    def send(self, letter: Envelope) -> None:
        """Hand over the message, signed when there is a seal: not a byte of it may change after that."""
        if not f"{letter.address}{letter.sender}".isascii():  # SMTPUTF8 is the library's to speak
            message = email.message_from_bytes(letter.content, policy=email.policy.SMTPUTF8)
            self.smtp.send_message(message, letter.sender, [letter.address])
            return
        content = self.seal(letter.content) if self.seal else letter.content
        if self.smtp.has_extn("pipelining"):
            self._in_one_go(letter, content)
        else:
            self.smtp.sendmail(letter.sender, [letter.address], content)

    def _in_one_go(self, letter: Envelope, content: bytes) -> None:
        """Say sender, recipient and DATA without waiting for an answer each (RFC 2920): two trips, not four."""
        smtp = self.smtp
        if any(sign in letter.sender + letter.address for sign in "\r\n"):
            raise ValueError("an address with a line end")
        size = f" SIZE={len(content)}" if smtp.has_extn("size") else ""
        sender, address = smtplib.quoteaddr(letter.sender), smtplib.quoteaddr(letter.address)
        smtp.send(f"MAIL FROM:{sender}{size}\r\nRCPT TO:{address}\r\nDATA\r\n")
        (mailed, mail_said), (taken, rcpt_said), (ready, data_said) = (self._answer() for _ in range(3))
        if ready == 354:
            # With nobody to send it to (a relay may say so late) nothing but its end is sent.
            smtp.send((_dotted(content) if mailed < 300 and taken < 300 else b"") + b".\r\n")
            ready, data_said = self._answer()
        else:
            smtp.rset()
        if mailed >= 300:
            raise smtplib.SMTPSenderRefused(mailed, mail_said, letter.sender)
        if taken >= 300:
            raise smtplib.SMTPRecipientsRefused({letter.address: (taken, rcpt_said)})
        if ready != 250:
            raise smtplib.SMTPDataError(ready, data_said)

    def _answer(self) -> tuple[int, bytes]:
        code, said = self.smtp.getreply()
        if code == _GONE:
            self.smtp.close()
            raise smtplib.SMTPServerDisconnected(f"421 {said.decode(errors='replace')}")
        return code, said

    def close(self) -> None:
        """Say goodbye; a connection that is gone already is closed all the same."""
        try:
            self.smtp.quit()
        except (smtplib.SMTPException, OSError):
            self.smtp.close()


def _dotted(content: bytes) -> bytes:
    """Return a message with its last line ended, and lines that begin with a dot marked (RFC 5321, 4.5.2)."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    return _DOTS.sub(b"..", ended) if b"\n." in ended or ended.startswith(b".") else ended


def mailbox_folder(settings: Settings) -> Path:
    """Return where the embedded mailbox keeps its messages."""
    return settings.data / "mailbox"
