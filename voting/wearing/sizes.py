"""In which sizes a contest asks who would wear a design. Plain data."""

from collections.abc import Collection

from contests.queries import ProductRow
from contests.specs import SIZES

CLOTHES = frozenset({"tee", "hoodie"})
_ORDER = {size: place for place, size in enumerate(SIZES)}


def is_worn(products: Collection[ProductRow]) -> bool:
    """Return whether anything of a contest is worn; a poster is only wanted."""
    return any(product.kind in CLOTHES for product in products)


def offered(products: Collection[ProductRow]) -> list[str]:
    """Return the sizes to choose from: of the clothes, or of all products where there are no clothes."""
    worn = [product for product in products if product.kind in CLOTHES] or list(products)
    return in_order({size for product in worn for size in product.sizes})


def in_order(sizes: Collection[str]) -> list[str]:
    """Return sizes from small to large; those nobody knows come last, by name."""
    return sorted(sizes, key=lambda size: (_ORDER.get(size, len(_ORDER)), size))
