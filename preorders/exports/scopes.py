"""What one row of an export is, and where its columns are read from.

line: a SKU of an order, exactly as listed. order: an order with a listed line, whole. whole: all lines of those orders.
sku: a SKU with its listed pieces. person: a buyer who asked for the artist's news. parcel: what leaves for one address.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, String, cast, func, literal, select

from preorders import order_list
from preorders.models import Drop, Preorder, PreorderLine, Product, Shipment, ShipmentLine, Variant
from preorders.order_list import Filters
from webapp.accounts.models import Consent, Person

SCOPES = ("line", "order", "whole", "sku", "person", "parcel")


def rows_of(scope: str, drop_id: int, filters: Filters, expressions: Sequence[Any]) -> Select[Any]:
    """Return the SELECT of `expressions` for each row of a scope, in the list's order."""
    found: Select[Any] = _READ[scope](drop_id, filters, select(*expressions))
    return found


def order_ids(drop_id: int, filters: Filters) -> Select[Any]:
    """Return a SELECT of the ids of orders with a listed line."""
    return order_list.selected(select(Preorder.id), drop_id, filters).correlate(None)  # type: ignore[no-any-return]


def summed(value: Any) -> Any:
    """Return the sum of whole numbers as a whole number, 0 of none; PostgreSQL adds them up as decimals."""
    return cast(func.coalesce(func.sum(value), 0), BigInteger)


def summed_by_state(name: str) -> Any:
    """Return the listed pieces of one part of `order_list.by_state`: quantity (confirmed), awaiting or over."""
    found = {each.name: each for each in order_list.by_state(Preorder.state, PreorderLine.quantity)}
    return cast(found[name].element, BigInteger)


def shipped_quantity() -> Any:
    """Return how many pieces of the line at hand have left."""
    left = select(summed(ShipmentLine.quantity)).where(ShipmentLine.line_id == PreorderLine.id)
    return left.correlate(PreorderLine).scalar_subquery()


def newsletter_readers(artist_id: Any) -> Select[Any]:
    """Return a SELECT of the ids of people whose latest word on an artist's news by mail is yes."""
    latest = (
        select(func.max(Consent.id))
        .where(Consent.kind == literal("newsletter:") + cast(artist_id, String))
        .group_by(Consent.person_id)
    )
    return select(Consent.person_id).where(Consent.id.in_(latest), Consent.given)


def _line(drop_id: int, filters: Filters, found: Select[Any]) -> Any:
    return order_list.read_whole(order_list.selected(found, drop_id, filters), filters)


def _order(drop_id: int, filters: Filters, found: Select[Any]) -> Select[Any]:
    chosen = found.select_from(Preorder).where(Preorder.id.in_(order_ids(drop_id, filters)))
    return chosen.order_by(Preorder.id.desc())


def _whole(drop_id: int, filters: Filters, found: Select[Any]) -> Select[Any]:
    joined = (
        found.select_from(Preorder)
        .join(PreorderLine, PreorderLine.preorder_id == Preorder.id)
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Preorder.id.in_(order_ids(drop_id, filters)))
    )
    return joined.order_by(Preorder.id.desc(), PreorderLine.id)


def _sku(drop_id: int, filters: Filters, found: Select[Any]) -> Any:
    place = (Product.position, Variant.position, Variant.id)
    named = (Variant.sku, Product.title, Variant.size, Variant.colour, Product.weight_g)
    return order_list.selected(found, drop_id, filters).group_by(*place, *named).order_by(*place)


def _person(drop_id: int, filters: Filters, found: Select[Any]) -> Select[Any]:
    buyers = order_list.selected(select(Preorder.person_id), drop_id, filters).correlate(None)
    artist = select(Drop.artist_id).where(Drop.id == drop_id).scalar_subquery()
    return (
        found.select_from(Person)
        .where(Person.id.in_(buyers), Person.id.in_(newsletter_readers(artist)))
        .where(Person.email.is_not(None), Person.erased_at.is_(None), Person.suspended_at.is_(None))
        .order_by(Person.id)
    )


def parcels(drop_id: int, filters: Filters) -> Any:
    """Return the parcels of the listed orders: those that left in the view of what left, else those still to leave."""
    ids = order_ids(drop_id, filters)
    if filters.state == "shipped":
        packed, number = ShipmentLine.quantity, Shipment.position
        found = (
            select(Shipment.preorder_id, number.label("number"), *_weighed(packed))
            .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
            .join(PreorderLine, PreorderLine.id == ShipmentLine.line_id)
            .group_by(Shipment.preorder_id, Shipment.position)
            .where(Shipment.preorder_id.in_(ids))
        )
    else:
        packed = PreorderLine.quantity - shipped_quantity()
        found = (
            select(PreorderLine.preorder_id, literal(0).label("number"), *_weighed(packed))
            .where(PreorderLine.preorder_id.in_(ids), packed > 0)
            .group_by(PreorderLine.preorder_id)
        )
    joined = found.join(Variant, Variant.id == PreorderLine.variant_id).join(Product, Product.id == Variant.product_id)
    return joined.correlate(None).subquery("parcels")


def _weighed(packed: Any) -> tuple[Any, Any]:
    return summed(packed).label("pieces"), summed(packed * Product.weight_g).label("weight")


def _parcel(drop_id: int, filters: Filters, found: Select[Any]) -> Select[Any]:
    made = parcels(drop_id, filters)
    return (
        found.select_from(made)
        .join(Preorder, Preorder.id == made.c.preorder_id)
        .order_by(Preorder.id.desc(), made.c.number)
    )


_READ: dict[str, Any] = {
    "line": _line,
    "order": _order,
    "whole": _whole,
    "sku": _sku,
    "person": _person,
    "parcel": _parcel,
}
