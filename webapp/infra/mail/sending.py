"""The worker's part: leases a batch of messages, sends it over one connection and marks each.

A crash between sending and marking repeats a message under the same Message-ID.
"""

import smtplib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

import structlog
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.infra import queue
from webapp.infra.carriers import Carrier, Mailbox, Smtp, mailbox_folder
from webapp.infra.db import changed, db, transaction
from webapp.infra.mail import nobody, outcomes, signing
from webapp.infra.mail.models import OutgoingMail
from webapp.infra.mail.quiet import Quiet
from webapp.infra.mail.refusals import refusing
from webapp.infra.mail.rendering import render
from webapp.infra.settings import Settings
from webapp.kernel.now import now

BATCH = 100
BULK_BATCH = 20  # a code that is asked for meanwhile waits for no more than so many newsletters
MARK_EVERY = 20  # sent messages are marked in groups: a crash repeats at most so many
LEASE = timedelta(minutes=5)
# Seconds. A batch ends well within its lease, and the batches of a run within the queue's time limit: a
# slow relay must neither let a second worker send the same messages nor get this one killed.
BATCH_TIME, RUN_TIME = 90, 100
RELAY_AWAY = 60  # seconds until the relay is tried again; no message is to blame

log = structlog.get_logger()


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
        ids = _due(session, moment, bulk=False) or _due(session, moment, bulk=True)
        if ids:
            # The lease is a later `not_before`: a sender that dies gives the batch back by itself.
            changed(
                session,
                update(OutgoingMail)
                .where(OutgoingMail.id.in_(ids))
                .values(not_before=moment + LEASE, attempts=OutgoingMail.attempts + 1),
            )
    return ids


def _due(session: Session, moment: datetime, *, bulk: bool) -> list[int]:
    due = (
        select(OutgoingMail.id)
        .where(OutgoingMail.state == "queued", OutgoingMail.bulk.is_(bulk), OutgoingMail.not_before <= moment)
        .order_by(OutgoingMail.not_before, OutgoingMail.id)
        .limit(BULK_BATCH if bulk else BATCH)
    )
    if session.get_bind().dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    return list(session.scalars(due))


@dataclass(frozen=True)
class _Letter:
    """A leased message, ready to go."""

    id: int
    attempts: int
    created_at: datetime
    address: str
    message: EmailMessage
    quiet: Quiet | None

    def rests_until(self, moment: datetime) -> datetime | None:
        """Return when its reader's night ends; None by day, and for what goes at any time."""
        opens = self.quiet.opens(moment) if self.quiet else moment
        return opens if opens > moment else None


def _send_batch(ids: list[int]) -> tuple[int, bool]:
    """Send a leased batch; return how many went, and whether the relay could be reached to the end."""
    letters, end = _letters(ids), time.monotonic() + BATCH_TIME
    run = _Run()
    try:
        for position, letter in enumerate(letters):
            if time.monotonic() > end:
                outcomes.wait([later.id for later in letters[position:]], now())
                break
            if (morning := letter.rests_until(now())) is not None:
                outcomes.wait([letter.id], morning)
                continue
            if not run.send(letter):
                away = now() + timedelta(seconds=RELAY_AWAY)
                outcomes.wait([later.id for later in letters[position + run.blamed :]], away)
                return run.sent, False
    finally:
        run.close()
    return run.sent, True


def _letters(ids: list[int]) -> list[_Letter]:
    """Render leased rows; one that can't be rendered is put back and does not hold up the others.

    What the reader need not get is left unsent when their address refuses our mail.
    """
    query = select(OutgoingMail).where(OutgoingMail.id.in_(ids), OutgoingMail.state == "queued")
    rows = db.session.scalars(query.order_by(OutgoingMail.not_before, OutgoingMail.id)).all()
    refused = refusing(db.session(), (row.address for row in rows if row.optional))
    letters, broken = [], []
    unwanted = [row.id for row in rows if row.optional and row.address in refused]
    for row in rows:
        if row.id in unwanted:
            continue
        try:
            letters.append(_Letter(row.id, row.attempts, row.created_at, row.address, render(row), row.quiet))
        except Exception as error:  # whatever a template or a header may raise
            log.exception("mail can't be rendered", mail=row.id, kind=row.kind)
            broken.append((row.id, row.attempts, row.created_at, error))
    db.session.rollback()
    outcomes.drop_these(unwanted)
    for mail_id, attempts, created_at, why in broken:
        outcomes.put_back(mail_id, attempts, created_at, why)
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
        outcomes.put_back(letter.id, letter.attempts, letter.created_at, error)
        nobody.learn(letter.address, error)

    def _broke(self, letter: _Letter, error: Exception) -> bool:
        # The letter in hand may be what breaks the connection: it alone is put back, and the others go on
        # over a new connection; when that breaks at once too, the relay is to blame.
        log.warning("mail connection broke", mail=letter.id, error=str(error))
        self._mark()
        self._hang_up()
        self._breaks += 1
        self.blamed = 1
        outcomes.put_back(letter.id, letter.attempts, letter.created_at, error)
        return self._breaks < 2

    def _hang_up(self) -> None:
        carrier, self._carrier = self._carrier, None
        if carrier:
            carrier.close()

    def _mark(self) -> None:
        outcomes.mark_sent(self._unmarked)
        self._unmarked = []


def _carrier() -> Carrier:
    settings: Settings = current_app.config["SETTINGS"]
    sealed = signing.seal_of(settings)
    if settings.mail_url == "mailbox:":
        return Mailbox(mailbox_folder(settings), sealed)
    return Smtp(settings.mail_url, sealed)
