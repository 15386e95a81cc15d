"""What carries messages away: an SMTP relay, or the local mailbox of an embedded installation."""

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from webapp.infra.settings import Settings
from webapp.kernel.now import now

Seal = Callable[[bytes], bytes]
"""Makes of a message as it goes over the wire the same with its signature."""


class Carrier(Protocol):
    """What carries messages away."""

    def send(self, address: str, message: EmailMessage) -> None:
        """Hand one message over; raises smtplib.SMTPException or OSError."""
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

    def send(self, address: str, message: EmailMessage) -> None:
        """Write the message; the same Message-ID twice is one file."""
        stamp = now().strftime("%Y%m%dT%H%M%S")
        name = message["Message-ID"].strip("<>").partition("@")[0]
        known = next(self.folder.glob(f"*-{name}.eml"), None)
        path = known or self.folder / f"{stamp}-{name}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(self.seal(_wire(message)) if self.seal else bytes(message))
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
        if parts.username:
            self.smtp.login(unquote(parts.username), unquote(parts.password or ""))

    def send(self, address: str, message: EmailMessage) -> None:
        """Hand over the message, signed when there is a seal: not a byte of it may change after that."""
        sender = parseaddr(str(message["From"]))[1]
        if self.seal is None or not f"{address}{sender}".isascii():  # SMTPUTF8 is the library's to speak
            self.smtp.send_message(message, to_addrs=[address])
            return
        self.smtp.sendmail(sender, [address], self.seal(_wire(message)))

    def close(self) -> None:
        """Say goodbye; a connection that is gone already is closed all the same."""
        try:
            self.smtp.quit()
        except (smtplib.SMTPException, OSError):
            self.smtp.close()


def _wire(message: EmailMessage) -> bytes:
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def mailbox_folder(settings: Settings) -> Path:
    """Return where the embedded mailbox keeps its messages."""
    return settings.data / "mailbox"
