"""A design as it is worn: the mockups of a revision, grouped and named for pages. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from contests import specs
from contests.queries import ProductRow

PAPER = 63
"""The placeholder of a mockup: its wall is paper."""


@dataclass(frozen=True)
class Worn:
    """One side of one product in one colour; the `picture` macro reads `renditions` and `placeholder`.

    `title` is the product's, `colour` the name of its colour `hex` ("#RRGGBB", capitals).
    """

    product: int
    kind: str
    side: str
    hex: str
    title: str
    colour: str
    renditions: list[dict[str, Any]]
    placeholder: int = PAPER


def worn(mockups: Iterable[dict[str, Any]], products: Sequence[ProductRow] = ()) -> list[Worn]:
    """Group `revision.mockups` (one entry a width), in their order; without `products` kinds stand for titles."""
    groups: dict[tuple[int, str, str], list[dict[str, Any]]] = {}
    for each in mockups:
        groups.setdefault((each["product"], each["side"], each["colour"].upper()), []).append(each)
    named = {product.position: product for product in products}
    return [_named(key, files, named.get(key[0])) for key, files in groups.items()]


def in_colour(found: Sequence[Worn], hex_: str, kind: str = "") -> Worn | None:
    """Return what shows a design in this colour, on a product of this kind if there is one, its front first.

    Without that colour the first in any colour of the kind, then the first there is; None without any.
    """

    def misfit(each: Worn) -> tuple[bool, bool, bool]:
        return bool(kind) and each.kind != kind, each.hex != hex_.upper(), each.side != "front"

    return min(found, key=misfit, default=None)


def slides(found: Sequence[Worn]) -> list[Worn | None]:
    """Return the order in which people look: the first product in its colours, the art (None), its other side in
    one colour, then the other products. Empty without mockups."""
    if not found:
        return []
    first = found[0]
    mine = [each for each in found if each.product == first.product]
    faces = [each for each in mine if each.side == first.side]
    backs = [each for each in mine if each.side != first.side][:1]
    others = [each for each in found if each.product != first.product]
    return [*faces, None, *backs, *others]


def _named(key: tuple[int, str, str], files: list[dict[str, Any]], product: ProductRow | None) -> Worn:
    position, side, hex_ = key
    kind = files[0]["kind"]
    title = product.title if product else specs.KINDS.get(kind, kind)
    colours = {each["hex"].upper(): each["name"] for each in product.colours} if product else {}
    colour = colours.get(hex_) or specs.COLOURS.get(hex_, hex_)
    return Worn(position, kind, side, hex_, title, colour, sorted(files, key=lambda each: int(each["w"])))
