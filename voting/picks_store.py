"""Writes of the shortlist and of picks. One standing pick per contest: a partial unique index holds it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from voting.models import Pick, Shortlisted
from voting.pick_models import FinalistWord, PickNote
from voting.shortlist import Finalist
from webapp.infra.db import changed, insert_many_once, insert_once


def add_finalists(session: Session, contest_id: int, finalists: Iterable[Finalist]) -> None:
    """Write the shortlist; a second time changes nothing."""
    rows = [
        {
            "contest_id": contest_id,
            "submission_id": each.placed.submission_id,
            "rank": each.placed.rank,
            "votes": each.placed.votes,
            "drawn": each.drawn,
        }
        for each in finalists
    ]
    insert_many_once(session, Shortlisted, rows)


def add_pick(session: Session, **values: Any) -> int | None:
    """Write a pick; None when another one stands already."""
    return insert_once(session, Pick, void_reason="", **values)


def add_words(session: Session, pick_id: int, words: Mapping[int, str]) -> None:
    """Write kind words that go out with a pick, by design."""
    rows = [{"pick_id": pick_id, "submission_id": design, "body": text} for design, text in words.items()]
    insert_many_once(session, FinalistWord, rows)


def keep_note(session: Session, owner: str, submission_id: int, body: str, now: datetime) -> None:
    """Write, change or (blank) remove a note to oneself."""
    mine = (PickNote.owner == owner, PickNote.submission_id == submission_id)
    if not body:
        changed(session, delete(PickNote).where(*mine))
    elif insert_once(session, PickNote, owner=owner, submission_id=submission_id, body=body, at=now) is None:
        changed(session, update(PickNote).where(*mine).values(body=body, at=now))


def undo(session: Session, pick_id: int, now: datetime) -> bool:
    """Take a pick back while its window lasts and nobody was told; return whether it stood."""
    return _change(session, pick_id, Pick.announced_at.is_(None), Pick.undo_until > now, undone_at=now)


def fall(session: Session, pick_id: int, now: datetime) -> bool:
    """Take back an unannounced pick whose design is gone; return whether it stood."""
    return _change(session, pick_id, Pick.announced_at.is_(None), undone_at=now)


def announce(session: Session, pick_id: int, now: datetime) -> bool:
    """Make a pick public once its window is over; return whether it was this call that did."""
    return _change(session, pick_id, Pick.announced_at.is_(None), Pick.undo_until <= now, announced_at=now)


def ask_void(session: Session, pick_id: int, person_id: int, reason: str) -> bool:
    """Write down that the artist wants an announced pick voided, and why."""
    return _change(session, pick_id, Pick.announced_at.is_not(None), void_asked_by=person_id, void_reason=reason)


def void(session: Session, pick_id: int, operator_id: int, now: datetime) -> bool:
    """Void a pick that somebody else asked to void; return whether it was this call that did."""
    asked = (Pick.void_asked_by.is_not(None), Pick.void_asked_by != operator_id)
    return _change(session, pick_id, Pick.announced_at.is_not(None), *asked, voided_at=now, voided_by=operator_id)


def _change(session: Session, pick_id: int, *conditions: Any, **values: Any) -> bool:
    standing = (Pick.id == pick_id, Pick.undone_at.is_(None), Pick.voided_at.is_(None))
    return bool(changed(session, update(Pick).where(*standing, *conditions).values(**values)))
