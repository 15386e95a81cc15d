"""Every SELECT on production packs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from preorders.models import ProductionPack

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


def _packs(session: Session, condition: Any) -> list[PackRow]:
    names = [getattr(ProductionPack, name) for name in PackRow.__dataclass_fields__]
    found = select(*names).where(condition).order_by(ProductionPack.id.desc()).limit(SHOWN)
    return [PackRow(**row._mapping) for row in session.execute(found)]
