"""Every SELECT on production packs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from preorders.models import ProductionPack
from preorders.production.store import WAITING

SHOWN = 10


@dataclass(frozen=True)
class PackRow:
    """A pack; `contents` are mappings of name, sha256 and size, of a waiting one those that are made so far."""

    id: int
    drop_id: int
    by_id: int
    asked_at: datetime
    attempts: int
    lease_until: datetime | None
    done_at: datetime | None
    failure: str
    file_key: str | None
    sha256: str
    size: int
    contents: list[Any]
    persons: int
    expires_at: datetime | None

    @property
    def state(self) -> str:
        """Return waiting, done or failed."""
        return "done" if self.done_at else "failed" if self.failure else "waiting"

    def is_there(self, now: datetime) -> bool:
        """Return whether its file can still be taken."""
        return self.file_key is not None and self.expires_at is not None and self.expires_at > now


def pack(session: Session, pack_id: int) -> PackRow | None:
    """Return one pack."""
    return next(iter(_packs(session, ProductionPack.id == pack_id)), None)


def of_drop(session: Session, drop_id: int) -> list[PackRow]:
    """Return a drop's packs, the latest first."""
    return _packs(session, ProductionPack.drop_id == drop_id)


def due(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Return waiting packs that nobody works on."""
    free = or_(ProductionPack.lease_until.is_(None), ProductionPack.lease_until <= now)
    return session.scalars(
        select(ProductionPack.id).where(WAITING, free).order_by(ProductionPack.id).limit(limit)
    ).all()


def expired(session: Session, now: datetime, limit: int) -> Sequence[Any]:
    """Return packs (id, file_key) whose file has had its time."""
    over = ProductionPack.file_key.is_not(None), ProductionPack.expires_at <= now
    found = select(ProductionPack.id, ProductionPack.file_key).where(*over)
    return session.execute(found.order_by(ProductionPack.id).limit(limit)).all()


def _packs(session: Session, condition: Any) -> list[PackRow]:
    names = [getattr(ProductionPack, name) for name in PackRow.__dataclass_fields__]
    found = select(*names).where(condition).order_by(ProductionPack.id.desc()).limit(SHOWN)
    return [PackRow(**row._mapping) for row in session.execute(found)]
