"""The shapes that writers and readers of exports share: a column, a sheet of them, a kind of file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

KINDS = ("text", "number", "money", "moment", "stamp", "clock")
BATCH = 1000


@dataclass(frozen=True)
class Column:
    """A column: its name in every format, its label on the page, and how it is read.

    `kind`: text, number, money (minor units), moment; stamp and clock are moments as shops write them. `expression()`
    returns what is selected. `personal`: it tells who or where somebody is. `few`: its values come again and again.
    `tame`: its texts are our own words, none of which could be run.
    """

    name: str
    label: str
    kind: str
    expression: Callable[[], Any]
    personal: bool = False
    few: bool = False
    tame: bool = False


@dataclass(frozen=True)
class Sheet:
    """What is written: the columns in order, the drop's currency and zone, a title, whether a machine reads it."""

    columns: tuple[Column, ...]
    currency: str
    zone: str
    title: str = "Export"
    machine: bool = False


@dataclass(frozen=True)
class Format:
    """A kind of file and who writes it: (file, sheet, rows, watch) -> rows written."""

    ending: str
    mimetype: str
    write: Callable[[BinaryIO, Sheet, Iterable[Any], Callable[[int], None]], int]


def batches(rows: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """Yield rows in lists of `size`, the last one shorter."""
    waiting = iter(rows)
    while batch := list(islice(waiting, size)):
        yield batch


def unwatched(count: int) -> None:
    """Tell nobody."""
