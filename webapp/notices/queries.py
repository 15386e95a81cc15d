"""Everything that is read about notices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.infra.paging import Page, page_of
from webapp.infra.short_ways import peek
from webapp.notices.models import Crowd, DigestLine, Notice, NoticePreference

PAGE = 30
_NOTICES: Any = Notice.__table__
_UNREAD = select(func.count()).where(
    _NOTICES.c.recipient_id == bindparam("person"), _NOTICES.c.read_at.is_(None)
)  # each page of a member says it
ALIVE = (Person.suspended_at.is_(None), Person.erased_at.is_(None))  # who can be told something


@dataclass(frozen=True)
class NoticeRow:
    """A notice in an inbox."""

    id: int
    kind: str
    params: dict[str, Any]
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class Reader:
    """Somebody who can be told something."""

    id: int
    email: str
    locale: str
    timezone: str
    minor: bool = False


def unread(person_id: int) -> int:
    """Return how many notices somebody has not read."""
    return int(peek(_UNREAD, {"person": person_id})[0][0])


def inbox(session: Session, person_id: int, before: int | None = None) -> Page[NoticeRow]:
    """Return notices, the latest first, those older than notice `before` when given."""
    query = select(Notice).where(Notice.recipient_id == person_id)
    if before is not None:
        query = query.where(Notice.id < before)
    rows = session.scalars(query.order_by(Notice.id.desc()).limit(PAGE + 1))
    items = [NoticeRow(row.id, row.kind, row.params, row.at, row.read_at) for row in rows]
    return page_of(items, PAGE, lambda item: item.id)


def preferences(session: Session, person_id: int) -> dict[str, str]:
    """Return the kinds somebody has decided about: kind -> pace."""
    query = select(NoticePreference.kind, NoticePreference.pace).where(NoticePreference.person_id == person_id)
    return {row.kind: row.pace for row in session.execute(query)}


def decided(session: Session, kind: str, people: Iterable[int]) -> dict[int, str]:
    """Return who of `people` has decided about a kind: person id -> pace."""
    query = select(NoticePreference.person_id, NoticePreference.pace).where(
        NoticePreference.kind == kind, NoticePreference.person_id.in_(list(people))
    )
    return {row.person_id: row.pace for row in session.execute(query)}


def readers(session: Session, people: Iterable[int]) -> dict[int, Reader]:
    """Return those of `people` who can be told something: not suspended, not erased."""
    query = select(Person.id, Person.email, Person.locale, Person.timezone, Person.age_band).where(
        Person.id.in_(list(people)), *ALIVE
    )
    return {
        row.id: Reader(row.id, row.email or "", row.locale, row.timezone, row.age_band not in (None, "18+"))
        for row in session.execute(query)
    }


def waiting(session: Session, person_id: int) -> tuple[int, datetime | None]:
    """Return how many notices wait for somebody's next digests, and when the first of those is due."""
    query = select(func.count(), func.min(DigestLine.due_at)).where(
        DigestLine.person_id == person_id, DigestLine.letter.is_(None)
    )
    row = session.execute(query).one()
    return row[0], row[1]


def due_people(session: Session, now: datetime, limit: int) -> list[int]:
    """Return people for whom a digest is due, at most `limit`."""
    query = select(DigestLine.person_id).where(DigestLine.letter.is_(None), DigestLine.due_at <= now)
    return list(session.scalars(query.distinct().order_by(DigestLine.person_id).limit(limit)))


def told(session: Session, notices: Iterable[int]) -> dict[int, NoticeRow]:
    """Return notices by id."""
    query = select(Notice).where(Notice.id.in_(list(notices)))
    return {row.id: NoticeRow(row.id, row.kind, row.params, row.at, row.read_at) for row in session.scalars(query)}


def crowd_waits(session: Session, dedupe: str | None = None) -> bool:
    """Return whether a crowd is still to be told, of this fact when one is named."""
    query = select(Crowd.id) if dedupe is None else select(Crowd.id).where(Crowd.dedupe == dedupe)
    return session.scalar(query.limit(1)) is not None
