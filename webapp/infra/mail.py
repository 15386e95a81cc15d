"""Outgoing mail: a row per message, written in the transaction that caused it, sent in batches.

`post` queues a message inside the caller's transaction. `drain`, run by a worker and by the
ticker, leases a batch, sends it over one connection and marks each message. A crash between
sending and marking repeats a message under the same Message-ID.
"""

import smtplib
import ssl
import uuid
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import css_inline
import structlog
from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.infra import queue
from webapp.infra.db import (
    Base,
    after_commit,
    changed,
    db,
    in_transaction,
    insert_many_once,
    primary_key,
    transaction,
)
from webapp.infra.settings import Settings
from webapp.kernel.now import now

BATCH = 100
LEASE = timedelta(minutes=5)
BACK_OFF = (30, 120, 600, 1800)  # seconds; the last one repeats
GIVE_UP_AFTER = timedelta(days=3)

log = structlog.get_logger()


class OutgoingMail(Base):
    """One message to one address. `params` are emptied once sent: they may hold a sign-in code."""

    __tablename__ = "outgoing_mails"
    __table_args__ = (Index("ix_outgoing_mails_due", "state", "not_before"),)
    id: Mapped[int] = primary_key()
    dedupe: Mapped[str] = mapped_column(String(200), unique=True)
    message_id: Mapped[str] = mapped_column(String(200))
    recipient_id: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(320))
    locale: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(12))  # queued, sent, failed
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True)
class Message:
    """What to send: `kind` names the templates mail/<kind>.txt, .html and .subject.txt; `params` fill them.

    `dedupe` makes it once only; leave it empty for a message that may repeat (a fresh code).
    `params['unsubscribe_url']`, when given, becomes the one-click List-Unsubscribe header.
    """

    address: str
    kind: str
    params: dict[str, Any]
    locale: str = "en"
    recipient_id: int | None = None
    dedupe: str = ""
    not_before: datetime | None = None


def post(session: Session, messages: list[Message]) -> int:
    """Queue `messages` in the caller's transaction; return how many were new. Wakes the mail worker."""
    moment = now()
    domain = parseaddr(current_app.config["SETTINGS"].mail_from)[1].rpartition("@")[2] or "fanmade.invalid"
    rows = [
        {
            "dedupe": message.dedupe or f"once:{uuid.uuid4()}",
            "message_id": f"<{uuid.uuid4()}@{domain}>",
            "recipient_id": message.recipient_id,
            "address": message.address,
            "locale": message.locale,
            "kind": message.kind,
            "params": message.params,
            "state": "queued",
            "created_at": moment,
            "not_before": message.not_before or moment,
            "attempts": 0,
            "error": "",
        }
        for message in messages
    ]
    new = len(insert_many_once(session, OutgoingMail, rows))
    if new and in_transaction():
        after_commit(lambda: queue.enqueue("mail", "webapp.infra.mail.drain"))
    return new


def drain(batches: int = 50) -> int:
    """Send what is due, batch after batch; return how many were sent. Stops early when the relay is away."""
    sent = 0
    for _ in range(batches):
        ids = _lease()
        if not ids:
            break
        done, alive = _send_batch(ids)
        sent += done
        if not alive:
            break
    return sent


def wake() -> bool:
    """Wake a worker when mail is due; return whether some was. The ticker's part."""
    due = db.session.scalar(
        select(OutgoingMail.id)
        .where(OutgoingMail.state == "queued", OutgoingMail.not_before <= now())
        .limit(1)
    )
    db.session.rollback()
    if due is not None:
        queue.enqueue("mail", "webapp.infra.mail.drain")
    return due is not None


def _lease() -> list[int]:
    moment = now()
    with transaction() as session:
        due = (
            select(OutgoingMail.id)
            .where(OutgoingMail.state == "queued", OutgoingMail.not_before <= moment)
            .order_by(OutgoingMail.not_before, OutgoingMail.id)
            .limit(BATCH)
        )
        if session.get_bind().dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True)
        ids = list(session.scalars(due))
        if ids:
            # The lease is a later `not_before`: a sender that dies gives the batch back by itself.
            changed(
                session,
                update(OutgoingMail)
                .where(OutgoingMail.id.in_(ids))
                .values(not_before=moment + LEASE, attempts=OutgoingMail.attempts + 1),
            )
    return ids


def _send_batch(ids: list[int]) -> tuple[int, bool]:
    rows = db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.id.in_(ids)).order_by(OutgoingMail.id)
    ).all()
    mails = [(row.id, row.attempts, row.created_at, row.address, render(row)) for row in rows]
    db.session.rollback()
    sent: list[int] = []
    try:
        with closing(_carrier()) as carrier:
            for mail_id, attempts, created_at, address, message in mails:
                try:
                    carrier.send(address, message)
                    sent.append(mail_id)
                except smtplib.SMTPServerDisconnected:
                    raise
                except (smtplib.SMTPException, UnicodeError) as error:
                    _put_back([mail_id], attempts, created_at, error)
                if len(sent) >= 20:
                    _mark_sent(sent)
                    sent = []
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail relay unreachable", error=str(error))
        _mark_sent(sent)
        left = [m for m in mails if not _is_sent(m[0])]
        for mail_id, attempts, created_at, _address, _message in left:
            _put_back([mail_id], attempts, created_at, error)
        return len(mails) - len(left), False
    _mark_sent(sent)
    return len(mails), True


def _is_sent(mail_id: int) -> bool:
    state = db.session.scalar(select(OutgoingMail.state).where(OutgoingMail.id == mail_id))
    db.session.rollback()
    return state == "sent"


def _mark_sent(ids: list[int]) -> None:
    if ids:
        with transaction() as session:
            changed(
                session,
                update(OutgoingMail)
                .where(OutgoingMail.id.in_(ids))
                .values(state="sent", sent_at=now(), params={}, error=""),
            )


def _put_back(ids: list[int], attempts: int, created_at: datetime, error: Exception) -> None:
    moment = now()
    permanent = isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _ in error.recipients.values()
    )
    over = permanent or moment - created_at > GIVE_UP_AFTER
    pause = BACK_OFF[min(max(attempts, 1), len(BACK_OFF)) - 1]
    with transaction() as session:
        changed(
            session,
            update(OutgoingMail)
            .where(OutgoingMail.id.in_(ids), OutgoingMail.state == "queued")
            .values(
                state="failed" if over else "queued",
                not_before=moment + timedelta(seconds=pause),
                error=repr(error)[:1000],
            ),
        )


def render(row: OutgoingMail) -> EmailMessage:
    """Return the message of a row: subject, text and HTML in the reader's language."""
    settings: Settings = current_app.config["SETTINGS"]
    message = EmailMessage()
    with current_app.test_request_context(base_url=settings.base_url), force_locale(row.locale):
        values = {**row.params, "base_url": settings.base_url}
        subject = render_template(f"mail/{row.kind}.subject.txt", **values)
        text = render_template(f"mail/{row.kind}.txt", **values)
        html = render_template(f"mail/{row.kind}.html", **values)
    message["Subject"] = " ".join(subject.split())
    message["From"] = settings.mail_from
    message["To"] = row.address
    message["Date"] = format_datetime(row.created_at)
    message["Message-ID"] = row.message_id
    message["Auto-Submitted"] = "auto-generated"
    if url := row.params.get("unsubscribe_url"):
        message["List-Unsubscribe"] = f"<{url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text)
    message.add_alternative(css_inline.inline(html), subtype="html")
    return message


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

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def send(self, address: str, message: EmailMessage) -> None:
        """Write the message; the same Message-ID twice is one file."""
        stamp = now().strftime("%Y%m%dT%H%M%S")
        name = message["Message-ID"].strip("<>").partition("@")[0]
        known = next(self.folder.glob(f"*-{name}.eml"), None)
        (known or self.folder / f"{stamp}-{name}.eml").write_bytes(bytes(message))

    def close(self) -> None:
        """Nothing to end."""


class Smtp:
    """One SMTP connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        context = ssl.create_default_context()
        host = parts.hostname or ""
        self.smtp: smtplib.SMTP
        if parts.scheme == "smtps":
            self.smtp = smtplib.SMTP_SSL(host, parts.port or 465, timeout=20, context=context)
        else:
            self.smtp = smtplib.SMTP(host, parts.port or 25, timeout=20)
            self.smtp.ehlo()
            if self.smtp.has_extn("starttls"):
                self.smtp.starttls(context=context)
        if parts.username:
            self.smtp.login(unquote(parts.username), unquote(parts.password or ""))

    def send(self, address: str, message: EmailMessage) -> None:
        """Hand over the message."""
        self.smtp.send_message(message, to_addrs=[address])

    def close(self) -> None:
        """Say goodbye."""
        try:
            self.smtp.quit()
        except smtplib.SMTPException:
            self.smtp.close()


def mailbox_folder(settings: Settings) -> Path:
    """Return where the embedded mailbox keeps its messages."""
    return settings.data / "mailbox"


def _carrier() -> Carrier:
    settings: Settings = current_app.config["SETTINGS"]
    if settings.mail_url == "mailbox:":
        return Mailbox(mailbox_folder(settings))
    return Smtp(settings.mail_url)
