"""Everything that is read about notices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.infra.paging import Page, page_of
from webapp.notices.models import Notice, NoticePreference

PAGE = 30


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


def unread(session: Session, person_id: int) -> int:
    """Return how many notices somebody has not read."""
    query = select(func.count()).where(Notice.recipient_id == person_id, Notice.read_at.is_(None))
    return session.scalar(query) or 0


def inbox(session: Session, person_id: int, before: int | None = None) -> Page[NoticeRow]:
    """Return notices, the latest first, those older than notice `before` when given."""
    query = select(Notice).where(Notice.recipient_id == person_id)
    if before is not None:
        query = query.where(Notice.id < before)
    rows = session.scalars(query.order_by(Notice.id.desc()).limit(PAGE + 1))
    items = [NoticeRow(row.id, row.kind, row.params, row.at, row.read_at) for row in rows]
    return page_of(items, PAGE, lambda item: item.id)


def preferences(session: Session, person_id: int) -> dict[str, bool]:
    """Return the kinds somebody has decided about: kind -> by mail."""
    query = select(NoticePreference.kind, NoticePreference.by_mail).where(NoticePreference.person_id == person_id)
    return {row.kind: row.by_mail for row in session.execute(query)}


def decided(session: Session, kind: str, people: Iterable[int]) -> dict[int, bool]:
    """Return who of `people` has decided about a kind: person id -> by mail."""
    query = select(NoticePreference.person_id, NoticePreference.by_mail).where(
        NoticePreference.kind == kind, NoticePreference.person_id.in_(list(people))
    )
    return {row.person_id: row.by_mail for row in session.execute(query)}


def readers(session: Session, people: Iterable[int]) -> dict[int, Reader]:
    """Return those of `people` who can be told something: not suspended, not erased."""
    query = select(Person.id, Person.email, Person.locale, Person.timezone).where(
        Person.id.in_(list(people)), Person.suspended_at.is_(None), Person.erased_at.is_(None)
    )
    return {row.id: Reader(row.id, row.email or "", row.locale, row.timezone) for row in session.execute(query)}
