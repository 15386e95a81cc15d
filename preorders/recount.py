"""Do the counters, totals and states agree with the orders? `fanmade recount` asks, a rehearsal too."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from preorders.models import (
    Bundle,
    Drop,
    Payment,
    Preorder,
    PreorderLine,
    Product,
    Shipment,
    ShipmentLine,
    Variant,
    WaitlistEntry,
)
from preorders.payments import queries as payments
from preorders.queries import HOLDING
from preorders.tariffs import tax_of
from preorders.waitlist import queries as waitlist
from webapp.infra.db import BIG, db
from webapp.kernel.now import now as clock


def differences(session: Session, now: datetime | None = None) -> list[str]:
    """Return a line for each thing that does not agree with what it was made from; empty when all does."""
    moment = now or clock()
    return [line for check in CHECKS for line in check(session, moment)]


def recount(now: datetime) -> tuple[int, list[str]]:
    """Return (orders, differences), all read at one moment, and leave nothing open."""
    session = db.session()
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        return session.scalar(select(func.count()).select_from(Preorder)) or 0, differences(session, now)
    finally:
        session.rollback()


def of_variants() -> Any:
    """Return the SELECT of (drop's id, id, SKU, its counters, and what orders and offers say they are)."""
    held = _sum(PreorderLine.quantity, PreorderLine.variant_id).join(Preorder, Preorder.id == PreorderLine.preorder_id)
    lines = held.where(HOLDING).subquery()
    kept = _sum(WaitlistEntry.offered_quantity, WaitlistEntry.variant_id).where(_OFFERED).subquery()
    counters = (Variant.reserved, Variant.offered, _or_0(lines), _or_0(kept, "kept"))
    found = select(Variant.drop_id, Variant.id, Variant.sku.label("name"), *counters)
    joined = found.outerjoin(lines, lines.c.about == Variant.id).outerjoin(kept, kept.c.about == Variant.id)
    return joined.order_by(Variant.id)


def of_drops() -> Any:
    """Return the same SELECT of drops, by what of them is in the edition."""
    held = _sum(PreorderLine.quantity, Preorder.drop_id).join(Preorder, Preorder.id == PreorderLine.preorder_id)
    lines = _of_edition(held.where(HOLDING), PreorderLine.variant_id)
    kept = _of_edition(_sum(WaitlistEntry.offered_quantity, WaitlistEntry.drop_id).where(_OFFERED), _WAITED_FOR)
    counters = (Drop.reserved, Drop.offered, _or_0(lines), _or_0(kept, "kept"))
    found = select(Drop.id.label("drop_id"), Drop.id, Drop.slug.label("name"), *counters)
    joined = found.outerjoin(lines, lines.c.about == Drop.id).outerjoin(kept, kept.c.about == Drop.id)
    return joined.order_by(Drop.id)


def _variants(session: Session, now: datetime) -> Iterator[str]:
    yield from _counters("variant", session.execute(of_variants()))


def _drops(session: Session, now: datetime) -> Iterator[str]:
    yield from _counters("drop", session.execute(of_drops()))


def _orders(session: Session, now: datetime) -> Iterator[str]:
    """Totals are items, shipping and the tax on top; the items are the lines, the pieces those of the edition."""
    lines = _lines_of_orders()
    rows = session.execute(
        select(*_BILL, lines.c.goods, lines.c.tax, lines.c.edition, lines.c.highest)
        .outerjoin(lines, lines.c.about == Preorder.id)
        .where(
            or_(
                lines.c.goods.is_(None),
                Preorder.items_minor != lines.c.goods,
                Preorder.pieces != lines.c.edition,
                Preorder.tax_minor != lines.c.tax,
                Preorder.total_minor != Preorder.items_minor + Preorder.shipping_minor + _on_top(),
            )
        )
        .order_by(Preorder.id)
    )
    for row in rows:
        yield from _bill(row, row.goods or 0, row.tax or 0, row.edition or 0, row.highest or 0)


def _bill(order: Any, items: int, tax: int, edition: int, highest: int) -> Iterator[str]:
    on_top = 0 if order.tax_included else order.tax_minor
    sum_of_parts = order.items_minor + order.shipping_minor + on_top
    taxes = tax + tax_of(order.shipping_minor, highest, order.tax_included)
    if order.items_minor != items:
        yield f"order {order.number}: items {order.items_minor}, lines {items}"
    if order.total_minor != sum_of_parts:
        yield f"order {order.number}: total {order.total_minor}, items with shipping and tax {sum_of_parts}"
    if order.tax_minor != taxes:
        yield f"order {order.number}: tax {order.tax_minor}, lines and shipping {taxes}"
    if order.pieces != edition:
        yield f"order {order.number}: pieces {order.pieces}, lines {edition}"


def _states(session: Session, now: datetime) -> Iterator[str]:
    """What is confirmed waits for nothing; what waits has a deadline and is not confirmed."""
    done = Preorder.state.in_(("reserved", "part-shipped", "shipped"))
    awaits = or_(Preorder.awaits_payment, Preorder.awaits_guardian)
    odd = {
        "stands, but was never confirmed": and_(done, Preorder.confirmed_at.is_(None)),
        "stands, but still awaits something": and_(done, awaits),
        "awaits something without a deadline": and_(Preorder.state == "awaiting", Preorder.expires_at.is_(None)),
        "awaits something, but is confirmed": and_(Preorder.state == "awaiting", Preorder.confirmed_at.is_not(None)),
    }
    for words, condition in odd.items():
        for number in session.scalars(select(Preorder.number).where(condition).order_by(Preorder.id)):
            yield f"order {number}: {words}"


def _taxes(session: Session, now: datetime) -> Iterator[str]:
    """The tax of a line follows from its price and rate; what an order is kept in is what its drop says."""
    whole = case((Preorder.tax_included, 10_000 + PreorderLine.tax_bp), else_=10_000)
    tax = (2 * cast(PreorderLine.price_minor, BIG) * PreorderLine.tax_bp + whole) // (2 * whole)
    lines = select(Preorder.number, PreorderLine.tax_minor, PreorderLine.price_minor, PreorderLine.tax_bp)
    lines = lines.add_columns(Preorder.tax_included).join(PreorderLine, PreorderLine.preorder_id == Preorder.id)
    for row in session.execute(lines.where(PreorderLine.tax_minor != tax).order_by(PreorderLine.id)):
        due = tax_of(row.price_minor, row.tax_bp, row.tax_included)
        if row.tax_minor != due:
            yield f"order {row.number}: tax of a line {row.tax_minor}, by its rate {due}"
    kept = or_(Preorder.currency != Drop.currency, Preorder.tax_included != Drop.tax_included)
    odd = select(Preorder.number).join(Drop, Drop.id == Preorder.drop_id).where(kept)
    for number in session.scalars(odd.order_by(Preorder.id)):
        yield f"order {number}: its currency or its way of tax is not the drop's"


def _parcels(session: Session, now: datetime) -> Iterator[str]:
    sent = _sum(ShipmentLine.quantity, ShipmentLine.line_id).subquery()
    found = select(Preorder.number, PreorderLine.quantity, sent.c.total).join(
        PreorderLine, PreorderLine.preorder_id == Preorder.id
    )
    more = found.join(sent, sent.c.about == PreorderLine.id).where(sent.c.total > PreorderLine.quantity)
    for row in session.execute(more.order_by(PreorderLine.id)):
        yield f"order {row.number}: {row.total} pieces in parcels, {row.quantity} in the line"
    yield from _left(session, sent)


def _left(session: Session, sent: Any) -> Iterator[str]:
    """How much of an order has left says its state, and its state how much has left."""
    line = PreorderLine
    pieces = (
        select(
            line.preorder_id.label("about"), func.sum(line.quantity).label("held"), func.sum(sent.c.total).label("out")
        )
        .outerjoin(sent, sent.c.about == line.id)
        .group_by(line.preorder_id)
        .subquery()
    )
    held, out = pieces.c.held, func.coalesce(pieces.c.out, 0)
    told = case((out == 0, "none"), (out < held, "part-shipped"), else_="shipped")
    stands = case((Preorder.state.in_(("part-shipped", "shipped")), Preorder.state), else_="none")
    found = select(Preorder.number, Preorder.state, held.label("held"), out.label("out"))
    found = found.join(pieces, pieces.c.about == Preorder.id).where(told != stands)
    for row in session.execute(found.order_by(Preorder.id)):
        yield f"order {row.number}: {row.state}, but {row.out} of {row.held} pieces have left"


def _payments(session: Session, now: datetime) -> Iterator[str]:
    money = (Payment.preorder_id == Preorder.id, Payment.state == "succeeded", Payment.kind.in_(("checkout", "charge")))
    # Nothing changes the total of a paid order.
    paid = exists().where(*money, Payment.amount_minor == Preorder.total_minor, Payment.currency == Preorder.currency)
    for number in session.scalars(select(Preorder.number).where(Preorder.paid_at.is_not(None), ~paid)):
        yield f"order {number}: paid, but no payment succeeded"
    kept = exists().where(Payment.preorder_id == Preorder.id, payments.kept())  # what had come for nothing went back
    for number in session.scalars(select(Preorder.number).where(HOLDING, Preorder.paid_at.is_(None), kept)):
        yield f"order {number}: a payment succeeded, but it is not paid"
    yield from _refunds(session)


def _refunds(session: Session) -> Iterator[str]:
    """Refunds of a payment never give back more than it brought; an order is noted as refunded when nothing is here."""
    money, other = aliased(Payment), aliased(Payment)
    back = (Payment.kind == "refund", Payment.state == "succeeded")
    same = (other.preorder_id == Payment.preorder_id, other.intent == Payment.intent)
    given = select(func.sum(other.amount_minor)).where(*same, other.kind == "refund", other.state == "succeeded")
    covered = exists().where(
        money.preorder_id == Payment.preorder_id,
        money.kind.in_(payments.MONEY),
        money.state == "succeeded",
        money.intent == Payment.intent,
        money.amount_minor >= given.correlate(Payment).scalar_subquery(),
        money.currency == Payment.currency,
    )
    found = select(Preorder.number).join(Payment, Payment.preorder_id == Preorder.id)
    for number in session.scalars(found.where(*back, ~covered).distinct().order_by(Preorder.number)):
        yield f"order {number}: a refund gives back what was not paid"
    here = case((Payment.kind == "refund", -Payment.amount_minor), else_=Payment.amount_minor)
    left = select(func.coalesce(func.sum(here), 0)).where(
        Payment.preorder_id == Preorder.id, Payment.state == "succeeded", Payment.kind != "setup"
    )
    noted = select(Preorder.number).where(Preorder.refunded_at.is_not(None), left.scalar_subquery() > 0)
    for number in session.scalars(noted.order_by(Preorder.id)):
        yield f"order {number}: noted as refunded, but its money is here"
    gone = exists().where(Payment.preorder_id == Preorder.id, *back)
    told = or_(Preorder.paid_at.is_not(None), ~HOLDING)
    unnoted = select(Preorder.number).where(Preorder.refunded_at.is_(None), told, gone, left.scalar_subquery() <= 0)
    for number in session.scalars(unnoted.order_by(Preorder.id)):
        yield f"order {number}: all its money went back, but it is not noted as refunded"


def _copies(session: Session, now: datetime) -> Iterator[str]:
    """What an order says again of its address and its parcels is what those say."""
    told = Preorder.address["country"].as_string()
    parcels = select(func.max(Shipment.shipped_at)).where(Shipment.preorder_id == Preorder.id).scalar_subquery()
    nowhere = and_(told.is_(None), Preorder.email != "")  # of those who were erased the address is gone
    odd = {
        "its country is not that of its address": told != Preorder.country,
        "it has an address, but counts as without": and_(told.is_not(None), Preorder.addressed_at.is_(None)),
        "it has no address, but counts as with one": and_(nowhere, Preorder.addressed_at.is_not(None)),
        "sent at another moment than its last parcel": or_(
            Preorder.shipped_at != parcels, Preorder.shipped_at.is_(None) != parcels.is_(None)
        ),
    }
    for words, condition in odd.items():
        for number in session.scalars(select(Preorder.number).where(condition).order_by(Preorder.id)):
            yield f"order {number}: {words}"


def _strangers(session: Session, now: datetime) -> Iterator[str]:
    """Lines and entries of the waitlist are of what their own drop offers."""
    lines = select(Preorder.number).join(PreorderLine, PreorderLine.preorder_id == Preorder.id)
    lines = lines.join(Variant, Variant.id == PreorderLine.variant_id)
    lines = lines.outerjoin(Bundle, Bundle.id == PreorderLine.bundle_id)
    other = or_(Variant.drop_id != Preorder.drop_id, Bundle.drop_id != Preorder.drop_id)
    for number in session.scalars(lines.where(other).order_by(PreorderLine.id)):
        yield f"order {number}: a line is of another drop"
    waits = select(WaitlistEntry.id).join(Variant, Variant.id == WaitlistEntry.variant_id)
    for entry_id in session.scalars(waits.where(Variant.drop_id != WaitlistEntry.drop_id).order_by(WaitlistEntry.id)):
        yield f"waitlist entry {entry_id}: it waits for a piece of another drop"


def _waiting(session: Session, now: datetime) -> Iterator[str]:
    """Pieces nobody holds, and somebody who waits for them, are never both there while orders are taken."""
    for drop in waitlist.drops_waited_for(session, now):
        free, in_edition = waitlist.free(session, drop), waitlist.in_edition(session, drop.id)
        for variant_id in waitlist.variants_waited_for(session, drop.id):
            if variant_id not in in_edition:
                continue  # of another drop: `_strangers` names it
            left = free.of(variant_id, in_edition[variant_id])
            if left != 0:
                pieces = "pieces" if left is None else f"{left} pieces"
                yield f"drop {drop.slug}: {pieces} of variant {variant_id} free while somebody waits for them"


CHECKS: tuple[Callable[[Session, datetime], Iterator[str]], ...] = (
    _variants,
    _drops,
    _orders,
    _taxes,
    _states,
    _parcels,
    _copies,
    _strangers,
    _payments,
    _waiting,
)
_BILL = (
    Preorder.number,
    Preorder.pieces,
    Preorder.items_minor,
    Preorder.shipping_minor,
    Preorder.tax_minor,
    Preorder.tax_included,
    Preorder.total_minor,
)
_OFFERED = WaitlistEntry.state == "offered"
_WAITED_FOR = WaitlistEntry.variant_id


def _counters(what: str, rows: Any) -> Iterator[str]:
    for _, _, name, reserved, offered, held, kept in rows:
        if reserved != held:
            yield f"{what} {name}: counter {reserved}, order lines {held}"
        if offered != kept:
            yield f"{what} {name}: offered {offered}, standing offers {kept}"


def _lines_of_orders() -> Any:
    edition = func.sum(PreorderLine.quantity).filter(Product.in_edition)
    return (
        select(
            PreorderLine.preorder_id.label("about"),
            cast(func.sum(PreorderLine.price_minor), BIG).label("goods"),
            cast(func.sum(PreorderLine.tax_minor), BIG).label("tax"),
            cast(func.coalesce(edition, 0), Integer).label("edition"),
            func.max(PreorderLine.tax_bp).label("highest"),
        )
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .group_by(PreorderLine.preorder_id)
        .subquery()
    )


def _on_top() -> ColumnElement[int]:
    return case((Preorder.tax_included, 0), else_=Preorder.tax_minor)


def _sum(pieces: Any, about: Any) -> Any:
    return select(about.label("about"), cast(func.sum(pieces), Integer).label("total")).group_by(about)


def _of_edition(found: Any, variant_id: Any) -> Any:
    joined = found.join(Variant, Variant.id == variant_id).join(Product, Product.id == Variant.product_id)
    return joined.where(Product.in_edition).subquery()


def _or_0(counted: Any, name: str = "held") -> Any:
    return func.coalesce(counted.c.total, 0).label(name)
