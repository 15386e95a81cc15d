"""Every write of production packs. The caller's transaction; no commit.

A pack waits while it has neither `done_at` nor `failure`; its lease and attempts keep two workers off it.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from preorders.models import Drop, ProductionPack
from webapp.infra.db import changed
from webapp.infra.leases import Leases

WAITING = and_(ProductionPack.done_at.is_(None), ProductionPack.failure == "")
LEASES = Leases(
    name="pack",
    job="preorders.production.jobs.make",
    model=ProductionPack,
    waiting=WAITING,
    length=timedelta(minutes=5),
    fresh={"contents": []},
    failed={"contents": []},
)
_FRESH: dict[str, Any] = {"failure": "", "attempts": 0, "lease_until": None, "contents": []}


def ask(session: Session, drop_id: int, by_id: int, now: datetime) -> tuple[int, bool]:
    """Return the pack of a drop that is being made and False, else a new one and True; one at a time is made."""
    session.execute(select(Drop.id).where(Drop.id == drop_id).with_for_update())
    waiting = select(ProductionPack.id).where(ProductionPack.drop_id == drop_id, WAITING)
    found = session.scalar(waiting.order_by(ProductionPack.id.desc()).limit(1))
    if found is not None:
        return found, False
    row = ProductionPack(drop_id=drop_id, by_id=by_id, asked_at=now)
    session.add(row)
    session.flush()
    return row.id, True


def wait_again(session: Session, drop_id: int, pack_id: int, by_id: int, now: datetime) -> bool:
    """Let the drop's latest pack, if it is this one and has failed, be tried anew; return whether it does."""
    session.execute(select(Drop.id).where(Drop.id == drop_id).with_for_update())
    later = select(ProductionPack.id).where(ProductionPack.drop_id == drop_id, ProductionPack.id > pack_id)
    if session.scalar(later.limit(1)) is not None:
        return False
    failed = and_(ProductionPack.id == pack_id, ProductionPack.drop_id == drop_id, ProductionPack.failure != "")
    return bool(
        changed(session, update(ProductionPack).where(failed).values(by_id=by_id, asked_at=now, done_at=None, **_FRESH))
    )


def finish(session: Session, drop_id: int, pack_id: int, attempt: int, **values: Any) -> bool:
    """Mark a taken pack ready, and let the drop's earlier ones go; return False when it is not ours any more."""
    if not LEASES.finish(session, pack_id, attempt, **values):
        return False
    earlier = and_(ProductionPack.drop_id == drop_id, ProductionPack.id < pack_id, ProductionPack.file_key.is_not(None))
    changed(session, update(ProductionPack).where(earlier).values(expires_at=values["done_at"]))
    return True
