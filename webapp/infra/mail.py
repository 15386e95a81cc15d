"""Outgoing mail: a row per message, written in the transaction that caused it, sent in batches.

`post` queues a message inside the caller's transaction. `drain`, run by a worker, leases a batch,
sends it over one connection and marks each message. A crash between sending and marking repeats a
message under the same Message-ID.
"""

import smtplib
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

import css_inline
import structlog
from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.infra import queue
from webapp.infra.carriers import Carrier, Mailbox, Smtp
from webapp.infra.carriers import mailbox_folder as mailbox_folder
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
MARK_EVERY = 20  # sent messages are marked in groups: a crash repeats at most so many
LEASE = timedelta(minutes=5)
# Seconds. A batch ends well within its lease, and the batches of a run within the queue's time limit: a
# slow relay must neither let a second worker send the same messages nor get this one killed.
BATCH_TIME, RUN_TIME = 90, 100
BACK_OFF = (30, 120, 600, 1800)  # seconds; the last one repeats
RELAY_AWAY = 60  # seconds until the relay is tried again; no message is to blame
GIVE_UP_AFTER = timedelta(days=3)
AHEAD = timedelta(days=1)  # how far an urgent message jumps the queue

log = structlog.get_logger()
# Rules for dark mode can't be inlined: they stay in the head. Nothing is ever fetched.
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


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
    `urgent` lets it pass whatever else waits: a sign-in code is not sent after ten thousand notices.
    `params['unsubscribe_url']`, when given, becomes the one-click List-Unsubscribe header.
    """

    address: str
    kind: str
    params: dict[str, Any]
    locale: str = "en"
    recipient_id: int | None = None
    dedupe: str = ""
    not_before: datetime | None = None
    urgent: bool = False


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
            "not_before": message.not_before or (moment - AHEAD if message.urgent else moment),
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
    sent, end = 0, time.monotonic() + RUN_TIME
    for _ in range(batches):
        ids = _lease()
        if not ids:
            break
        done, alive = _send_batch(ids)
        sent += done
        if not alive or time.monotonic() > end:
            break
    return sent


def wake() -> bool:
    """Wake a worker when mail is due; return whether some was. The ticker's part."""
    due = db.session.scalar(
        select(OutgoingMail.id).where(OutgoingMail.state == "queued", OutgoingMail.not_before <= now()).limit(1)
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


@dataclass(frozen=True)
class _Letter:
    """A leased message, ready to go."""

    id: int
    attempts: int
    created_at: datetime
    address: str
    message: EmailMessage


def _send_batch(ids: list[int]) -> tuple[int, bool]:
    """Send a leased batch; return how many went, and whether the relay could be reached to the end."""
    letters, end = _letters(ids), time.monotonic() + BATCH_TIME
    run = _Run()
    try:
        for position, letter in enumerate(letters):
            if time.monotonic() > end:
                _wait([later.id for later in letters[position:]], 0)
                break
            if not run.send(letter):
                _wait([later.id for later in letters[position + run.blamed :]], RELAY_AWAY)
                return run.sent, False
    finally:
        run.close()
    return run.sent, True


def _letters(ids: list[int]) -> list[_Letter]:
    """Render leased rows; one that can't be rendered is put back and does not hold up the others."""
    query = select(OutgoingMail).where(OutgoingMail.id.in_(ids), OutgoingMail.state == "queued")
    rows = db.session.scalars(query.order_by(OutgoingMail.not_before, OutgoingMail.id)).all()
    letters, broken = [], []
    for row in rows:
        try:
            letters.append(_Letter(row.id, row.attempts, row.created_at, row.address, render(row)))
        except Exception as error:  # whatever a template or a header may raise
            log.exception("mail can't be rendered", mail=row.id, kind=row.kind)
            broken.append((row.id, row.attempts, row.created_at, error))
    db.session.rollback()
    for mail_id, attempts, created_at, why in broken:
        _put_back(mail_id, attempts, created_at, why)
    return letters


class _Run:
    """Sends one letter after another over one connection, and a second one when the first breaks."""

    def __init__(self) -> None:
        self.sent = 0
        self.blamed = 0  # 1 when the letter that ended the run was put back on its own account
        self._carrier: Carrier | None = None
        self._unmarked: list[int] = []
        self._breaks = 0

    def send(self, letter: _Letter) -> bool:
        """Hand one letter over, or put it back; return False when the relay is away."""
        try:
            carrier = self._carrier = self._carrier or _carrier()
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail relay unreachable", error=str(error))
            self.blamed = 0
            return False
        try:
            carrier.send(letter.address, letter.message)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # SMTPException is an OSError: a refusal of this one letter is told apart here.
            if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
                self._refused(letter, error)
                return True
            return self._broke(letter, error)
        except ValueError as error:  # an address or a header that can't be put into SMTP
            self._refused(letter, error)
            return True
        self._breaks = 0
        self.sent += 1
        self._unmarked.append(letter.id)
        if len(self._unmarked) >= MARK_EVERY:
            self._mark()
        return True

    def close(self) -> None:
        """Write down what went, then say goodbye."""
        self._mark()
        self._hang_up()

    def _refused(self, letter: _Letter, error: Exception) -> None:
        self._breaks = 0
        _put_back(letter.id, letter.attempts, letter.created_at, error)

    def _broke(self, letter: _Letter, error: Exception) -> bool:
        # The letter in hand may be what breaks the connection: it alone is put back, and the others go on
        # over a new connection; when that breaks at once too, the relay is to blame.
        log.warning("mail connection broke", mail=letter.id, error=str(error))
        self._mark()
        self._hang_up()
        self._breaks += 1
        self.blamed = 1
        _put_back(letter.id, letter.attempts, letter.created_at, error)
        return self._breaks < 2

    def _hang_up(self) -> None:
        carrier, self._carrier = self._carrier, None
        if carrier:
            carrier.close()

    def _mark(self) -> None:
        _mark_sent(self._unmarked)
        self._unmarked = []


def _mark_sent(ids: list[int]) -> None:
    if ids:
        with transaction() as session:
            changed(
                session,
                update(OutgoingMail)
                .where(OutgoingMail.id.in_(ids))
                .values(state="sent", sent_at=now(), params={}, error=""),
            )


def _wait(ids: list[int], seconds: int) -> None:
    """Give leased messages back that were not tried: after a pause, at no cost to them."""
    if ids:
        with transaction() as session:
            changed(
                session,
                update(OutgoingMail)
                .where(OutgoingMail.id.in_(ids), OutgoingMail.state == "queued")
                .values(not_before=now() + timedelta(seconds=seconds), attempts=OutgoingMail.attempts - 1),
            )


def _put_back(mail_id: int, attempts: int, created_at: datetime, error: Exception) -> None:
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
            ),
        )


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
        values = {"state": "queued", "attempts": 0, "not_before": moment, "created_at": moment}
        found = bool(changed(session, statement.values(**values)))
        if found:
            after_commit(lambda: queue.enqueue("mail", "webapp.infra.mail.drain"))
    return found


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
    message.add_alternative(_inliner.inline(html), subtype="html")
    return message


def _carrier() -> Carrier:
    settings: Settings = current_app.config["SETTINGS"]
    if settings.mail_url == "mailbox:":
        return Mailbox(mailbox_folder(settings))
    return Smtp(settings.mail_url)
