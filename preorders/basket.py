"""What a fan has chosen, in the query string: it survives sign-in, going back and a shared link."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from preorders.rows import BundleRow, Catalogue, ProductRow
from preorders.rules import MOST_OF_ONE, Item
from preorders.tariffs import Tariff
from webapp.kernel.refusal import N_, Refused


@dataclass(frozen=True)
class Basket:
    """A product in a size and colour, perhaps as part of a bundle; `parts` are variants of its other products.

    `addons` are variants that go along, `addon_counts` how many of each where it is not one; `country` is where it
    goes, '' when nobody said; `offer_id` is an entry of the waitlist whose pieces are kept for the fan.
    """

    product: ProductRow
    size: str
    colour: str
    bundle: BundleRow | None
    quantity: int
    parts: Mapping[int, int] = field(default_factory=dict)
    addons: tuple[int, ...] = ()
    country: str = ""
    offer_id: int | None = None
    addon_counts: Mapping[int, int] = field(default_factory=dict)

    def items(self) -> list[Item]:
        """Return what the service takes; raises Refused('choose-size') without a size and a colour of the drop."""
        variant = self.product.variant(self.size, self.colour)
        if variant is None:
            raise Refused("choose-size", N_("Choose a size and a colour."), 422)
        beside = [Item((addon,), None, self.addon_counts.get(addon, 1)) for addon in self.addons]
        if self.bundle is None:
            return [Item((variant.id,), None, self.quantity), *beside]
        return [Item((variant.id, *self.parts.values()), self.bundle.id, self.quantity), *beside]


def read(catalogue: Catalogue, args: Mapping[str, str]) -> Basket | None:
    """Return the basket of a query string, defaults filled in; None when the drop has no such product.

    A colour, and the variant of a bundle's other parts, have a default; a size has one only where
    there is but one.
    """
    first = catalogue.products[0].id if catalogue.products else None
    product = catalogue.product(number(args.get("product")) or first)
    if product is None or not product.variants:
        return None
    bundle = next((b for b in catalogue.bundles_with(product.id) if b.id == number(args.get("bundle"))), None)
    return Basket(
        product,
        args.get("size", product.sizes[0] if len(product.sizes) == 1 else ""),
        args.get("colour", product.colours[0][0]),
        bundle,
        _count(args.get("quantity")),
        _parts(catalogue, product, bundle, args),
        addons := _addons(catalogue, product, args),
        country_code(args.get("country", "")),
        number(args.get("offer")),
        {variant_id: _count(args.get(f"count{variant_id}")) for variant_id in addons},
    )


def _count(text: str | None) -> int:
    return min(max(number(text) or 1, 1), MOST_OF_ONE)


def country_code(text: str) -> str:
    """Return a country code as it is written; '' for what can be none."""
    code = text.strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def likely_country(tariff: Tariff, *said: str) -> str:
    """Return the first country that was said and is served, or else the first a zone names; '' when all are alike."""
    served = [country for country in said if country and tariff.serves(country)]
    return next(iter([*served, *(country for zone in tariff.zones for country in zone.countries)]), "")


def number(text: str | None) -> int | None:
    """Return a whole number typed into an address; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def _parts(
    catalogue: Catalogue, product: ProductRow, bundle: BundleRow | None, args: Mapping[str, str]
) -> dict[int, int]:
    parts = {}
    for product_id in bundle.components if bundle else ():
        other = catalogue.product(product_id)
        if other is None or other.id == product.id or not other.variants:
            continue
        chosen, known = number(args.get(f"part{product_id}")), [variant.id for variant in other.variants]
        parts[product_id] = chosen if chosen in known else known[0]
    return parts


def _addons(catalogue: Catalogue, product: ProductRow, args: Mapping[str, str]) -> tuple[int, ...]:
    found = []
    for addon in catalogue.addons:
        chosen = number(args.get(f"addon{addon.id}"))
        if addon.id != product.id and chosen in [variant.id for variant in addon.variants]:
            found.append(chosen)
    return tuple(each for each in found if each is not None)
