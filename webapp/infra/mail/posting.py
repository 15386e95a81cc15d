"""The door to outgoing mail: `post` writes a row per message, in the transaction that caused it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.infra import queue
from webapp.infra.db import after_commit, in_transaction, insert_many_once
from webapp.infra.mail.models import RANK_BULK, RANK_NEWS, RANK_OWN, RANK_URGENT, OutgoingMail
from webapp.infra.mail.quiet import Quiet
from webapp.kernel.now import now

DRAIN = "webapp.infra.mail.drain"


@dataclass(frozen=True)
class Message:
    """What to send: `kind` names the templates mail/<kind>.txt, .html and .subject.txt; `params` fill them.

    `dedupe` makes it once only; leave it empty for a message that may repeat (a fresh code).
    `urgent` lets it pass whatever else waits: a sign-in code is not sent after ten thousand notices.
    `params['unsubscribe_url']`, when given, becomes the one-click List-Unsubscribe header.
    `quiet` are nights it waits for to end; `optional` mail is not sent to an address that refuses ours, and goes
    when nothing else is due, `bulk` mail after that. `params['list_id']`, when given, becomes the List-Id header.
    """

    address: str
    kind: str
    params: dict[str, Any]
    locale: str = "en"
    recipient_id: int | None = None
    dedupe: str = ""
    not_before: datetime | None = None
    urgent: bool = False
    quiet: Quiet | None = None
    optional: bool = False
    bulk: bool = False


def post(session: Session, messages: list[Message]) -> int:
    """Queue `messages` in the caller's transaction; return how many were new. Wakes the mail worker."""
    return len(_insert(session, messages))


def post_new(session: Session, messages: list[Message]) -> set[str]:
    """As `post`, but return the `dedupe` keys of those that were new."""
    ids = _insert(session, messages)
    return set(session.scalars(select(OutgoingMail.dedupe).where(OutgoingMail.id.in_(ids)))) if ids else set()


def _insert(session: Session, messages: list[Message]) -> list[int]:
    moment = now()
    domain = parseaddr(current_app.config["SETTINGS"].mail_from)[1].rpartition("@")[2] or "fanmade.invalid"
    ids = insert_many_once(session, OutgoingMail, [_row(message, domain, moment) for message in messages])
    if ids and in_transaction():
        after_commit(lambda: queue.nudge("mail", DRAIN))
    return ids


def _row(message: Message, domain: str, moment: datetime) -> dict[str, Any]:
    goes = message.not_before or moment
    return {
        "dedupe": message.dedupe or f"once:{uuid.uuid4()}",
        "message_id": f"<{uuid.uuid4()}@{domain}>",
        "recipient_id": message.recipient_id,
        "address": message.address,
        "locale": message.locale,
        "kind": message.kind,
        "params": message.params,
        "state": "queued",
        "created_at": moment,
        "not_before": message.quiet.opens(goes) if message.quiet else goes,
        "attempts": 0,
        "error": "",
        "zone": message.quiet.zone if message.quiet else "",
        "quiet_from": message.quiet.begins if message.quiet else None,
        "optional": message.optional,
        "bulk": message.bulk,
        "rank": _rank(message),
    }


def _rank(message: Message) -> int:
    if message.urgent:
        return RANK_URGENT
    if message.bulk:
        return RANK_BULK
    return RANK_NEWS if message.optional else RANK_OWN
