"""What an order costs, line by line. Integer minor units throughout.

A piece costs its product's price and its variant's difference; a bundle costs its own price and the differences of
what was chosen in it, split over its parts by what they cost alone. Tax is rounded half up once for each line and
once for shipping, which bears the highest rate of the order; sums are sums of rounded lines, never rounded again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from preorders.rules import Choice, Item, Offer, Pieces, only_addons
from preorders.tariffs import STANDARD, Tariff, Zone, highest, tax_of
from webapp.kernel.money import split


@dataclass(frozen=True)
class Line:
    """One SKU of an order; `price_minor` is of the whole line, its share when it came in a bundle.

    `tax_minor` is contained in the price or comes on top of it, as the order's `included` says.
    """

    variant_id: int
    bundle_id: int | None
    quantity: int
    price_minor: int
    in_edition: bool
    tax_class: str = STANDARD
    tax_bp: int = 0
    tax_minor: int = 0


@dataclass(frozen=True)
class TaxPart:
    """The tax of an order at one rate, shipping's with it, and the net amount it is of."""

    rate_bp: int
    net_minor: int
    tax_minor: int
    name: str = ""


@dataclass(frozen=True)
class Bill:
    """An order's amounts explained: total = items + shipping, and the taxes where they are not included."""

    items_minor: int
    shipping_minor: int
    tax_minor: int
    total_minor: int
    included: bool
    taxes: tuple[TaxPart, ...]


@dataclass(frozen=True)
class Quote:
    """What somebody wants, priced: the lines, the zone that serves it (None: no zones, or no country yet)."""

    lines: tuple[Line, ...]
    bill: Bill
    zone: Zone | None
    country: str
    addons_alone: bool = False  # nothing in it but what comes beside something else

    @property
    def pieces(self) -> Pieces:
        """Return how many pieces it holds."""
        return pieces_of(self.lines)


def quoted(
    items: Iterable[Item],
    choices: Mapping[int, Choice],
    offers: Mapping[int, Offer],
    tariff: Tariff,
    country: str,
) -> Quote:
    """Price items sent to a country ('': not known yet, so without shipping); raises Refused('not-served')."""
    items = tuple(items)
    lines = taxed(lines_of(items, choices, offers), tariff, country)
    zone = tariff.zone(country) if country else None
    shipping = zone.price(sum(line.quantity for line in lines), total_of(lines)) if zone else 0
    return Quote(lines, billed(lines, shipping, tariff, country), zone, country, only_addons(items, choices))


def lines_of(items: Iterable[Item], choices: Mapping[int, Choice], offers: Mapping[int, Offer]) -> tuple[Line, ...]:
    """Explode items into lines per SKU, in the order of the items; the lines add up to what the items cost."""
    lines: list[Line] = []
    for item in items:
        lines += _bundled(item, choices, offers[item.bundle_id]) if item.bundle_id else [_single(item, choices)]
    return tuple(lines)


def taxed(lines: Iterable[Line], tariff: Tariff, country: str) -> tuple[Line, ...]:
    """Return the lines with their tax, rounded for each."""
    rates = [(line, tariff.rate(country, line.tax_class).rate_bp) for line in lines]
    return tuple(
        replace(line, tax_bp=bp, tax_minor=tax_of(line.price_minor, bp, tariff.included)) for line, bp in rates
    )


def billed(lines: Iterable[Line], shipping_minor: int, tariff: Tariff, country: str) -> Bill:
    """Add up taxed lines and shipping."""
    lines = tuple(lines)
    bp = highest(line.tax_bp for line in lines)
    tax = sum(line.tax_minor for line in lines) + tax_of(shipping_minor, bp, tariff.included)
    parts = [(line.price_minor, line.tax_bp, line.tax_minor) for line in lines]
    names = {
        rate.rate_bp: rate.name for rate in (tariff.rate(country, line.tax_class) for line in lines) if rate.rate_bp
    }
    return explained(parts, shipping_minor, tax, tariff.included, names)


def explained(
    parts: Iterable[tuple[int, int, int]],
    shipping_minor: int,
    tax_minor: int,
    included: bool,
    names: Mapping[int, str] | None = None,
) -> Bill:
    """Explain an order from what is kept of it: (price, rate, tax) of each line, shipping, all its tax.

    What the lines' taxes leave of `tax_minor` is shipping's, at the highest rate of the lines.
    """
    parts = list(parts)
    items = sum(price for price, _bp, _tax in parts)
    shipping = (shipping_minor, highest(bp for _price, bp, _tax in parts), tax_minor - sum(tax for *_, tax in parts))
    sums: dict[int, tuple[int, int]] = {}
    for price, bp, tax in [*parts, shipping]:
        net, taxes = sums.get(bp, (0, 0))
        sums[bp] = net + price - (tax if included else 0), taxes + tax
    taxes_by_rate = tuple(
        TaxPart(bp, net, tax, (names or {}).get(bp, "")) for bp, (net, tax) in sorted(sums.items()) if bp
    )
    total = items + shipping_minor + (0 if included else tax_minor)
    return Bill(items, shipping_minor, tax_minor, total, included, taxes_by_rate)


def total_of(lines: Iterable[Line]) -> int:
    """Return the sum of the lines' prices."""
    return sum(line.price_minor for line in lines)


def pieces_of(lines: Iterable[Line]) -> Pieces:
    """Return how many pieces the lines hold, of the edition and of everything else."""
    counts = {True: 0, False: 0}
    for line in lines:
        counts[line.in_edition] += line.quantity
    return Pieces(edition=counts[True], other=counts[False])


def per_variant(lines: Iterable[Line]) -> dict[int, int]:
    """Return pieces by variant, in id order: the order in which SKUs are reserved everywhere."""
    counts: dict[int, int] = {}
    for line in sorted(lines, key=lambda line: line.variant_id):
        counts[line.variant_id] = counts.get(line.variant_id, 0) + line.quantity
    return counts


def saving(offer: Offer, list_prices: Mapping[int, int]) -> int:
    """Return what a bundle saves against its parts bought apart (never negative)."""
    apart = sum(list_prices[product_id] * count for product_id, count in offer.components.items())
    return max(0, apart - offer.price_minor)


def _single(item: Item, choices: Mapping[int, Choice]) -> Line:
    choice = choices[item.variant_ids[0]]
    price = choice.price_minor * item.quantity
    return Line(choice.variant_id, None, item.quantity, price, choice.in_edition, choice.tax_class)


def _bundled(item: Item, choices: Mapping[int, Choice], offer: Offer) -> list[Line]:
    parts = [choices[variant_id] for variant_id in sorted(item.variant_ids)]
    counts = [offer.components[part.product_id] for part in parts]
    differences = sum(part.diff_minor * count for part, count in zip(parts, counts, strict=True))
    price = max(0, offer.price_minor + differences) * item.quantity
    # By what each costs alone, so that each part bears its share of the tax it would bear alone.
    shares = split(price, [part.price_minor * count for part, count in zip(parts, counts, strict=True)])
    return [
        Line(part.variant_id, offer.bundle_id, count * item.quantity, share, part.in_edition, part.tax_class)
        for part, count, share in zip(parts, counts, shares, strict=True)
    ]
