"""Reading a file of tracking numbers. Pure: text in, rows or faults with their line numbers out."""

import csv
import io
from dataclasses import asdict, dataclass
from typing import Any

from webapp.kernel.refusal import N_, Refused

MOST_BYTES = 5_000_000
MOST_ROWS = 50_000
NAMES = {
    "number": ("order", "order number", "order_number", "name", "number", "reference", "tilaus"),
    "tracking": ("tracking", "tracking number", "tracking_number", "tracking code", "awb", "seurantakoodi"),
    "carrier": ("carrier", "tracking company", "tracking_company", "shipping company", "kuljetusliike"),
    "sku": ("sku", "lineitem sku"),
    "quantity": ("quantity", "qty", "lineitem quantity", "kpl"),
}
LONGEST = {"number": 40, "tracking": 80, "carrier": 40, "sku": 60}


@dataclass(frozen=True)
class Row:
    """One line of the file. Without a `sku` everything of the order that has not left is in the parcel."""

    line: int
    number: str
    tracking: str
    carrier: str = ""
    sku: str = ""
    quantity: int | None = None

    def kept(self) -> dict[str, Any]:
        """Return the row as it is kept."""
        return asdict(self)


def read(data: bytes) -> list[Row]:
    """Return the rows of a CSV (UTF-8 or Latin-1; commas, semicolons or tabs; a header that names its columns).

    Raises Refused: empty-file, file-too-large, no-columns, too-many-rows, or bad-row with its line number.
    """
    if len(data) > MOST_BYTES:
        raise Refused("file-too-large", N_("This file is too large: at most 5 MB."), 422)
    text = _text(data)
    if not text.strip():
        raise Refused("empty-file", N_("This file is empty."), 422)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        places = _places(next(reader))
        rows = [_row(reader.line_num, cells, places) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as fault:
        raise Refused("bad-row", N_("Line %(line)s can't be read."), 422, line=reader.line_num) from fault
    if not rows:
        raise Refused("empty-file", N_("This file is empty."), 422)
    if len(rows) > MOST_ROWS:
        raise Refused("too-many-rows", N_("At most %(most)s lines at a time."), 422, most=MOST_ROWS)
    return rows


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _delimiter(text: str) -> str:
    head = text.lstrip().split("\n", 1)[0]
    return max(",;\t", key=head.count)


def _places(header: list[str]) -> dict[str, int]:
    """Where each column stands; the order and the tracking number must be there."""
    named = [cell.strip().strip("\ufeff").casefold() for cell in header]
    places = {
        name: next(named.index(word) for word in words if word in named)
        for name, words in NAMES.items()
        if any(word in named for word in words)
    }
    if not {"number", "tracking"} <= set(places):
        raise Refused(
            "no-columns", N_("The first line must name its columns: order, tracking, and perhaps carrier."), 422
        )
    return places


def _row(line: int, cells: list[str], places: dict[str, int]) -> Row:
    found = {name: _plain(cells[place]) if place < len(cells) else "" for name, place in places.items()}
    quantity = found.pop("quantity", "")
    if quantity and not (quantity.isascii() and quantity.isdigit() and 0 < int(quantity[:9]) < 10_000):
        raise Refused("bad-row", N_("Line %(line)s: the quantity must be a whole number."), 422, line=line)
    for name, value in found.items():
        if len(value) > LONGEST[name]:
            raise Refused("bad-row", N_("Line %(line)s: “%(name)s” is too long."), 422, line=line, name=name)
    return Row(line, **found, quantity=int(quantity) if quantity else None)


def _plain(cell: str) -> str:
    """A cell without the apostrophe our own exports put before what a spreadsheet would run, and without controls."""
    cell = "".join(char for char in cell if char.isprintable()).strip()
    return cell[1:].strip() if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell
