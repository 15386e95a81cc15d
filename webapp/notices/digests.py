"""Digests: one mail with all that waited, at eight in the morning of its reader; each notice in one mail at most.

The line of a notice is unique, a letter claims it by a conditional UPDATE, and the letter's own key lets one digest a
day out. Claim and letter are one transaction, so any number of workers may run this at once, and die at any point.
"""

import time
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.infra import mail, queue
from webapp.infra.db import db, transaction
from webapp.infra.mail.quiet import zone_of
from webapp.kernel.now import now
from webapp.notices import kinds, paces, queries, store, unsubscribing
from webapp.notices.models import DigestLine
from webapp.notices.queries import NoticeRow, Reader

PEOPLE = 100  # in one transaction
RUN_TIME = 60  # seconds: what is left then, the next tick wakes
SHOWN = 20  # notices in one mail; the others stand in the inbox


def wake() -> bool:
    """Wake a worker when a digest is due; return whether one was. The ticker's part."""
    due = select(DigestLine.id).where(DigestLine.letter.is_(None), DigestLine.due_at <= now()).limit(1)
    found = db.session.scalar(due) is not None
    db.session.rollback()
    if found:
        queue.enqueue("mail", "webapp.notices.digests.send_due")
    return found


def send_due() -> int:
    """Queue every digest that is due as a mail; return how many."""
    sent, end = 0, time.monotonic() + RUN_TIME
    while time.monotonic() < end:
        moment = now()
        with transaction() as session:
            people = queries.due_people(session, moment, PEOPLE)
            claimed, new = _send(session, people, moment) if people else (0, 0)
        sent += new
        if not claimed:  # nothing is due, or another worker is at it
            break
    return sent


def _send(session: Session, people: list[int], moment: datetime) -> tuple[int, int]:
    """Return how many people's lines were claimed, and how many letters went out for them."""
    known = queries.readers(session, people)
    letters = {each: _letter(each, known[each].timezone if each in known else "", moment) for each in people}
    claimed = store.claim(session, people, letters, moment)
    readers = [known[each] for each in claimed if each in known and known[each].email]
    told = queries.told(session, {each for reader in readers for each in claimed[reader.id][:SHOWN]})
    new = mail.post_new(session, [_message(each, claimed[each.id], told, letters[each.id]) for each in readers])
    for person_id in claimed.keys() - {reader.id for reader in readers}:
        store.forget(session, claimed[person_id])
    for reader in readers:
        if letters[reader.id] not in new:  # this day's digest is out already
            store.let_wait(session, claimed[reader.id], paces.next_digest(moment, reader.timezone, paces.DAILY))
    return len(claimed), len(new)


def _letter(person_id: int, zone: str, moment: datetime) -> str:
    """Return the key of somebody's digest of a day: there is one a day at most."""
    return f"digest:{person_id}:{moment.astimezone(zone_of(zone)):%Y-%m-%d}"


def _message(reader: Reader, notices: list[int], told: dict[int, NoticeRow], letter: str) -> mail.Message:
    shown = [told[each] for each in notices[:SHOWN]]
    zone = next((paces.zone_for(reader.timezone, row.params) for row in shown), "UTC")
    params: dict[str, Any] = {
        "items": [{"kind": row.kind, "params": {**row.params, kinds.ZONE: reader.timezone}} for row in shown],
        "count": len(notices),
        "path": "/inbox",
        "unsubscribe_url": unsubscribing.url(reader.id, unsubscribing.DIGEST),
    }
    return mail.Message(
        address=reader.email,
        kind="digest",
        params=params,
        locale=reader.locale,
        recipient_id=reader.id,
        dedupe=letter,
        quiet=store.nights(reader, zone),
        optional=True,
    )
