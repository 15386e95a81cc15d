"""The one registry of columns: by what a row is, each with its name, label, kind and where it is read.

Shops' own columns stand in shops.py. Some are known only when the orders are: a tax column for each rate.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Integer, String, case, cast, func, literal_column, select

from preorders.exports import scopes
from preorders.exports.shapes import Column
from preorders.models import Bundle, Payment, Preorder, PreorderLine, Product, Shipment, Variant
from preorders.order_list import Filters
from webapp.accounts.models import Person
from webapp.kernel.refusal import N_


def address(name: str) -> Any:
    """Return a part of an order's address."""
    return Preorder.address[name].as_string()


def refunds() -> Any:
    """Return what was given back of the order at hand, in minor units."""
    given = select(scopes.summed(Payment.amount_minor))
    given = given.where(Payment.preorder_id == Preorder.id, Payment.kind == "refund", Payment.state == "succeeded")
    return given.correlate(Preorder).scalar_subquery()


def parcel(name: str, kind: Any = Integer) -> Any:
    """Return a column of the parcel at hand."""
    return literal_column(f"parcels.{name}", kind)


def _reference() -> Any:
    """The order's number; the second parcel's ends in -2."""
    left = select(func.count(Shipment.id)).where(Shipment.preorder_id == Preorder.id)
    before = left.correlate(Preorder).scalar_subquery()
    place = case((parcel("number") == 0, before + 1), else_=parcel("number"))
    return case((place > 1, Preorder.number + "-" + cast(place, String)), else_=Preorder.number)


_ORDER = (
    Column("order", N_("Order"), "text", lambda: Preorder.number, tame=True),
    Column("placed", N_("Placed"), "moment", lambda: Preorder.placed_at),
    Column("state", N_("State"), "text", lambda: Preorder.state, few=True, tame=True),
    Column("name", N_("Name"), "text", lambda: Preorder.name, personal=True),
    Column("email", N_("E-mail"), "text", lambda: Preorder.email, personal=True),
    Column("line1", N_("Street"), "text", lambda: address("line1"), personal=True),
    Column("postcode", N_("Postcode"), "text", lambda: address("postcode"), personal=True),
    Column("city", N_("City"), "text", lambda: address("city"), personal=True),
    Column("country", N_("Country"), "text", lambda: Preorder.country, few=True),
    Column("phone", N_("Phone"), "text", lambda: address("phone"), personal=True),
    Column("note", N_("Note"), "text", lambda: address("note"), personal=True),
)
_PIECE = (
    Column("sku", N_("SKU"), "text", lambda: Variant.sku, few=True),
    Column("product", N_("Product"), "text", lambda: Product.title, few=True),
    Column("size", N_("Size"), "text", lambda: Variant.size, few=True),
    Column("colour", N_("Colour"), "text", lambda: Variant.colour, few=True),
)
_PAID = Column("paid", N_("Paid"), "moment", lambda: Preorder.paid_at)
_SHIPPED = Column("shipped", N_("Sent"), "moment", lambda: Preorder.shipped_at)
_TRACKING = Column("tracking", N_("Tracking number"), "text", lambda: Preorder.tracking)
_CURRENCY = Column("currency", N_("Currency"), "text", lambda: Preorder.currency, few=True, tame=True)

_LINE = (
    *_ORDER,
    *_PIECE,
    Column("bundle", N_("Bundle"), "text", lambda: func.coalesce(Bundle.title, ""), few=True),
    Column("quantity", N_("Pieces"), "number", lambda: PreorderLine.quantity),
    Column("price", N_("Price"), "money", lambda: PreorderLine.price_minor),
    Column("tax", N_("Tax"), "money", lambda: PreorderLine.tax_minor),
    Column("order_total", N_("Order's total"), "money", lambda: Preorder.total_minor),
    _CURRENCY,
    _PAID,
    _SHIPPED,
    _TRACKING,
    Column("weight_g", N_("Weight, g"), "number", lambda: PreorderLine.quantity * Product.weight_g),
)
_WHOLE_ORDER = (
    *_ORDER,
    _PAID,
    Column("pieces", N_("Pieces of the edition"), "number", lambda: Preorder.pieces),
    Column("items", N_("Goods"), "money", lambda: Preorder.items_minor),
    Column("shipping", N_("Shipping"), "money", lambda: Preorder.shipping_minor),
    Column("tax", N_("Tax"), "money", lambda: Preorder.tax_minor),
    Column("total", N_("Total"), "money", lambda: Preorder.total_minor),
    Column("refunds", N_("Refunds"), "money", refunds),
    Column("refunded", N_("Refunded"), "moment", lambda: Preorder.refunded_at),
    _CURRENCY,
    _SHIPPED,
    _TRACKING,
)
_SKU = (
    *_PIECE,
    Column("quantity", N_("Confirmed pieces"), "number", lambda: scopes.summed_by_state("quantity")),
    Column("awaiting", N_("Awaiting a payment or a guardian"), "number", lambda: scopes.summed_by_state("awaiting")),
    Column("over", N_("Cancelled or expired"), "number", lambda: scopes.summed_by_state("over")),
    Column("weight_g", N_("Weight, g"), "number", lambda: Product.weight_g),
)
_PERSON = (
    Column("email", N_("E-mail"), "text", lambda: Person.email, personal=True),
    Column("name", N_("Name"), "text", lambda: Person.display_name, personal=True),
    Column("language", N_("Language"), "text", lambda: Person.locale, few=True),
)
_PARCEL = (
    Column("name", N_("Name"), "text", lambda: Preorder.name, personal=True),
    Column("street", N_("Street"), "text", lambda: address("line1"), personal=True),
    *(column for column in _ORDER if column.name in ("postcode", "city", "country", "phone", "email")),
    Column("weight_g", N_("Weight, g"), "number", lambda: parcel("weight")),
    Column("reference", N_("Reference"), "text", _reference),
    Column("pieces", N_("Pieces"), "number", lambda: parcel("pieces")),
    Column("note", N_("Note"), "text", lambda: address("note"), personal=True),
)
REGISTRY: dict[str, dict[str, Column]] = {
    scope: {column.name: column for column in columns}
    for scope, columns in {
        "line": _LINE,
        "order": _WHOLE_ORDER,
        "sku": _SKU,
        "person": _PERSON,
        "parcel": _PARCEL,
    }.items()
}


def tax_columns(session: Any, drop_id: int, filters: Filters) -> Iterable[Column]:
    """Yield a column for each rate of tax in the listed orders; what it costs to ship is taxed at the highest one."""
    ids = scopes.order_ids(drop_id, filters)
    rates = select(PreorderLine.tax_bp).where(PreorderLine.preorder_id.in_(ids), PreorderLine.tax_bp > 0)
    for bp in session.scalars(rates.distinct().order_by(PreorderLine.tax_bp)):
        yield Column(f"tax_{bp / 100:g}", f"{bp / 100:g} %", "money", lambda bp=bp: _tax_at(bp))  # type: ignore[misc]


def _tax_at(bp: int) -> Any:
    mine = PreorderLine.preorder_id == Preorder.id

    def of_lines(value: Any, *which: Any) -> Any:
        return select(value).where(mine, *which).correlate(Preorder).scalar_subquery()

    total = scopes.summed(PreorderLine.tax_minor)
    shipping = Preorder.tax_minor - of_lines(total)
    highest = of_lines(func.max(PreorderLine.tax_bp))
    return of_lines(total, PreorderLine.tax_bp == bp) + case((highest == bp, shipping), else_=0)
