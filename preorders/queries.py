"""Every SELECT of drops and of one person's orders. What staff list and export stands in order_list.py."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from preorders.models import (
    Bundle,
    BundleItem,
    Drop,
    Preorder,
    PreorderLine,
    Product,
    ShippingZone,
    TaxRate,
    Variant,
)
from preorders.phases import Phase
from preorders.rows import BundleRow, Catalogue, DropRow, LineRow, PreorderRow, ProductRow, VariantRow
from preorders.rules import Pieces
from preorders.tariffs import Rate, Tariff, Zone

HOLDING = Preorder.state.not_in(("cancelled", "expired"))  # orders whose pieces are counted


def drop(session: Session, drop_id: int) -> DropRow | None:
    """Return one drop."""
    return _one_drop(session, Drop.id == drop_id)


def by_ids(session: Session, ids: Iterable[int]) -> dict[int, DropRow]:
    """Return those drops, by id; one statement."""
    found = _drops(session, select(*_columns(Drop, DropRow)).where(Drop.id.in_(set(ids))))
    return {row.id: row for row in found}


def by_slug(session: Session, slug: str) -> DropRow | None:
    """Return the drop of that public name."""
    return _one_drop(session, Drop.slug == slug)


def of_contest(session: Session, contest_id: int) -> DropRow | None:
    """Return the contest's drop, a draft too."""
    return _one_drop(session, Drop.contest_id == contest_id)


def of_artist(session: Session, artist_id: int) -> list[DropRow]:
    """Return all drops of an artist, newest first."""
    return _drops(session, select(*_columns(Drop, DropRow)).where(Drop.artist_id == artist_id).order_by(Drop.id.desc()))


def open_drops(session: Session, now: datetime) -> list[DropRow]:
    """Return the drops that take preorders now, those that close first first."""
    found = select(*_columns(Drop, DropRow)).where(in_phase(Phase.OPEN, now))
    return _drops(session, found.order_by(Drop.closes_at, Drop.id))


def unopened(session: Session, now: datetime) -> Sequence[int]:
    """Return the drops that are open while nobody was told."""
    return session.scalars(
        select(Drop.id).where(in_phase(Phase.OPEN, now), Drop.open_told_at.is_(None)).order_by(Drop.id)
    ).all()


def in_phase(phase: Phase, now: datetime) -> Any:
    """Return the condition that a drop stands in `phase`: the SQL twin of phases.phase_of."""
    windowed = and_(Drop.published_at.is_not(None), Drop.opens_at.is_not(None), Drop.closes_at.is_not(None))
    return (
        case(
            (Drop.cancelled_at.is_not(None), Phase.CANCELLED.value),
            (Drop.closed_at.is_not(None), Phase.CLOSED.value),
            (Drop.shipping_at.is_not(None), Phase.SHIPPING.value),
            (Drop.production_at.is_not(None), Phase.IN_PRODUCTION.value),
            (Drop.locked_at.is_not(None), Phase.LOCKED.value),
            (~windowed, Phase.DRAFT.value),
            (Drop.closes_at <= now, Phase.LOCKED.value),
            (Drop.opens_at <= now, Phase.OPEN.value),
            else_=Phase.UPCOMING.value,
        )
        == phase.value
    )


def catalogue(session: Session, drop_id: int) -> Catalogue:
    """Return all a drop offers, in four statements whatever its size."""
    variants: dict[int, list[VariantRow]] = {}
    found = select(*_columns(Variant, VariantRow)).where(Variant.drop_id == drop_id)
    for row in session.execute(found.order_by(Variant.product_id, Variant.position, Variant.id)):
        variants.setdefault(row.product_id, []).append(VariantRow(**row._mapping))
    names = [name for name in ProductRow.__dataclass_fields__ if name != "variants"]
    products = session.execute(
        select(*(getattr(Product, name) for name in names)).where(Product.drop_id == drop_id).order_by(Product.position)
    )
    return Catalogue(
        tuple(ProductRow(**row._mapping, variants=tuple(variants.get(row.id, ()))) for row in products),
        _bundles(session, drop_id),
    )


def tariff(session: Session, of: DropRow) -> Tariff:
    """Return a drop's tax rates and shipping zones, in two statements."""
    rates = session.execute(
        select(TaxRate.country, TaxRate.tax_class, TaxRate.rate_bp, TaxRate.name)
        .where(TaxRate.drop_id == of.id)
        .order_by(TaxRate.country, TaxRate.tax_class)
    )
    found = select(*_columns(ShippingZone, Zone)).where(ShippingZone.drop_id == of.id)
    zones = session.execute(found.order_by(ShippingZone.position))
    return Tariff(
        tuple(Rate(*row) for row in rates),
        tuple(Zone(**{**row._mapping, "countries": tuple(row.countries)}) for row in zones),
        of.tax_included,
    )


def held_by(session: Session, drop_id: int, person_id: int) -> Pieces:
    """Return how many pieces of the drop a person's standing orders hold."""
    rows = session.execute(
        select(Product.in_edition, func.sum(PreorderLine.quantity))
        .select_from(Preorder)
        .join(PreorderLine, PreorderLine.preorder_id == Preorder.id)
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Preorder.drop_id == drop_id, Preorder.person_id == person_id, HOLDING)
        .group_by(Product.in_edition)
    )
    counts = {bool(in_edition): int(pieces) for in_edition, pieces in rows}
    return Pieces(edition=counts.get(True, 0), other=counts.get(False, 0))


def preorder(session: Session, preorder_id: int) -> PreorderRow | None:
    """Return one order."""
    return _one_order(session, Preorder.id == preorder_id)


def by_number(session: Session, number: str) -> PreorderRow | None:
    """Return the order of that number."""
    return _one_order(session, Preorder.number == number)


def by_key(session: Session, drop_id: int, person_id: int, key: str) -> PreorderRow | None:
    """Return the order a person's idempotency key has produced."""
    mine = (Preorder.drop_id == drop_id, Preorder.person_id == person_id)
    return _one_order(session, and_(*mine, Preorder.idempotency_key == key))


def of_person(session: Session, person_id: int) -> list[tuple[PreorderRow, DropRow]]:
    """Return a person's orders with their drops, newest first; two statements."""
    found = select(*_columns(Preorder, PreorderRow)).where(Preorder.person_id == person_id)
    orders = [PreorderRow(**row._mapping) for row in session.execute(found.order_by(Preorder.id.desc()))]
    ids = {order.drop_id for order in orders}
    drops = {each.id: each for each in _drops(session, select(*_columns(Drop, DropRow)).where(Drop.id.in_(ids)))}
    return [(order, drops[order.drop_id]) for order in orders]


def lines(session: Session, preorder_id: int) -> list[LineRow]:
    """Return the lines of an order, in words."""
    rows = session.execute(
        select(
            PreorderLine.id,
            PreorderLine.preorder_id,
            PreorderLine.variant_id,
            Variant.sku,
            Product.title.label("product"),
            Variant.size,
            Variant.colour,
            func.coalesce(Bundle.title, "").label("bundle"),
            PreorderLine.quantity,
            PreorderLine.price_minor,
            PreorderLine.bundle_id,
            PreorderLine.tax_bp,
            PreorderLine.tax_minor,
        )
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Bundle, Bundle.id == PreorderLine.bundle_id)
        .where(PreorderLine.preorder_id == preorder_id)
        .order_by(PreorderLine.id)
    )
    return [LineRow(**row._mapping) for row in rows]


def pieces_by_variant(session: Session, preorder_id: int) -> dict[int, int]:
    """Return what an order holds, by variant in id order."""
    rows = session.execute(
        select(PreorderLine.variant_id, func.sum(PreorderLine.quantity))
        .where(PreorderLine.preorder_id == preorder_id)
        .group_by(PreorderLine.variant_id)
        .order_by(PreorderLine.variant_id)
    )
    return {variant_id: int(pieces) for variant_id, pieces in rows}


def standing_ids(session: Session, drop_id: int, after: int, limit: int, only: Sequence[int] | None) -> Sequence[int]:
    """Return reserved orders of a drop, in id order after `after`; `only` narrows to these ids."""
    found = select(Preorder.id).where(Preorder.drop_id == drop_id, Preorder.state == "reserved", Preorder.id > after)
    if only is not None:
        found = found.where(Preorder.id.in_(only))
    return session.scalars(found.order_by(Preorder.id).limit(limit)).all()


def buyers(session: Session, drop_id: int, *states: str) -> Sequence[int]:
    """Return everybody with an order of the drop in one of `states`."""
    return session.scalars(
        select(Preorder.person_id).where(Preorder.drop_id == drop_id, Preorder.state.in_(states)).distinct()
    ).all()


def fell_with(session: Session, drop_id: int, cancelled_at: datetime | None) -> Sequence[int]:
    """Return whose orders were cancelled with the drop itself, in the same transaction."""
    fell = (Preorder.drop_id == drop_id, Preorder.state == "cancelled", Preorder.cancelled_at == cancelled_at)
    return session.scalars(select(Preorder.person_id).where(*fell).distinct()).all()


def _one_drop(session: Session, condition: Any) -> DropRow | None:
    return next(iter(_drops(session, select(*_columns(Drop, DropRow)).where(condition))), None)


def _drops(session: Session, found: Select[Any]) -> list[DropRow]:
    return [DropRow(**row._mapping) for row in session.execute(found)]


def _one_order(session: Session, condition: Any) -> PreorderRow | None:
    row = session.execute(select(*_columns(Preorder, PreorderRow)).where(condition)).first()
    return PreorderRow(**row._mapping) if row else None


def _bundles(session: Session, drop_id: int) -> tuple[BundleRow, ...]:
    rows = session.execute(
        select(Bundle.id, Bundle.title, Bundle.price_minor).where(Bundle.drop_id == drop_id).order_by(Bundle.id)
    ).all()
    components: dict[int, dict[int, int]] = {row.id: {} for row in rows}
    items = select(BundleItem.bundle_id, BundleItem.product_id, BundleItem.quantity).join(
        Bundle, Bundle.id == BundleItem.bundle_id
    )
    for item in session.execute(items.where(Bundle.drop_id == drop_id).order_by(BundleItem.id)):
        components[item.bundle_id][item.product_id] = item.quantity
    return tuple(BundleRow(row.id, row.title, row.price_minor, components[row.id]) for row in rows)


def _columns(model: Any, row: Any) -> list[Any]:
    return [getattr(model, name) for name in row.__dataclass_fields__]
