"""What an order costs, line by line. Integer minor units; tax is included in every price."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from preorders.rules import Choice, Item, Offer, Pieces
from webapp.kernel.money import split


@dataclass(frozen=True)
class Line:
    """One SKU of an order; `price_minor` is of the whole line, its share when it came in a bundle."""

    variant_id: int
    bundle_id: int | None
    quantity: int
    price_minor: int
    in_edition: bool


def lines_of(items: Iterable[Item], choices: Mapping[int, Choice], offers: Mapping[int, Offer]) -> tuple[Line, ...]:
    """Explode items into lines per SKU, in the order of the items; the lines add up to what is paid."""
    lines: list[Line] = []
    for item in items:
        lines += _bundled(item, choices, offers[item.bundle_id]) if item.bundle_id else [_single(item, choices)]
    return tuple(lines)


def total_of(lines: Iterable[Line]) -> int:
    """Return the sum of the lines."""
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
    return Line(choice.variant_id, None, item.quantity, choice.price_minor * item.quantity, choice.in_edition)


def _bundled(item: Item, choices: Mapping[int, Choice], offer: Offer) -> list[Line]:
    parts = [choices[variant_id] for variant_id in sorted(item.variant_ids)]
    counts = [offer.components[part.product_id] * item.quantity for part in parts]
    # By list price, so that each part bears its share of the tax it would bear alone.
    weights = [part.price_minor * count for part, count in zip(parts, counts, strict=True)]
    shares = split(offer.price_minor * item.quantity, weights)
    return [
        Line(part.variant_id, offer.bundle_id, count, share, part.in_edition)
        for part, count, share in zip(parts, counts, shares, strict=True)
    ]
