"""The columns of shops' own files, by the names their documentation gives them. docs/exports.md says which.

A shop reads whole orders, whatever lines are listed, or its totals would not add up.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, null, select

from preorders.exports import scopes
from preorders.exports.columns import address, refunds
from preorders.exports.shapes import Column
from preorders.models import Drop, Preorder, PreorderLine, Product, Variant
from preorders.order_list import Filters
from webapp.kernel.money import exponent

_PLACE = func.row_number().over(partition_by=Preorder.id, order_by=PreorderLine.id)
_OVER = Preorder.state.in_(("cancelled", "expired"))
SHOPIFY_LINE = ("Name", "Email")
"""Columns of an order that stand on each of its lines; all others stand on the first one."""


def _first(expression: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: case((_PLACE == 1, expression()), else_=null())


def _nothing() -> Any:
    return literal("", String)


def _unit() -> Any:
    """The price of a piece, rounded up; the discount of the line takes back what that is too much."""
    return (PreorderLine.price_minor + PreorderLine.quantity - 1) // PreorderLine.quantity


def _piece() -> Any:
    """What a line is, in words: product, size, colour."""
    words: Any = Product.title
    for part in (Variant.size, Variant.colour):
        words = words + case((part != "", literal(" - ") + part), else_="")
    return words


def _financial() -> Any:
    return case(
        (Preorder.refunded_at.is_not(None), "refunded"),
        (and_(Preorder.paid_at.is_not(None), refunds() > 0), "partially_refunded"),
        (Preorder.paid_at.is_not(None), "paid"),
        (_OVER, "voided"),
        else_="pending",
    )


def _fulfilment() -> Any:
    return case((Preorder.state == "shipped", "fulfilled"), (Preorder.state == "part-shipped", "partial"), else_="")


def _line_fulfilment() -> Any:
    left = scopes.shipped_quantity()
    return case(
        (Preorder.state == "shipped", "fulfilled"),
        (left >= PreorderLine.quantity, "fulfilled"),
        (left > 0, "partial"),
        else_="pending",
    )


def _marketing() -> Any:
    artist = select(Drop.artist_id).where(Drop.id == Preorder.drop_id).correlate(Preorder).scalar_subquery()
    return case((Preorder.person_id.in_(scopes.newsletter_readers(artist)), "yes"), else_="no")


# name, kind, what it is; "" is a column we know nothing for.
_SHOPIFY_ORDER: tuple[tuple[str, str, Callable[[], Any]], ...] = (
    ("Name", "text", lambda: Preorder.number),
    ("Email", "text", lambda: Preorder.email),
    ("Financial Status", "text", _financial),
    ("Paid at", "stamp", lambda: Preorder.paid_at),
    ("Fulfillment Status", "text", _fulfilment),
    ("Fulfilled at", "stamp", lambda: Preorder.shipped_at),
    ("Accepts Marketing", "text", _marketing),
    ("Currency", "text", lambda: Preorder.currency),
    ("Subtotal", "money", lambda: Preorder.items_minor),
    ("Shipping", "money", lambda: Preorder.shipping_minor),
    ("Taxes", "money", lambda: Preorder.tax_minor),
    ("Total", "money", lambda: Preorder.total_minor),
    ("Discount Code", "text", _nothing),
    ("Discount Amount", "money", lambda: literal(0)),
    ("Shipping Method", "text", _nothing),
    ("Created at", "stamp", lambda: Preorder.placed_at),
)
_SHOPIFY_LINE: tuple[tuple[str, str, Callable[[], Any]], ...] = (
    ("Lineitem quantity", "number", lambda: PreorderLine.quantity),
    ("Lineitem name", "text", _piece),
    ("Lineitem price", "money", _unit),
    ("Lineitem compare at price", "text", _nothing),
    ("Lineitem sku", "text", lambda: Variant.sku),
    ("Lineitem requires shipping", "text", lambda: literal("true", String)),
    ("Lineitem taxable", "text", lambda: case((PreorderLine.tax_bp > 0, "true"), else_="false")),
    ("Lineitem fulfillment status", "text", _line_fulfilment),
)
_PLACES: tuple[tuple[str, Callable[[], Any]], ...] = (
    ("Name", lambda: Preorder.name),
    ("Street", lambda: address("line1")),
    ("Address1", lambda: address("line1")),
    ("Address2", _nothing),
    ("Company", _nothing),
    ("City", lambda: address("city")),
    ("Zip", lambda: address("postcode")),
    ("Province", _nothing),
    ("Country", lambda: Preorder.country),
    ("Phone", lambda: address("phone")),
)
_SHOPIFY_END: tuple[tuple[str, str, Callable[[], Any]], ...] = (
    *((f"{whose} {name}", "text", what) for whose in ("Billing", "Shipping") for name, what in _PLACES),
    ("Notes", "text", lambda: address("note")),
    ("Note Attributes", "text", _nothing),
    ("Cancelled at", "stamp", lambda: Preorder.cancelled_at),
    ("Payment Method", "text", _nothing),
    ("Payment Reference", "text", _nothing),
    ("Refunded Amount", "money", refunds),
    ("Vendor", "text", _nothing),
    ("Id", "number", lambda: Preorder.id),
    ("Tags", "text", _nothing),
    ("Risk Level", "text", _nothing),
    ("Source", "text", lambda: literal("fanmade", String)),
)


def _discount() -> Any:
    return _unit() * PreorderLine.quantity - PreorderLine.price_minor


def shopify() -> tuple[Column, ...]:
    """Return the columns of Shopify's order export; one row is a line, an order's own stand on its first line."""

    def of_order(name: str, kind: str, what: Callable[[], Any]) -> Column:
        return Column(name, name, kind, what if name in SHOPIFY_LINE else _first(what), personal=True)

    lines = (Column(name, name, kind, what, few=True) for name, kind, what in _SHOPIFY_LINE)
    ends = (of_order(*each) for each in _SHOPIFY_END)
    discount = Column("Lineitem discount", "Lineitem discount", "money", _discount)
    return (*(of_order(*each) for each in _SHOPIFY_ORDER), *lines, *ends, discount)


def _woo_status() -> Any:
    return case(
        (Preorder.refunded_at.is_not(None), "refunded"),
        (_OVER, "cancelled"),
        (Preorder.state == "shipped", "completed"),
        (Preorder.state == "awaiting", "pending"),
        (Preorder.paid_at.is_not(None), "processing"),
        else_="on-hold",
    )


def _net(minor: Any, tax: Any) -> Any:
    return minor - case((Preorder.tax_included, tax), else_=0)


def _lines_tax() -> Any:
    found = select(scopes.summed(PreorderLine.tax_minor)).where(PreorderLine.preorder_id == Preorder.id)
    return found.correlate(Preorder).scalar_subquery()


def _given_name() -> Any:
    """All of a name but its last word is not known to be a first name: the whole stands in one field."""
    return Preorder.name


_WOO: tuple[tuple[str, str, Callable[[], Any]], ...] = (
    ("order_id", "number", lambda: Preorder.id),
    ("order_number", "text", lambda: Preorder.number),
    ("order_date", "clock", lambda: Preorder.placed_at),
    ("paid_date", "clock", lambda: Preorder.paid_at),
    ("status", "text", _woo_status),
    ("shipping_total", "money", lambda: _net(Preorder.shipping_minor, Preorder.tax_minor - _lines_tax())),
    ("shipping_tax_total", "money", lambda: Preorder.tax_minor - _lines_tax()),
    ("fee_total", "money", lambda: literal(0)),
    ("fee_tax_total", "money", lambda: literal(0)),
    ("tax_total", "money", lambda: Preorder.tax_minor),
    ("cart_discount", "money", lambda: literal(0)),
    ("order_discount", "money", lambda: literal(0)),
    ("discount_total", "money", lambda: literal(0)),
    ("order_total", "money", lambda: Preorder.total_minor),
    ("order_subtotal", "money", lambda: _net(Preorder.items_minor, _lines_tax())),
    ("order_currency", "text", lambda: Preorder.currency),
    ("payment_method", "text", _nothing),
    ("payment_method_title", "text", _nothing),
    ("transaction_id", "text", _nothing),
    ("shipping_method", "text", _nothing),
    ("customer_email", "text", lambda: Preorder.email),
)
_WOO_PLACES: tuple[tuple[str, Callable[[], Any]], ...] = (
    ("first_name", _given_name),
    ("last_name", _nothing),
    ("company", _nothing),
    ("phone", lambda: address("phone")),
    ("address_1", lambda: address("line1")),
    ("address_2", _nothing),
    ("postcode", lambda: address("postcode")),
    ("city", lambda: address("city")),
    ("state", _nothing),
    ("country", lambda: Preorder.country),
)


def woocommerce() -> tuple[Column, ...]:
    """Return the columns of an order before its items; one row is an order."""
    places = [(f"{whose}_{name}", "text", what) for whose in ("billing", "shipping") for name, what in _WOO_PLACES]
    places.insert(3, ("billing_email", "text", lambda: Preorder.email))
    note = ("customer_note", "text", lambda: address("note"))
    return tuple(Column(name, name, kind, what, personal=True) for name, kind, what in (*_WOO, *places, note))


def woocommerce_items(session: Any, drop_id: int, filters: Filters, currency: str) -> Iterable[Column]:
    """Yield line_item_1, line_item_2 … as many as the longest of the listed orders has."""
    counted = select(func.count(PreorderLine.id).label("lines")).group_by(PreorderLine.preorder_id)
    counted_here = counted.where(PreorderLine.preorder_id.in_(scopes.order_ids(drop_id, filters))).subquery()
    most = session.scalar(select(func.max(counted_here.c.lines))) or 0
    for place in range(most):
        yield Column(f"line_item_{place + 1}", "", "text", lambda place=place: _item(place, currency))  # type: ignore[misc]


def _item(place: int, currency: str) -> Any:
    net = _amount(_net(PreorderLine.price_minor, PreorderLine.tax_minor), currency)
    words = literal("name:") + _unpiped(_piece()) + "|product_id:|sku:" + _unpiped(Variant.sku) + "|quantity:"
    words = words + cast(PreorderLine.quantity, String) + "|total:" + net + "|sub_total:" + net
    words = words + "|tax:" + _amount(PreorderLine.tax_minor, currency)
    found = (
        select(words)
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(PreorderLine.preorder_id == Preorder.id)
        .order_by(PreorderLine.id)
        .limit(1)
        .offset(place)
    )
    return found.correlate(Preorder).scalar_subquery()


def _unpiped(words: Any) -> ColumnElement[str]:
    """A bar would end the field."""
    return func.replace(words, "|", "/")


def _amount(minor: Any, currency: str) -> Any:
    """An amount that is not negative, as a decimal text in SQL."""
    digits = exponent(currency)
    if not digits:
        return cast(minor, String)
    cents = func.substr(cast(10**digits + minor % 10**digits, String), 2)
    return cast(minor // 10**digits, String) + "." + cents
