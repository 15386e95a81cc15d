"""Every write of drops and orders, in the caller's transaction.

The edition is held by `room`: one condition inside the UPDATE that takes the pieces, so that the
last piece is decided by the database. The CHECK on the column is the second net.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Update, bindparam, case, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from preorders.models import (
    Bundle,
    BundleItem,
    Drop,
    ExportLog,
    Preorder,
    PreorderLine,
    Product,
    ShippingZone,
    TaxRate,
    Variant,
)
from preorders.pricing import Line
from preorders.tariffs import Tariff
from webapp.infra.db import BIG, UtcDateTime, changed, insert_once
from webapp.infra.short_ways import rows_of, run_one

Room = Callable[[Any, Any], ColumnElement[bool]]
OPEN = Preorder.state.in_(("awaiting", "reserved"))  # orders of which nothing has left or fallen


def room(of: type[Drop] | type[Variant], pieces: Any) -> ColumnElement[bool]:
    """Return the condition that `pieces` more fit under the cap, beside what is offered (null: no cap)."""
    cap = Drop.edition_cap if of is Drop else Variant.cap
    return or_(cap.is_(None), of.reserved + of.offered + pieces <= cap)


# What each order of a rush sends while it holds the drop is of tables, and built once.
_PIECES: Any = bindparam("pieces", type_=BIG)


@cache
def _taking(room: Room, early: bool) -> Update:
    moment = bindparam("moment", type_=UtcDateTime)
    statement = update(Drop.__table__).where(  # type: ignore[arg-type]
        Drop.id == bindparam("wanted"),
        Drop.published_at.is_not(None),
        or_(Drop.opens_at <= moment, Drop.early_at <= moment) if early else Drop.opens_at <= moment,
        Drop.closes_at > moment,
        Drop.locked_at.is_(None),
        Drop.cancelled_at.is_(None),
        room(Drop, _PIECES),
    )
    return statement.values(reserved=Drop.reserved + _PIECES)


def _of_variant(*conditions: Any) -> Update:
    statement = update(Variant.__table__).where(Variant.id == bindparam("wanted"), *conditions)  # type: ignore[arg-type]
    return statement.values(reserved=Variant.reserved + _PIECES)


@cache
def _taking_variant(room: Room) -> Update:
    return _of_variant(room(Variant, _PIECES))


_GIVING_VARIANT = _of_variant()


def taking(drop_id: int, pieces: int, now: datetime, early: bool = False) -> tuple[Update, dict[str, Any]]:
    """Return what takes pieces of the edition while the drop is open; it changes one row if they were there.

    `early`: for somebody who took part, to whom it is open from `early_at`. Locks the drop's row until the
    commit: orders of one drop queue here, so the person's limit may be read safely afterwards.
    """
    return _taking(room, early), {"wanted": drop_id, "pieces": pieces, "moment": now}


def taking_variant(variant_id: int, pieces: int) -> tuple[Update, dict[str, Any]]:
    """Return what takes pieces of one SKU (or gives back: negative), likewise. Call in id order."""
    return _taking_variant(room) if pieces > 0 else _GIVING_VARIANT, {"wanted": variant_id, "pieces": pieces}


def reserve(session: Session, drop_id: int, pieces: int, now: datetime, early: bool = False) -> bool:
    """Take pieces of the edition, see `taking`; return whether they were there."""
    return run_one(session, *taking(drop_id, pieces, now, early)).count == 1


def shift(session: Session, drop_id: int, pieces: int) -> bool:
    """Take more of the edition (or give back: negative) for an order that stands; return whether it was there."""
    statement = update(Drop).where(Drop.id == drop_id, *([room(Drop, pieces)] if pieces > 0 else []))
    return changed(session, statement.values(reserved=Drop.reserved + pieces)) == 1


def reserve_variant(session: Session, variant_id: int, pieces: int) -> bool:
    """Take pieces of one SKU, see `taking_variant`; return whether they were there."""
    return run_one(session, *taking_variant(variant_id, pieces)).count == 1


def release(session: Session, drop_id: int, pieces: int, by_variant: dict[int, int]) -> None:
    """Give pieces back: the drop's row first, then SKUs in id order, as they were taken."""
    changed(session, update(Drop).where(Drop.id == drop_id).values(reserved=Drop.reserved - pieces))
    for variant_id in sorted(by_variant):
        count = Variant.reserved - by_variant[variant_id]
        changed(session, update(Variant).where(Variant.id == variant_id).values(reserved=count))


def release_all(session: Session, drop_id: int) -> None:
    """Give every piece of a drop back; the caller cancels the orders in the same transaction."""
    changed(session, update(Drop).where(Drop.id == drop_id).values(reserved=0))
    changed(session, update(Variant).where(Variant.drop_id == drop_id).values(reserved=0))


def add_preorder(session: Session, **values: Any) -> int | None:
    """Insert an order; None when its number or its idempotency key stands already."""
    return insert_once(session, Preorder, **values)


def lines_of(preorder_id: int, lines: Sequence[Line]) -> tuple[Any, dict[str, Any]]:
    """Return what inserts the lines of an order, one statement, for `run_each`."""
    columns = ("variant_id", "bundle_id", "quantity", "price_minor", "tax_bp", "tax_minor")
    rows = [{"preorder_id": preorder_id, **{name: getattr(line, name) for name in columns}} for line in lines]
    return rows_of(PreorderLine.__table__, rows)


def add_lines(session: Session, preorder_id: int, lines: Sequence[Line]) -> None:
    """Insert the lines of an order, in one statement."""
    if lines:
        run_one(session, *lines_of(preorder_id, lines))


def change_preorder(session: Session, preorder_id: int, **values: Any) -> bool:
    """Change an order of which nothing has left; return whether it still stood."""
    statement = update(Preorder).where(Preorder.id == preorder_id, OPEN)
    return changed(session, statement.values(**values)) == 1


def replace_lines(session: Session, preorder_id: int, lines: Sequence[Line]) -> None:
    """Put other lines in the place of an order's."""
    changed(session, delete(PreorderLine).where(PreorderLine.preorder_id == preorder_id))
    add_lines(session, preorder_id, lines)


def confirm(session: Session, preorder_id: int, what: str, guardian_until: datetime, now: datetime) -> bool:
    """Clear what an awaiting order waits for ("payment" or "guardian"); return whether it waited for that.

    When nothing is left to wait for it is reserved; when only the guardian is, until `guardian_until`.
    """
    mine = Preorder.awaits_payment if what == "payment" else Preorder.awaits_guardian
    other = Preorder.awaits_guardian if what == "payment" else Preorder.awaits_payment
    waits = update(Preorder).where(Preorder.id == preorder_id, Preorder.state == "awaiting", mine.is_(True))
    values: dict[str, Any] = {
        mine.key: False,
        "state": case((other.is_(True), "awaiting"), else_="reserved"),
        "confirmed_at": case((other.is_(True), None), else_=literal(now, UtcDateTime)),
        "expires_at": case((other.is_(True), Preorder.expires_at), else_=None),
    }
    if what == "payment":
        values["expires_at"] = case((other.is_(True), literal(guardian_until, UtcDateTime)), else_=None)
    return changed(session, waits.values(values)) == 1


def cancel(session: Session, preorder_id: int, reason: str, now: datetime) -> bool:
    """Cancel an order of which nothing has left; return whether it stood."""
    statement = update(Preorder).where(Preorder.id == preorder_id, OPEN)
    return changed(session, statement.values(state="cancelled", cancelled_at=now, cancel_reason=reason)) == 1


def cancel_all(session: Session, drop_id: int, reason: str, now: datetime) -> int:
    """Cancel every order of a drop of which nothing has left; return how many."""
    statement = update(Preorder).where(Preorder.drop_id == drop_id, OPEN)
    return changed(session, statement.values(state="cancelled", cancelled_at=now, cancel_reason=reason))


def hold_open(session: Session, drop_id: int, now: datetime) -> bool:
    """Lock the row of a drop that still takes and gives back orders; return whether it does."""
    statement = update(Drop).where(
        Drop.id == drop_id, Drop.closes_at > now, Drop.locked_at.is_(None), Drop.cancelled_at.is_(None)
    )
    return changed(session, statement.values(reserved=Drop.reserved)) == 1


def hold(session: Session, drop_id: int) -> bool:
    """Lock the row of a drop that was not cancelled; return whether there is one."""
    statement = update(Drop).where(Drop.id == drop_id, Drop.cancelled_at.is_(None))
    return changed(session, statement.values(reserved=Drop.reserved)) == 1


def step(session: Session, drop_id: int, column: str, now: datetime, *after: str) -> bool:
    """Set the date of a step once, if those in `after` are set; return whether this call did it."""
    field = getattr(Drop, column)
    ready = [getattr(Drop, name).is_not(None) for name in after]
    statement = update(Drop).where(Drop.id == drop_id, field.is_(None), Drop.cancelled_at.is_(None), *ready)
    return changed(session, statement.values({column: now})) == 1


def publish(session: Session, drop_id: int, person_id: int, now: datetime) -> bool:
    """Publish a draft once; return whether this call did it."""
    statement = update(Drop).where(Drop.id == drop_id, Drop.published_at.is_(None), Drop.cancelled_at.is_(None))
    return changed(session, statement.values(published_at=now, published_by=person_id)) == 1


def cancel_drop(session: Session, drop_id: int, reason: str, now: datetime) -> bool:
    """Call a drop off unless parcels have left; return whether this call did it."""
    statement = update(Drop).where(Drop.id == drop_id, Drop.cancelled_at.is_(None), Drop.shipping_at.is_(None))
    return changed(session, statement.values(cancelled_at=now, cancel_reason=reason)) == 1


def add_drop(session: Session, **values: Any) -> int | None:
    """Insert a drop; None when its contest, pick or slug has one already."""
    return insert_once(session, Drop, **values)


def repick(session: Session, drop_id: int, pick_id: int, submission_id: int) -> bool:
    """Let an unpublished draft follow a new pick; return whether it was still a draft."""
    statement = update(Drop).where(Drop.id == drop_id, Drop.published_at.is_(None))
    return changed(session, statement.values(pick_id=pick_id, submission_id=submission_id)) == 1


def change_drop(session: Session, drop_id: int, **values: Any) -> bool:
    """Change a drop that was not cancelled; False, and no change, for a cap below what is reserved."""
    cap = values.get("edition_cap")
    fits = [Drop.reserved + Drop.offered <= cap] if cap is not None else []
    statement = update(Drop).where(Drop.id == drop_id, Drop.cancelled_at.is_(None), *fits)
    return changed(session, statement.values(**values)) == 1


def set_cap(session: Session, drop_id: int, variant_id: int, cap: int | None) -> bool:
    """Set a SKU's own cap; False when more is reserved or the SKU is another drop's."""
    fits = [Variant.reserved + Variant.offered <= cap] if cap is not None else []
    statement = update(Variant).where(Variant.id == variant_id, Variant.drop_id == drop_id, *fits)
    return changed(session, statement.values(cap=cap)) == 1


def change_variant(session: Session, drop_id: int, variant_id: int, **values: Any) -> bool:
    """Change a SKU of the drop."""
    statement = update(Variant).where(Variant.id == variant_id, Variant.drop_id == drop_id)
    return changed(session, statement.values(**values)) == 1


def set_tariff(session: Session, drop_id: int, tariff: Tariff) -> None:
    """Put these rates and zones in the place of a drop's."""
    changed(session, delete(TaxRate).where(TaxRate.drop_id == drop_id))
    changed(session, delete(ShippingZone).where(ShippingZone.drop_id == drop_id))
    session.add_all(TaxRate(drop_id=drop_id, **vars(rate)) for rate in tariff.rates)
    session.add_all(
        ShippingZone(drop_id=drop_id, position=position, **{**vars(zone), "countries": list(zone.countries)})
        for position, zone in enumerate(tariff.zones)
    )
    session.flush()


def add_product(session: Session, drop_id: int, variants: Sequence[dict[str, Any]], **values: Any) -> int:
    """Insert a product with its variants; return its id."""
    product = Product(drop_id=drop_id, **values)
    session.add(product)
    session.flush()
    session.add_all(
        Variant(drop_id=drop_id, product_id=product.id, position=position, **variant)
        for position, variant in enumerate(variants)
    )
    session.flush()
    return product.id


def change_product(session: Session, drop_id: int, product_id: int, **values: Any) -> bool:
    """Change a product of the drop."""
    statement = update(Product).where(Product.id == product_id, Product.drop_id == drop_id)
    return changed(session, statement.values(**values)) == 1


def remove_product(session: Session, drop_id: int, product_id: int) -> None:
    """Remove a product, its variants and the bundles it was part of (drafts only)."""
    mine = select(Bundle.id).where(Bundle.drop_id == drop_id)
    having = select(BundleItem.bundle_id).where(BundleItem.product_id == product_id, BundleItem.bundle_id.in_(mine))
    for bundle_id in session.scalars(having).all():
        remove_bundle(session, drop_id, bundle_id)
    changed(session, delete(Variant).where(Variant.product_id == product_id, Variant.drop_id == drop_id))
    changed(session, delete(Product).where(Product.id == product_id, Product.drop_id == drop_id))


def add_bundle(session: Session, drop_id: int, title: str, price_minor: int, components: dict[int, int]) -> int:
    """Insert a bundle of products; return its id."""
    bundle = Bundle(drop_id=drop_id, title=title, price_minor=price_minor)
    session.add(bundle)
    session.flush()
    session.add_all(
        BundleItem(bundle_id=bundle.id, product_id=product_id, quantity=quantity)
        for product_id, quantity in components.items()
    )
    session.flush()
    return bundle.id


def remove_bundle(session: Session, drop_id: int, bundle_id: int) -> None:
    """Remove a bundle of the drop (drafts only)."""
    mine = select(Bundle.id).where(Bundle.id == bundle_id, Bundle.drop_id == drop_id)
    changed(session, delete(BundleItem).where(BundleItem.bundle_id.in_(mine)))
    changed(session, delete(Bundle).where(Bundle.id == bundle_id, Bundle.drop_id == drop_id))


def log_export(session: Session, **values: Any) -> None:
    """Write down an export."""
    session.add(ExportLog(**values))
