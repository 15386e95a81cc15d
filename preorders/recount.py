"""Do the counters agree with the orders? `fanmade recount` asks, a rehearsal too."""

from typing import Any

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from preorders.models import Drop, Preorder, PreorderLine, Product, Variant
from preorders.queries import HOLDING


def differences(session: Session) -> list[str]:
    """Return a line for each counter or total that is not the sum of its order lines; empty when all agree."""
    return [*_variants(session), *_drops(session), *_orders(session)]


def _held(*conditions: Any) -> Any:
    total = func.coalesce(func.sum(PreorderLine.quantity), 0)
    held = select(cast(total, Integer)).join(Preorder, Preorder.id == PreorderLine.preorder_id)
    return held.where(HOLDING, *conditions)


def _variants(session: Session) -> list[str]:
    held = _held(PreorderLine.variant_id == Variant.id).correlate(Variant).scalar_subquery()
    rows = session.execute(select(Variant.sku, Variant.reserved, held.label("held")).where(Variant.reserved != held))
    return [f"variant {row.sku}: counter {row.reserved}, order lines {row.held}" for row in rows]


def _drops(session: Session) -> list[str]:
    lines = _held(Preorder.drop_id == Drop.id, Product.in_edition)
    lines = lines.join(Variant, Variant.id == PreorderLine.variant_id)
    held = lines.join(Product, Product.id == Variant.product_id).correlate(Drop).scalar_subquery()
    rows = session.execute(select(Drop.slug, Drop.reserved, held.label("held")).where(Drop.reserved != held))
    return [f"drop {row.slug}: counter {row.reserved}, order lines {row.held}" for row in rows]


def _orders(session: Session) -> list[str]:
    paid = select(func.coalesce(func.sum(PreorderLine.price_minor), 0)).where(PreorderLine.preorder_id == Preorder.id)
    lines = paid.correlate(Preorder).scalar_subquery()
    rows = session.execute(
        select(Preorder.number, Preorder.total_minor, lines.label("lines")).where(Preorder.total_minor != lines)
    )
    return [f"order {row.number}: total {row.total_minor}, lines {row.lines}" for row in rows]
