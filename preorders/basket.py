"""What a fan has chosen, in the query string: it survives sign-in, going back and a shared link."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from preorders.rows import BundleRow, Catalogue, ProductRow
from preorders.rules import Item
from webapp.kernel.refusal import N_, Refused


@dataclass(frozen=True)
class Basket:
    """A product in a size and colour, perhaps as part of a bundle; `parts` are variants of its other products."""

    product: ProductRow
    size: str
    colour: str
    bundle: BundleRow | None
    quantity: int
    parts: Mapping[int, int] = field(default_factory=dict)

    def item(self) -> Item:
        """Return what the service takes; raises Refused('choose-size') without a size and a colour of the drop."""
        variant = self.product.variant(self.size, self.colour)
        if variant is None:
            raise Refused("choose-size", N_("Choose a size and a colour."), 422)
        if self.bundle is None:
            return Item((variant.id,), None, self.quantity)
        return Item((variant.id, *self.parts.values()), self.bundle.id, self.quantity)


def read(catalogue: Catalogue, args: Mapping[str, str]) -> Basket | None:
    """Return the basket of a query string, defaults filled in; None when the drop has no such product.

    A colour, and the variant of a bundle's other parts, have a default; a size has one only where
    there is but one.
    """
    first = catalogue.products[0].id if catalogue.products else None
    product = catalogue.product(_number(args.get("product")) or first)
    if product is None or not product.variants:
        return None
    bundle = next((b for b in catalogue.bundles_with(product.id) if b.id == _number(args.get("bundle"))), None)
    return Basket(
        product,
        args.get("size", product.sizes[0] if len(product.sizes) == 1 else ""),
        args.get("colour", product.colours[0][0]),
        bundle,
        min(max(_number(args.get("quantity")) or 1, 1), 20),
        _parts(catalogue, product, bundle, args),
    )


def _parts(
    catalogue: Catalogue, product: ProductRow, bundle: BundleRow | None, args: Mapping[str, str]
) -> dict[int, int]:
    parts = {}
    for product_id in bundle.components if bundle else ():
        other = catalogue.product(product_id)
        if other is None or other.id == product.id or not other.variants:
            continue
        chosen, known = _number(args.get(f"part{product_id}")), [variant.id for variant in other.variants]
        parts[product_id] = chosen if chosen in known else known[0]
    return parts


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
