"""Every SELECT on requests for one's own data."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.accounts.my_data.models import DataRequest


@dataclass(frozen=True)
class RequestRow:
    """A request as pages and workers see it."""

    id: int
    person_id: int
    kind: str
    standing: bool | None
    asked_at: datetime
    attempts: int
    lease_until: datetime | None
    done_at: datetime | None
    failure: str
    file_key: str | None
    bytes: int
    expires_at: datetime | None
    receipt: dict[str, Any]

    def is_there(self, now: datetime) -> bool:
        """Return whether an export's file can still be taken."""
        return self.file_key is not None and self.expires_at is not None and now < self.expires_at


_COLUMNS = [getattr(DataRequest, each.name) for each in fields(RequestRow)]


def request(session: Session, request_id: int) -> RequestRow | None:
    """Return one request."""
    return _first(session, DataRequest.id == request_id)


def latest(session: Session, person_id: int, kind: str) -> RequestRow | None:
    """Return somebody's newest request of a kind."""
    return _first(session, DataRequest.person_id == person_id, DataRequest.kind == kind)


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Return standing requests that nobody works on, the oldest first."""
    free = or_(DataRequest.lease_until.is_(None), DataRequest.lease_until <= now)
    found = select(DataRequest.id).where(DataRequest.standing.is_(True), free)
    return list(session.scalars(found.order_by(DataRequest.id).limit(limit)))


def files_of(session: Session, person_id: int) -> list[RequestRow]:
    """Return the person's exports that have a file."""
    return _rows(session, DataRequest.person_id == person_id, DataRequest.file_key.is_not(None))


def over(session: Session, now: datetime, limit: int) -> list[RequestRow]:
    """Return exports whose file's time is up."""
    return _rows(session, DataRequest.expires_at <= now, DataRequest.file_key.is_not(None), limit=limit)


def _first(session: Session, *where: Any) -> RequestRow | None:
    found = session.execute(select(*_COLUMNS).where(*where).order_by(DataRequest.id.desc()).limit(1)).first()
    return RequestRow(*found) if found else None


def _rows(session: Session, *where: Any, limit: int | None = None) -> list[RequestRow]:
    found = session.execute(select(*_COLUMNS).where(*where).order_by(DataRequest.id).limit(limit))
    return [RequestRow(*row) for row in found]
