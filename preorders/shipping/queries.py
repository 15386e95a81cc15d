"""Every SELECT on parcels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from preorders.models import Preorder, PreorderLine, Product, Shipment, ShipmentLine, Variant
from preorders.queries import owing
from preorders.shipping.models import ParcelImport
from preorders.shipping.planning import Open

CHUNK = 500


@dataclass(frozen=True)
class ShipmentRow:
    """A parcel and what is in it: (SKU, product, size, colour, pieces)."""

    id: int
    preorder_id: int
    position: int
    carrier: str
    tracking: str | None
    shipped_at: datetime
    contents: list[tuple[str, str, str, str, int]] = field(default_factory=list)


def of_order(session: Session, preorder_id: int) -> list[ShipmentRow]:
    """Return the parcels of an order with what is in them, in order; two statements."""
    columns = [getattr(Shipment, name) for name in list(ShipmentRow.__dataclass_fields__)[:-1]]
    rows = session.execute(select(*columns).where(Shipment.preorder_id == preorder_id).order_by(Shipment.position))
    found = {row.id: ShipmentRow(**row._mapping) for row in rows}
    inside = (
        select(
            ShipmentLine.shipment_id, Variant.sku, Product.title, Variant.size, Variant.colour, ShipmentLine.quantity
        )
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(PreorderLine, PreorderLine.id == ShipmentLine.line_id)
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Shipment.preorder_id == preorder_id)
        .order_by(ShipmentLine.id)
    )
    for row in session.execute(inside):
        found[row.shipment_id].contents.append((row.sku, row.title, row.size, row.colour, row.quantity))
    return list(found.values())


def open_lines(session: Session, preorder_ids: Iterable[int]) -> dict[int, list[tuple[int, str, int]]]:
    """Return of each order its lines as (line id, SKU, pieces that have not left), those with any; one statement."""
    gone = (
        select(ShipmentLine.line_id, func.sum(ShipmentLine.quantity).label("gone"))
        .join(PreorderLine, PreorderLine.id == ShipmentLine.line_id)
        .where(PreorderLine.preorder_id.in_(list(preorder_ids)))
        .group_by(ShipmentLine.line_id)
        .subquery()
    )
    left = PreorderLine.quantity - func.coalesce(gone.c.gone, 0)
    rows = session.execute(
        select(PreorderLine.preorder_id, PreorderLine.id, Variant.sku, left.label("left"))
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .outerjoin(gone, gone.c.line_id == PreorderLine.id)
        .where(PreorderLine.preorder_id.in_(list(preorder_ids)))
        .order_by(PreorderLine.id)
    )
    found: dict[int, list[tuple[int, str, int]]] = {}
    for row in rows:
        if row.left > 0:
            found.setdefault(row.preorder_id, []).append((row.id, row.sku, int(row.left)))
    return found


def open_orders(session: Session, drop_id: int, numbers: Sequence[str]) -> dict[str, Open]:
    """Return a drop's orders of those numbers as an import sees them; three statements for each 500."""
    found: dict[str, Open] = {}
    for start in range(0, len(numbers), CHUNK):
        found |= _some(session, drop_id, numbers[start : start + CHUNK])
    return found


def parcel_import(session: Session, import_id: int) -> ParcelImport | None:
    """Return one import."""
    return session.get(ParcelImport, import_id)


def imports(session: Session, drop_id: int, limit: int = 10) -> Sequence[ParcelImport]:
    """Return the latest imports of a drop that were done or are being done."""
    found = select(ParcelImport).where(ParcelImport.drop_id == drop_id, ParcelImport.confirmed_at.is_not(None))
    return session.scalars(found.order_by(ParcelImport.id.desc()).limit(limit)).all()


def shipment(session: Session, shipment_id: int) -> ShipmentRow | None:
    """Return one parcel, without its contents."""
    columns = [getattr(Shipment, name) for name in list(ShipmentRow.__dataclass_fields__)[:-1]]
    row = session.execute(select(*columns).where(Shipment.id == shipment_id)).first()
    return ShipmentRow(**row._mapping) if row else None


def _some(session: Session, drop_id: int, numbers: Sequence[str]) -> dict[str, Open]:
    rows = session.execute(
        select(Preorder.id, Preorder.number, Preorder.state, Preorder.addressed_at, owing(drop_id).label("owes")).where(
            Preorder.drop_id == drop_id, Preorder.number.in_(numbers)
        )
    ).all()
    ids = [row.id for row in rows]
    left, trackings = open_lines(session, ids), _trackings(session, ids)
    return {
        row.number: Open(
            row.id,
            row.state,
            row.addressed_at is not None,
            _by_sku(left.get(row.id, [])),
            frozenset(trackings.get(row.id, ())),
            bool(row.owes),
        )
        for row in rows
    }


def _trackings(session: Session, preorder_ids: Sequence[int]) -> dict[int, set[str]]:
    rows = session.execute(
        select(Shipment.preorder_id, Shipment.tracking).where(
            Shipment.preorder_id.in_(preorder_ids), Shipment.tracking.is_not(None)
        )
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row.preorder_id, set()).add(row.tracking)
    return found


def _by_sku(lines: Iterable[tuple[int, str, int]]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for line_id, sku, left in lines:
        found.setdefault(sku, []).append((line_id, left))
    return found
