"""Counts of a selection: line by line while a drop is small, beyond that from sums a worker makes now and then.

The sums are by SKU, bundle, state, country and marks, so that any filter but the search is a sum of some thousand
rows. They say when they were made, and so does the page (docs/adr/0014-order-list.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from preorders import order_list
from preorders.models import Drop, OrderTally, Preorder, PreorderLine, Product, Variant
from preorders.models.orders import LOOK, PAID
from preorders.order_list import Filters, Units
from webapp.infra import queue
from webapp.infra.db import db, transaction
from webapp.kernel.now import now

LARGE = 20_000
"""Pieces reserved from which on a drop is counted by a worker."""
AGE = timedelta(minutes=5)
OVER = timedelta(days=1)  # so long after its end a drop is still counted anew

_STATES = {
    "standing": OrderTally.state.not_in(("cancelled", "expired")),
    "look": OrderTally.looked_for.is_(True),
    "paid": OrderTally.paid.is_(True),
    "reserved": OrderTally.state == "reserved",
    "shipped": OrderTally.state.in_(("part-shipped", "shipped")),
    "cancelled": OrderTally.state.in_(("cancelled", "expired")),
}


@dataclass(frozen=True)
class Tally:
    """How many match. `orders` None: not known, as a filter picks lines out of orders; `at` None: counted just now."""

    lines: int
    orders: int | None
    pieces: int
    price_minor: int
    at: datetime | None


def counted(session: Session, drop_id: int, filters: Filters) -> Tally:
    """Return the counts of a selection; two statements at most."""
    at = None if filters.q else session.scalar(select(func.min(OrderTally.at)).where(OrderTally.drop_id == drop_id))
    if at is None:
        found = order_list.totals(session, drop_id, filters)
        return Tally(found.lines, found.orders, found.pieces, found.price_minor, None)
    names = ("lines", "firsts", "pieces", "price_minor")
    sums = [func.coalesce(func.sum(getattr(OrderTally, name)), 0) for name in names]
    row = session.execute(_matching(select(*sums), drop_id, filters)).one()
    lines, firsts, pieces, price_minor = map(int, row)
    return Tally(lines, None if filters.on_lines else firsts, pieces, price_minor, at)


def units(session: Session, drop_id: int, filters: Filters, tally: Tally) -> list[Units]:
    """Return pieces by SKU in a selection that was `counted`, in the order of the catalogue; one statement."""
    if tally.at is None:
        return order_list.units(session, drop_id, filters)
    columns = (Variant.sku, Product.title.label("product"), Variant.size, Variant.colour, Variant.colour_hex)
    place = (Product.position, Variant.position, Variant.id)
    found = _matching(select(*columns, *order_list.by_state(OrderTally.state, OrderTally.pieces)), drop_id, filters)
    found = found.join(Variant, Variant.id == OrderTally.variant_id).join(Product, Product.id == Variant.product_id)
    rows = session.execute(found.group_by(*columns, *place).order_by(*place))
    return [order_list.units_of(row) for row in rows]


def ask_due() -> int:
    """Ticker: have large drops counted anew whose counts are old; return how many."""
    due = _due(db.session(), now())
    db.session.rollback()
    for drop_id in due:
        queue.enqueue("exports", "preorders.tallies.tally", drop_id)
    return len(due)


def tally(drop_id: int) -> None:
    """Job: count a drop. Reads first and swaps the sums in a short transaction; run twice, it says the same."""
    moment = now()
    rows = [{**row._mapping, "drop_id": drop_id, "at": moment} for row in db.session.execute(_sums(drop_id))]
    with transaction() as session:
        session.execute(delete(OrderTally).where(OrderTally.drop_id == drop_id))
        if rows:
            session.execute(insert(OrderTally), rows)


def _due(session: Session, moment: datetime) -> list[int]:
    latest = select(func.max(OrderTally.at)).where(OrderTally.drop_id == Drop.id).scalar_subquery()
    ended = func.coalesce(Drop.cancelled_at, Drop.closed_at)
    old = and_(latest < moment - AGE, or_(ended.is_(None), ended > moment - OVER))
    found = select(Drop.id).where(or_(old, and_(latest.is_(None), Drop.reserved >= LARGE)))
    return list(session.scalars(found.order_by(Drop.id)))


def _sums(drop_id: int) -> Any:
    line = aliased(PreorderLine)
    first = select(func.min(line.id)).where(line.preorder_id == Preorder.id).correlate(Preorder).scalar_subquery()
    marks = [_is(PAID).label("paid"), _is(LOOK).label("looked_for")]
    keys = [PreorderLine.variant_id, PreorderLine.bundle_id, Preorder.state, Preorder.country]
    return (
        select(
            *keys,
            *marks,
            func.count().label("lines"),
            func.sum(case((PreorderLine.id == first, 1), else_=0)).label("firsts"),
            func.sum(PreorderLine.quantity).label("pieces"),
            func.sum(PreorderLine.price_minor).label("price_minor"),
        )
        .select_from(Preorder)
        .join(PreorderLine, PreorderLine.preorder_id == Preorder.id)
        .where(Preorder.drop_id == drop_id)
        .group_by(*keys, *marks)
    )


def _is(view: str) -> ColumnElement[bool]:
    mark: ColumnElement[int] = literal_column(f"CASE WHEN {view} THEN 1 ELSE 0 END")
    return mark == 1


def _matching(found: Any, drop_id: int, filters: Filters) -> Any:
    return found.select_from(OrderTally).where(OrderTally.drop_id == drop_id, *_conditions(drop_id, filters))


def _conditions(drop_id: int, filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.state in _STATES:
        yield _STATES[filters.state]
    if filters.paid:
        yield OrderTally.paid.is_(filters.paid == "yes")
    if filters.country:
        yield OrderTally.country == filters.country
    if filters.size or filters.colour or filters.product is not None:
        yield OrderTally.variant_id.in_(order_list.variants(drop_id, filters))
    if filters.bundle:
        yield (OrderTally.bundle_id.is_not(None) if filters.bundle == "yes" else OrderTally.bundle_id.is_(None))
