"""Imports of tracking numbers: read, look at what would change, then do it once in a worker."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from preorders import queries as drops
from preorders import store as drop_store
from preorders.rows import DropRow
from preorders.shipping import importing, parcels, planning, queries, store
from preorders.shipping.events import ParcelImportConfirmed
from preorders.shipping.importing import Row
from preorders.shipping.models import ParcelImport
from preorders.shipping.planning import Parcel, Plan
from webapp.accounts import audit
from webapp.infra import outbox
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

BATCH = 100  # parcels a transaction: short enough that nobody waits for it


def look(drop_id: int, by_id: int, filename: str, data: bytes, now: datetime) -> int:
    """Keep what a file says, and do nothing yet; return the import's id. Raises Refused as importing.read does."""
    rows = importing.read(data)
    with transaction() as session:
        kept = [row.kept() for row in rows]
        return store.add_import(session, drop_id=drop_id, by_id=by_id, at=now, filename=filename[:120], rows=kept)


def plan_of(session: Session, found: ParcelImport) -> Plan:
    """Return what an import would do now."""
    rows = [Row(**row) for row in found.rows]
    numbers = list(dict.fromkeys(row.number for row in rows))
    return planning.plan(rows, queries.open_orders(session, found.drop_id, numbers))


def confirm(import_id: int, drop_id: int, by_id: int, now: datetime) -> None:
    """Say yes to what an import would do; a worker does it. Raises NotFound, Refused('not-made'). A repeat is none."""
    with transaction() as session:
        found, drop = queries.parcel_import(session, import_id), drops.drop(session, drop_id)
        if found is None or drop is None or found.drop_id != drop_id:
            raise NotFound()
        _require_made(drop)
        if store.confirm_import(session, import_id, now):
            audit.note(session, now, by_id, drop.artist_id, "drop.parcels", f"drop:{drop_id}", rows=len(found.rows))
            outbox.record(session, ParcelImportConfirmed(import_id))


def carry_out(import_id: int, now: datetime) -> None:
    """Make the parcels of a confirmed import. May run twice: a parcel that stands is not made again."""
    found = queries.parcel_import(db.session(), import_id)
    if found is None or found.confirmed_at is None or found.done_at:
        db.session.rollback()
        return
    drop_id, by_id, total = found.drop_id, found.by_id, len(found.rows)
    plan = plan_of(db.session(), found)
    db.session.rollback()
    with transaction() as session:
        drop_store.step(session, drop_id, "shipping_at", now, "production_at")
    # What an earlier, broken run has sent is known by now; it was sent all the same.
    left = [[line, why] for line, why in plan.left if why != "known"]
    for start in range(0, len(plan.parcels), BATCH):
        left += _send(plan.parcels[start : start + BATCH], by_id, now)
    with transaction() as session:
        store.end_import(session, import_id, total - len(left), left, now)


def _send(batch: list[Parcel], by_id: int, now: datetime) -> list[list[Any]]:
    """Make parcels in one transaction; return the lines of those that could not be made any more."""
    left: list[list[Any]] = []
    with transaction() as session:
        for parcel in batch:
            try:
                parcels.send_in(session, parcel.preorder_id, parcel.lines, parcel.carrier, parcel.tracking, by_id, now)
            except Refused:  # somebody sent a part of it by hand meanwhile
                left += [[line, "too-many"] for line in parcel.rows]
    return left


def _require_made(drop: DropRow) -> None:
    if drop.production_at is None or drop.cancelled_at:
        raise Refused("not-made", N_("Note the start of production first."))
