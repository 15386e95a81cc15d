"""A buyer's change of an order: its items as they are sent by the order's page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from preorders.basket import number
from preorders.changing import items_of
from preorders.rows import Catalogue, LineRow, ProductRow
from preorders.rules import MOST_OF_ONE, Item


@dataclass(frozen=True)
class Part:
    """One choice of an item: a product and the variant of it that is ordered."""

    product: ProductRow
    variant_id: int


@dataclass(frozen=True)
class ItemRow:
    """An item as the page shows it: its parts, how many, and the title of its bundle ('' for none)."""

    number: int
    parts: tuple[Part, ...]
    quantity: int
    bundle: str


def shown(lines: list[LineRow], catalogue: Catalogue) -> list[ItemRow]:
    """Return an order's items with what they may become."""
    titles = {bundle.id: bundle.title for bundle in catalogue.bundles}
    rows = []
    for each, item in enumerate(items_of(lines, catalogue)):
        parts = tuple(_part(catalogue, variant_id) for variant_id in item.variant_ids)
        rows.append(ItemRow(each, parts, item.quantity, titles.get(item.bundle_id or 0, "")))
    return rows


def wanted(lines: list[LineRow], catalogue: Catalogue, sent: Mapping[str, str]) -> list[Item]:
    """Return the items that were sent; what is not named stays as it is, a quantity of 0 takes an item away."""
    items = []
    for each, item in enumerate(items_of(lines, catalogue)):
        ids = tuple(
            number(sent.get(f"item-{each}-part-{position}")) or variant_id
            for position, variant_id in enumerate(item.variant_ids)
        )
        count = number(sent.get(f"item-{each}-quantity"))
        items.append(replace(item, variant_ids=ids, quantity=item.quantity if count is None else count))
    added = number(sent.get("add"))
    items = [item for item in items if item.quantity] + ([Item((added,))] if added else [])
    return [replace(item, quantity=min(item.quantity, MOST_OF_ONE + 1)) for item in items]


def _part(catalogue: Catalogue, variant_id: int) -> Part:
    product = catalogue.product(catalogue.variant(variant_id).product_id)
    assert product is not None
    return Part(product, variant_id)
