"""What is still to be sent, order by order, as it is picked: the same pieces side by side, mixed parcels after them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, func, select

from preorders.exports import scopes
from preorders.models import Bundle, Preorder, PreorderLine, Product, Variant

SENT = ("reserved", "part-shipped")
"""Orders that wait for nothing but their parcel."""
_AT_ONCE = 500
_FAR = 100_000
"""More than a product has variants: a place in the drop is product × this + variant."""


@dataclass(frozen=True)
class Piece:
    """A SKU in a parcel and how many of it; `bundle` is '' outside of one."""

    sku: str
    product: str
    size: str
    colour: str
    bundle: str
    quantity: int

    @property
    def words(self) -> str:
        """Return what it is, in words."""
        return ", ".join(word for word in (self.product, self.size, self.colour) if word)


@dataclass(frozen=True)
class Parcel:
    """What goes to one address. `place` counts from 1 in the order of picking; `rest`: a parcel has left before."""

    place: int
    number: str
    name: str
    address: dict[str, Any]
    country: str
    rest: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Load:
    """All parcels together; `addressless` of them have no address yet."""

    parcels: int
    persons: int
    pieces: int
    addressless: int


def load(connection: Connection, drop_id: int) -> Load:
    """Return how much is to be sent."""
    orders = _orders(drop_id).subquery()
    row = connection.execute(
        select(
            func.count(),
            func.count(Preorder.person_id.distinct()),
            scopes.summed(orders.c.pieces),
            func.count().filter(Preorder.addressed_at.is_(None)),
        )
        .select_from(orders)
        .join(Preorder, Preorder.id == orders.c.id)
    ).one()
    return Load(*(int(value) for value in row))


def parcels(connection: Connection, drop_id: int) -> Iterator[Parcel]:
    """Yield every parcel; read by a cursor on the server's side, so that any number takes the same memory."""
    with connection.execution_options(yield_per=_AT_ONCE).execute(_lines(drop_id)) as rows:
        for place, (_, lines) in enumerate(groupby(rows, key=lambda row: row.id), 1):
            yield _parcel(place, list(lines))


def _parcel(place: int, lines: list[Any]) -> Parcel:
    order = lines[0]
    pieces = tuple(Piece(row.sku, row.title, row.size, row.colour, row.bundle or "", row.open) for row in lines)
    return Parcel(place, order.number, order.name, order.address, order.country, order.state != "reserved", pieces)


def _open() -> Any:
    return PreorderLine.quantity - scopes.shipped_quantity()


def _orders(drop_id: int) -> Select[Any]:
    """Return the SELECT of orders with something to send, and what they are sorted by."""
    spot = Product.position * _FAR + Variant.position
    return (
        select(
            Preorder.id,
            func.min(spot).label("first"),
            func.max(spot).label("last"),
            func.sum(_open()).label("pieces"),
        )
        .join(PreorderLine, PreorderLine.preorder_id == Preorder.id)
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Preorder.drop_id == drop_id, Preorder.state.in_(SENT), _open() > 0)
        .group_by(Preorder.id)
    )


def _lines(drop_id: int) -> Select[Any]:
    orders = _orders(drop_id).subquery()
    return (
        select(
            Preorder.id,
            Preorder.number,
            Preorder.state,
            Preorder.name,
            Preorder.address,
            Preorder.country,
            Variant.sku,
            Product.title,
            Variant.size,
            Variant.colour,
            Bundle.title.label("bundle"),
            _open().label("open"),
        )
        .select_from(orders)
        .join(Preorder, Preorder.id == orders.c.id)
        .join(PreorderLine, PreorderLine.preorder_id == Preorder.id)
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Bundle, Bundle.id == PreorderLine.bundle_id)
        .where(_open() > 0)
        .order_by(orders.c.first, orders.c.last, orders.c.pieces, Preorder.id)
        .order_by(Product.position, Variant.position, PreorderLine.id)
    )
