"""Paging by key: a page knows where the next one begins; never an offset."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from werkzeug.routing import IntegerConverter

T = TypeVar("T")
MOST = 2**63 - 1  # the largest number both databases take


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items, and the key to ask for more with (None at the end)."""

    items: Sequence[T]
    more: str | None


def page_of(rows: Sequence[Any], size: int, key: Any) -> "Page[Any]":
    """Cut `size` items from rows read with LIMIT size + 1; `key(item)` is the next page's starting point."""
    items = rows[:size]
    return Page(items, str(key(items[-1])) if len(rows) > size else None)


def whole(text: str) -> int:
    """Return the whole number of an address or a form; for `request.args.get(name, type=whole)`.

    Raises ValueError, which leaves the default, for what is no number and for one that no row can have.
    """
    number = int(text)
    if abs(number) > MOST:
        raise ValueError("too large")
    return number


class WholeNumber(IntegerConverter):
    """The `int` of addresses: a number that no row can have leads nowhere."""

    def __init__(self, map: Any, **options: Any) -> None:
        super().__init__(map, **{"max": MOST, **options})
