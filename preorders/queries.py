"""Every SELECT of drops and of one person's orders. What staff list and export stands in order_list.py."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, case, func, or_, select
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
from webapp.infra.db import run

Read = Callable[[Any, dict[str, Any]], Iterable[Any]]  # runs a statement with values
CONFIRMED = ("reserved", "part-shipped", "shipped")  # orders that await nothing
HOLDING = Preorder.state.not_in(("cancelled", "expired"))  # orders whose pieces are counted


# What everybody who orders reads is of tables, not of entities, and built once: in a rush, building statements costs
# more than running them.
_V, _P, _B, _I, _R, _Z, _O, _L = (
    cast("Table", model.__table__)
    for model in (Variant, Product, Bundle, BundleItem, TaxRate, ShippingZone, Preorder, PreorderLine)
)
_DROP: Any = bindparam("drop")
_OF_PRODUCT = tuple(name for name in ProductRow.__dataclass_fields__ if name != "variants")
_OF_VARIANT = tuple(VariantRow.__dataclass_fields__)
_GOODS = (
    select(*(_P.c[name] for name in _OF_PRODUCT), *(_V.c[name].label(f"variant_{name}") for name in _OF_VARIANT))
    .select_from(_P.outerjoin(_V, _V.c.product_id == _P.c.id))
    .where(_P.c.drop_id == _DROP)
    .order_by(_P.c.position, _P.c.id, _V.c.position, _V.c.id)
)
_BUNDLES = select(_B.c.id, _B.c.title, _B.c.price_minor).where(_B.c.drop_id == _DROP).order_by(_B.c.id)
_ITEMS = (
    select(_I.c.bundle_id, _I.c.product_id, _I.c.quantity)
    .join(_B, _B.c.id == _I.c.bundle_id)
    .where(_B.c.drop_id == _DROP)
    .order_by(_I.c.id)
)
_RATES = (
    select(*(_R.c[name] for name in Rate.__dataclass_fields__))
    .where(_R.c.drop_id == _DROP)
    .order_by(_R.c.country, _R.c.tax_class)
)
_ZONES = (
    select(*(_Z.c[name] for name in Zone.__dataclass_fields__)).where(_Z.c.drop_id == _DROP).order_by(_Z.c.position)
)
_HELD = (
    select(_P.c.in_edition, func.sum(_L.c.quantity))
    .select_from(_O)
    .join(_L, _L.c.preorder_id == _O.c.id)
    .join(_V, _V.c.id == _L.c.variant_id)
    .join(_P, _P.c.id == _V.c.product_id)
    .where(_O.c.drop_id == _DROP, _O.c.person_id == bindparam("person"), _O.c.id != bindparam("beside"), HOLDING)
    .group_by(_P.c.in_edition)
)


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
    """Return all a drop offers, in two statements, or three where there are bundles, whatever its size."""
    return offered(partial(run, session), drop_id)


def offered(read: Read, drop_id: int, bundles: bool = True) -> Catalogue:
    """Return all a drop offers, read by `read`; `bundles` False: it is known to have none."""
    of_drop, split = {"drop": drop_id}, len(_OF_PRODUCT)
    products: dict[int, tuple[tuple[Any, ...], list[VariantRow]]] = {}
    for row in read(_GOODS, of_drop):
        _, variants = products.setdefault(row[0], (tuple(row[:split]), []))
        if row[split] is not None:
            variants.append(VariantRow(*row[split:]))
    return Catalogue(
        tuple(ProductRow(*(*head, tuple(variants))) for head, variants in products.values()),
        _bundles(read, of_drop) if bundles else (),
    )


def tariff(session: Session, of: DropRow) -> Tariff:
    """Return a drop's tax rates and shipping zones, in two statements."""
    return charged(partial(run, session), of)


def charged(read: Read, of: DropRow, rates: bool = True, zones: bool = True) -> Tariff:
    """Return a drop's tax rates and shipping zones, read by `read`; False: it is known to have none."""
    found = read(_RATES, {"drop": of.id}) if rates else ()
    places = read(_ZONES, {"drop": of.id}) if zones else ()
    return Tariff(
        tuple(Rate(*row) for row in found),
        tuple(Zone(**{**row._mapping, "countries": tuple(row.countries)}) for row in places),
        of.tax_included,
    )


def holding(drop_id: int, person_id: int, beside: int | None = None) -> tuple[Any, dict[str, Any]]:
    """Return what asks for the pieces a person's standing orders hold, that of id `beside` left out."""
    return _HELD, {"drop": drop_id, "person": person_id, "beside": beside or 0}


def held_in(rows: Iterable[Any]) -> Pieces:
    """Return the pieces that the rows of `holding` tell of."""
    counts = {bool(in_edition): int(pieces) for in_edition, pieces in rows}
    return Pieces(edition=counts.get(True, 0), other=counts.get(False, 0))


def held_by(session: Session, drop_id: int, person_id: int, beside: int | None = None) -> Pieces:
    """Return how many pieces of the drop a person's standing orders hold, that of id `beside` left out."""
    return held_in(run(session, *holding(drop_id, person_id, beside)))


def stands_beside(session: Session, drop_id: int, person_id: int, but: int = 0) -> bool:
    """Return whether a person has an order of the drop, confirmed and not fallen, that is not of add-ons alone.

    `but` is an order that is left out.
    """
    found = (
        select(Preorder.id)
        .join(PreorderLine, PreorderLine.preorder_id == Preorder.id)
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Preorder.drop_id == drop_id, Preorder.person_id == person_id, Preorder.id != but)
        .where(Preorder.state.in_(CONFIRMED), or_(Product.addon.is_(False), PreorderLine.bundle_id.is_not(None)))
    )
    return session.scalar(found.limit(1)) is not None


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


def unsent_ids(session: Session, drop_id: int, limit: int) -> Sequence[int]:
    """Return orders of a drop that stand and have not left as a whole."""
    waits = (Preorder.drop_id == drop_id, Preorder.state.in_(("awaiting", "reserved", "part-shipped")))
    return session.scalars(select(Preorder.id).where(*waits).order_by(Preorder.id).limit(limit)).all()


def owing(drop_id: Any) -> ColumnElement[bool]:
    """Return the condition that an order of this drop, which takes money, is not paid: nothing of it leaves."""
    payment = select(Drop.payment).where(Drop.id == drop_id).scalar_subquery()
    return and_(Preorder.paid_at.is_(None), Preorder.total_minor > 0, payment != "none")


def owes(session: Session, preorder_id: int) -> bool:
    """Return whether an order of a drop that takes money is not paid."""
    return session.scalar(select(Preorder.id).where(Preorder.id == preorder_id, owing(Preorder.drop_id))) is not None


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


def _bundles(read: Read, of_drop: dict[str, int]) -> tuple[BundleRow, ...]:
    rows = list(read(_BUNDLES, of_drop))
    components: dict[int, dict[int, int]] = {row.id: {} for row in rows}
    for item in read(_ITEMS, of_drop) if rows else ():
        if item.bundle_id in components:  # else it has come since
            components[item.bundle_id][item.product_id] = item.quantity
    return tuple(BundleRow(row.id, row.title, row.price_minor, components[row.id]) for row in rows)


def _columns(model: Any, row: Any) -> list[Any]:
    return [getattr(model, name) for name in row.__dataclass_fields__]
