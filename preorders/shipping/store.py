"""Every write of parcels, in the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from preorders.models import Preorder, Shipment, ShipmentLine
from preorders.queries import owing
from preorders.shipping.models import ParcelImport
from webapp.infra.db import changed, insert_once

SENDABLE = Preorder.state.in_(("reserved", "part-shipped"))


def hold_order(session: Session, preorder_id: int, unpaid_too: bool = False) -> bool:
    """Lock an order of which something may leave, until the commit; return whether it is one."""
    paid = [] if unpaid_too else [~owing(Preorder.drop_id)]
    statement = update(Preorder).where(Preorder.id == preorder_id, SENDABLE, Preorder.addressed_at.is_not(None), *paid)
    return changed(session, statement.values(tracking=Preorder.tracking)) == 1


def add_parcel(
    session: Session, preorder_id: int, lines: Mapping[int, int], carrier: str, tracking: str, now: datetime
) -> int | None:
    """Write a parcel with its lines (pieces by line id); None when the order has one with that number already."""
    position = (session.scalar(select(func.max(Shipment.position)).where(Shipment.preorder_id == preorder_id)) or 0) + 1
    values = {"position": position, "carrier": carrier, "tracking": tracking or None, "shipped_at": now}
    shipment_id = insert_once(session, Shipment, preorder_id=preorder_id, **values)
    if shipment_id is not None:
        rows = [{"shipment_id": shipment_id, "line_id": line, "quantity": lines[line]} for line in sorted(lines)]
        session.execute(insert(ShipmentLine), rows)
    return shipment_id


def sent(session: Session, preorder_id: int, whole: bool, tracking: str, now: datetime) -> bool:
    """Move an order on: all of it has left, or a part; return whether something of it could leave."""
    values: dict[str, Any] = {"state": "shipped" if whole else "part-shipped", "shipped_at": now}
    if tracking:
        values["tracking"] = tracking
    return changed(session, update(Preorder).where(Preorder.id == preorder_id, SENDABLE).values(**values)) == 1


def add_import(session: Session, **values: Any) -> int:
    """Keep what a file said; return the import's id."""
    made = ParcelImport(**values)
    session.add(made)
    session.flush()
    return made.id


def confirm_import(session: Session, import_id: int, now: datetime) -> bool:
    """Confirm an import once; return whether this call did."""
    statement = update(ParcelImport).where(ParcelImport.id == import_id, ParcelImport.confirmed_at.is_(None))
    return changed(session, statement.values(confirmed_at=now)) == 1


def end_import(session: Session, import_id: int, sent_count: int, left: list[Any], now: datetime) -> bool:
    """Note what became of an import, once."""
    statement = update(ParcelImport).where(ParcelImport.id == import_id, ParcelImport.done_at.is_(None))
    return changed(session, statement.values(done_at=now, sent=sent_count, left=left)) == 1
