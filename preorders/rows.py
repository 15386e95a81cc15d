"""What this room's queries return: frozen values, no rows that remember their session."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from preorders.phases import Dates, Phase, phase_of
from preorders.pricing import Bill, explained, saving
from preorders.rules import Choice, Offer


@dataclass(frozen=True)
class DropRow:
    """A drop: all its columns."""

    id: int
    artist_id: int
    contest_id: int | None
    submission_id: int | None
    pick_id: int | None
    slug: str
    title: str
    story_md: str
    currency: str
    timezone: str
    edition_cap: int | None
    goal: int | None
    per_person: int
    reserved: int
    offered: int
    payment: str
    hold_minutes: int
    offer_hours: int
    address_when: str
    tax_included: bool
    royalty_bp: int
    royalty_minor: int
    early_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    ships_by: datetime | None
    created_at: datetime
    published_at: datetime | None
    published_by: int | None
    open_told_at: datetime | None
    lock_told_at: datetime | None
    goal_reached_at: datetime | None
    goal_missed_at: datetime | None
    print_anyway_at: datetime | None
    locked_at: datetime | None
    charged_at: datetime | None
    address_reminded_at: datetime | None
    address_locked_at: datetime | None
    production_at: datetime | None
    shipping_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None

    @property
    def dates(self) -> Dates:
        """Return the dates the phase follows from."""
        return Dates(**{name: getattr(self, name) for name in Dates.__dataclass_fields__})

    def phase(self, now: datetime) -> Phase:
        """Return where the drop stands."""
        return phase_of(self.dates, now)

    @property
    def left(self) -> int | None:
        """Return how many pieces of the edition are free; None when it has no cap."""
        return None if self.edition_cap is None else self.edition_cap - self.reserved - self.offered


@dataclass(frozen=True)
class VariantRow:
    """One SKU, with what is reserved of it."""

    id: int
    product_id: int
    sku: str
    size: str
    colour: str
    colour_hex: str
    cap: int | None
    reserved: int
    offered: int
    price_diff_minor: int
    position: int

    @property
    def left(self) -> int | None:
        """Return how many are free by this SKU's own cap; None when it has none."""
        return None if self.cap is None else self.cap - self.reserved - self.offered

    @property
    def words(self) -> str:
        """Return size and colour in words, as far as there are any."""
        return ", ".join(word for word in (self.size, self.colour) if word)


@dataclass(frozen=True)
class ProductRow:
    """A product with its variants, in the desk's order."""

    id: int
    position: int
    kind: str
    title: str
    in_edition: bool
    addon: bool
    price_minor: int
    tax_class: str
    weight_g: int
    size_chart: list[Any]
    variants: tuple[VariantRow, ...]

    @cached_property
    def sizes(self) -> list[str]:
        """Return the sizes, each once, in order."""
        return list(dict.fromkeys(variant.size for variant in self.variants))

    @cached_property
    def colours(self) -> list[tuple[str, str]]:
        """Return (name, hex) of the colours, each once, in order."""
        return list(dict.fromkeys((variant.colour, variant.colour_hex) for variant in self.variants))

    def variant(self, size: str, colour: str) -> VariantRow | None:
        """Return the variant of that size and colour."""
        return next((v for v in self.variants if v.size == size and v.colour == colour), None)

    def price_of(self, variant: VariantRow) -> int:
        """Return what one piece of a variant costs."""
        return self.price_minor + variant.price_diff_minor

    @property
    def from_minor(self) -> int:
        """Return what its cheapest variant costs."""
        return self.price_minor + min((variant.price_diff_minor for variant in self.variants), default=0)

    @property
    def one_price(self) -> bool:
        """Return whether all variants cost the same."""
        return len({variant.price_diff_minor for variant in self.variants}) < 2

    def size_diff(self, size: str) -> int:
        """Return what a size costs more (or less) than the product, where all its colours do; 0 otherwise."""
        found = {variant.price_diff_minor for variant in self.variants if variant.size == size}
        return found.pop() if len(found) == 1 else 0

    def size_sold_out(self, size: str) -> bool:
        """Return whether no colour of the size is left."""
        return all(v.left is not None and v.left <= 0 for v in self.variants if v.size == size)


@dataclass(frozen=True)
class BundleRow:
    """Several products for one price; `components` maps product ids to pieces."""

    id: int
    title: str
    price_minor: int
    components: Mapping[int, int]


@dataclass(frozen=True)
class Catalogue:
    """All a drop offers."""

    products: tuple[ProductRow, ...]
    bundles: tuple[BundleRow, ...]

    @cached_property
    def choices(self) -> dict[int, Choice]:
        """Return every variant as the rules see it."""
        return {
            variant.id: Choice(
                variant.id,
                product.id,
                product.in_edition,
                product.price_of(variant),
                variant.price_diff_minor,
                product.tax_class,
                product.addon,
            )
            for product in self.products
            for variant in product.variants
        }

    @cached_property
    def offers(self) -> dict[int, Offer]:
        """Return every bundle as the rules see it."""
        return {b.id: Offer(b.id, b.price_minor, b.components) for b in self.bundles}

    @cached_property
    def all_sizes(self) -> list[str]:
        """Return every size of every product, each once, in order."""
        return [size for size in dict.fromkeys(s for p in self.products for s in p.sizes) if size]

    @cached_property
    def all_colours(self) -> list[str]:
        """Return every colour name, each once, in order."""
        return [name for name in dict.fromkeys(c for p in self.products for c, _hex in p.colours) if name]

    def product(self, product_id: int | None) -> ProductRow | None:
        """Return one product."""
        return next((product for product in self.products if product.id == product_id), None)

    def variant(self, variant_id: int) -> VariantRow:
        """Return one variant; raises KeyError for a stranger."""
        for product in self.products:
            for variant in product.variants:
                if variant.id == variant_id:
                    return variant
        raise KeyError(variant_id)

    def bundles_with(self, product_id: int) -> list[BundleRow]:
        """Return the bundles a product is part of."""
        return [bundle for bundle in self.bundles if product_id in bundle.components]

    @property
    def addons(self) -> list[ProductRow]:
        """Return what is ordered only beside something else."""
        return [product for product in self.products if product.addon and product.variants]

    def shares_bundle(self, product_id: int, other_id: int) -> bool:
        """Return whether some bundle holds both products."""
        return any(other_id in bundle.components for bundle in self.bundles_with(product_id))

    def saving(self, bundle: BundleRow) -> int:
        """Return what a bundle saves against its parts bought apart."""
        return saving(self.offers[bundle.id], {p.id: p.price_minor for p in self.products})


@dataclass(frozen=True)
class PreorderRow:
    """An order: all its columns."""

    id: int
    drop_id: int
    person_id: int
    number: str
    idempotency_key: str
    asked: str | None
    state: str
    awaits_payment: bool
    awaits_guardian: bool
    expires_at: datetime | None
    email: str
    name: str
    country: str
    address: dict[str, Any]
    pieces: int
    items_minor: int
    shipping_minor: int
    tax_minor: int
    tax_included: bool
    total_minor: int
    currency: str
    placed_at: datetime
    confirmed_at: datetime | None
    paid_at: datetime | None
    refunded_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    shipped_at: datetime | None
    tracking: str

    @property
    def standing(self) -> bool:
        """Return whether the order holds its pieces."""
        return self.state not in ("cancelled", "expired")

    @property
    def open(self) -> bool:
        """Return whether nothing of it has left or fallen: it may still be changed."""
        return self.state in ("awaiting", "reserved")

    def bill(self, lines: "Iterable[LineRow]", names: Mapping[int, str] | None = None) -> Bill:
        """Explain the total from what is kept; `names` are those of tax rates, by rate."""
        parts = [(line.price_minor, line.tax_bp, line.tax_minor) for line in lines]
        return explained(parts, self.shipping_minor, self.tax_minor, self.tax_included, names)


@dataclass(frozen=True)
class LineRow:
    """One SKU of an order, in words."""

    id: int
    preorder_id: int
    variant_id: int
    sku: str
    product: str
    size: str
    colour: str
    bundle: str
    quantity: int
    price_minor: int
    bundle_id: int | None = None
    tax_bp: int = 0
    tax_minor: int = 0

    @property
    def words(self) -> str:
        """Return the piece in words, e.g. 'Tour tee, M, Navy'."""
        return ", ".join(word for word in (self.product, self.size, self.colour) if word)
