"""What merch staff change of a drop: its columns, products, variants, bundles, caps, rates and zones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from preorders import payments, queries, store
from preorders.checklist import NOTICE
from preorders.numbers import sku
from preorders.phases import Phase
from preorders.rows import Catalogue, DropRow
from preorders.tariffs import STANDARD, Tariff, require_sane
from preorders.waitlist import offering
from webapp.accounts import audit
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused

# What may change once fans order: nothing of what they pay, and when.
AFTER_PUBLISHING = frozenset(
    {"title", "story_md", "edition_cap", "goal", "per_person", "closes_at", "ships_by", "opens_at", "early_at"}
    | {"hold_minutes", "offer_hours", "address_when", "royalty_bp", "royalty_minor"}
)
MEASURED = {"size_chart", "weight_g"}  # of a product, and no part of the price
FIXED = N_("This is fixed since the drop was published: fans order by it.")
NO_PAYMENTS = N_("Taking money needs a payment provider: the operator sets it up.")
WINDOW_ORDER = N_("Preorders must open before they close.")
TOO_SOON = N_("Preorders can end 48 hours from now at the earliest: everybody who ordered is told before.")


@dataclass(frozen=True)
class NewProduct:
    """A product staff add. `colours` are (name, hex) pairs; without sizes or colours it has one variant."""

    kind: str
    title: str
    price_minor: int
    in_edition: bool
    sizes: Sequence[str] = ()
    colours: Sequence[tuple[str, str]] = ()
    cap: int | None = None
    size_chart: list[dict[str, Any]] = field(default_factory=list)
    addon: bool = False
    tax_class: str = STANDARD
    weight_g: int = 0


def update_drop(drop_id: int, person_id: int, changes: Mapping[str, Any], now: datetime) -> None:
    """Change columns of a drop, and of what it offers.

    `changes['products']` maps product ids to columns, `changes['variants']` variant ids to columns (sku,
    price_diff_minor); `prices` and `charts` are short for products' price_minor and size_chart. Raises Refused:
    cap-below-reserved, fixed-now (what fans have ordered by), no-payments, sku-taken, price-below-nought, or the
    window's codes.
    """
    values = dict(changes)
    products = {id_: dict(columns) for id_, columns in values.pop("products", {}).items()}
    for name, column in (("prices", "price_minor"), ("charts", "size_chart")):
        for product_id, value in values.pop(name, {}).items():
            products.setdefault(product_id, {})[column] = value
    variants = values.pop("variants", {})
    with transaction() as session:
        drop = changeable(session, drop_id)
        _require_changes(drop, values, now)
        if drop.published_at and (
            variants or any(set(columns) - {"size_chart", "weight_g"} for columns in products.values())
        ):
            raise Refused("fixed-now", FIXED)
        if values and not store.change_drop(session, drop_id, **values, **_window_anew(drop, values, now)):
            raise Refused("cap-below-reserved", N_("More pieces are reserved already than that."), 422)
        for product_id, columns in products.items():
            store.change_product(session, drop_id, product_id, **columns)
        _change_variants(session, drop_id, variants)
        if products or variants:
            _require_prices(queries.catalogue(session, drop_id))
        if any(values.get(name, before) != before for name, before in _frees(drop).items()):
            offering.offer_freed(session, drop_id, now)
        named = {name: str(value) for name, value in values.items()}
        audit.note(session, now, person_id, drop.artist_id, "drop.edit", f"drop:{drop_id}", **named)


def set_caps(drop_id: int, person_id: int, caps: Mapping[int, int | None], now: datetime) -> None:
    """Set caps of single SKUs (None: no cap of its own); raises Refused('cap-below-reserved')."""
    with transaction() as session:
        drop = changeable(session, drop_id)
        for variant_id in sorted(caps):
            if not store.set_cap(session, drop_id, variant_id, caps[variant_id]):
                raise Refused("cap-below-reserved", N_("More pieces are reserved already than that."), 422)
        offering.offer_freed(session, drop_id, now)
        audit.note(session, now, person_id, drop.artist_id, "drop.caps", f"drop:{drop_id}")


def set_tariff(drop_id: int, person_id: int, tariff: Tariff, now: datetime) -> None:
    """Put tax rates and shipping zones in the place of a drop's: for orders from now on, until the lock.

    Raises Refused: closed, fixed-now (whether prices contain the tax, once published), or the codes of
    tariffs.require_sane.
    """
    require_sane(tariff)
    with transaction() as session:
        drop = changeable(session, drop_id)
        if drop.locked_at:
            raise Refused("closed", N_("The orders are fixed now: rates and zones can't change any more."))
        if drop.published_at and tariff.included != drop.tax_included:
            raise Refused("fixed-now", FIXED)
        store.set_tariff(session, drop_id, tariff)
        store.change_drop(session, drop_id, tax_included=tariff.included)
        audit.note(session, now, person_id, drop.artist_id, "drop.rates", f"drop:{drop_id}")


def add_product(drop_id: int, person_id: int, new: NewProduct, now: datetime) -> int:
    """Add a product to a draft; return its id."""
    with transaction() as session:
        drop = _draft_only(session, drop_id)
        catalogue = queries.catalogue(session, drop_id)
        taken = {variant.sku for product in catalogue.products for variant in product.variants}
        position = max((product.position for product in catalogue.products), default=-1) + 1
        product_id = insert_product(session, drop_id, position, new, taken)
        audit.note(session, now, person_id, drop.artist_id, "drop.product", f"drop:{drop_id}", title=new.title)
        return product_id


def remove_product(drop_id: int, product_id: int, person_id: int, now: datetime) -> None:
    """Remove a product from a draft, and the bundles it was part of. Raises NotFound."""
    with transaction() as session:
        if product_id not in {product.id for product in queries.catalogue(session, drop_id).products}:
            raise NotFound()
        drop = _draft_only(session, drop_id)
        store.remove_product(session, drop_id, product_id)
        audit.note(session, now, person_id, drop.artist_id, "drop.product-removed", f"drop:{drop_id}")


def add_bundle(
    drop_id: int, person_id: int, title: str, price_minor: int, components: Mapping[int, int], now: datetime
) -> int:
    """Add a bundle of two or more of the draft's products (pieces by product id); return its id."""
    with transaction() as session:
        drop = _draft_only(session, drop_id)
        known = {product.id for product in queries.catalogue(session, drop_id).products}
        if len(components) < 2 or not set(components) <= known:
            raise Refused("bundle-of-two", N_("A bundle joins at least two products of this drop."), 422)
        bundle_id = store.add_bundle(session, drop_id, title, price_minor, dict(components))
        audit.note(session, now, person_id, drop.artist_id, "drop.bundle", f"drop:{drop_id}", title=title)
        return bundle_id


def remove_bundle(drop_id: int, bundle_id: int, person_id: int, now: datetime) -> None:
    """Remove a bundle from a draft. Raises NotFound."""
    with transaction() as session:
        if bundle_id not in {bundle.id for bundle in queries.catalogue(session, drop_id).bundles}:
            raise NotFound()
        drop = _draft_only(session, drop_id)
        store.remove_bundle(session, drop_id, bundle_id)
        audit.note(session, now, person_id, drop.artist_id, "drop.bundle-removed", f"drop:{drop_id}")


def insert_product(session: Session, drop_id: int, position: int, new: NewProduct, taken: set[str]) -> int:
    variants = []
    for colour, colour_hex in dict(new.colours or [("", "")]).items():
        for size in dict.fromkeys(new.sizes or [""]):
            name = sku(drop_id, new.kind, colour, size, taken)
            taken.add(name)
            variants.append({"sku": name, "size": size, "colour": colour, "colour_hex": colour_hex, "cap": new.cap})
    return store.add_product(
        session,
        drop_id,
        variants,
        position=position,
        kind=new.kind,
        title=new.title,
        in_edition=new.in_edition,
        price_minor=new.price_minor,
        size_chart=new.size_chart,
        addon=new.addon,
        tax_class=new.tax_class,
        weight_g=new.weight_g,
    )


def changeable(session: Session, drop_id: int) -> DropRow:
    store.hold(session, drop_id)  # locks the row: what is checked below still holds when it is written
    drop = queries.drop(session, drop_id)
    if drop is None:
        raise NotFound()
    if drop.cancelled_at or drop.closed_at:
        raise Refused("drop-over", N_("This drop is over; it can't be changed any more."))
    return drop


def _change_variants(session: Session, drop_id: int, variants: Mapping[int, Mapping[str, Any]]) -> None:
    standing = {v.id: v.sku for p in queries.catalogue(session, drop_id).products for v in p.variants}
    after = {**standing, **{id_: columns["sku"] for id_, columns in variants.items() if "sku" in columns}}
    if len(set(after.values())) < len(after):
        raise Refused("sku-taken", N_("Two variants have the same SKU: each needs one of its own."), 422)
    for variant_id in sorted(variants):
        if "sku" in variants[variant_id] and variant_id in standing:  # aside first: two may swap theirs
            store.change_variant(session, drop_id, variant_id, sku=f"~{variant_id}")
    for variant_id, columns in sorted(variants.items()):
        store.change_variant(session, drop_id, variant_id, **columns)


def _require_prices(catalogue: Catalogue) -> None:
    if any(choice.price_minor < 0 for choice in catalogue.choices.values()):
        raise Refused("price-below-nought", N_("A price difference can't make a variant cost less than nothing."), 422)


def _frees(drop: DropRow) -> dict[str, Any]:
    """What may let go of pieces when it changes: the cap, and a window that opens once more."""
    return {"edition_cap": drop.edition_cap, "closes_at": drop.closes_at}


def _window_anew(drop: DropRow, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A window that ends later than everybody was told: they are told again, and a missed goal is open again."""
    closes_at = values.get("closes_at", drop.closes_at)
    if drop.published_at is None or not (closes_at and drop.closes_at and closes_at > max(drop.closes_at, now)):
        return {}
    return {"lock_told_at": None, "goal_missed_at": None}


def _draft_only(session: Session, drop_id: int) -> DropRow:
    drop = changeable(session, drop_id)
    if drop.published_at:
        raise Refused("fixed-now", FIXED)
    return drop


def _require_changes(drop: DropRow, values: Mapping[str, Any], now: datetime) -> None:
    opens_at, closes_at = values.get("opens_at", drop.opens_at), values.get("closes_at", drop.closes_at)
    early_at = values.get("early_at", drop.early_at)
    if opens_at and closes_at and opens_at >= closes_at:
        raise Refused("window-order", WINDOW_ORDER, 422)
    if early_at and opens_at and early_at > opens_at:
        raise Refused("early-order", N_("Those who took part can't order later than everybody else."), 422)
    if values.get("payment", drop.payment) not in ("none", drop.payment) and not payments.available():
        raise Refused("no-payments", NO_PAYMENTS, 422)
    if drop.published_at is None:
        return
    changed = {name for name, value in values.items() if value != getattr(drop, name)}
    moved = {"opens_at"} if drop.phase(now) is not Phase.UPCOMING else set()
    if not changed <= AFTER_PUBLISHING - moved:
        raise Refused("fixed-now", FIXED)
    if drop.locked_at and "closes_at" in changed:
        raise Refused("closed", N_("The orders are fixed now: the window can't be moved."))
    if "closes_at" in changed:
        _require_notice(drop, closes_at, now)
    if opens_at is None or closes_at is None:
        raise Refused("no-window", N_("Say when preorders open and close before you publish."), 422)


def _require_notice(drop: DropRow, closes_at: datetime | None, now: datetime) -> None:
    """Refuse to end a window that takes orders sooner than people can be told: they change theirs until then."""
    begins = drop.early_at or drop.opens_at
    if begins is None or begins > now or drop.closes_at is None or closes_at is None:
        return
    if closes_at < min(drop.closes_at, now + NOTICE):
        raise Refused("too-soon", TOO_SOON, 422)
