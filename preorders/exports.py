"""The one writer of exports: CSV for people, XLSX with typed cells, JSON for machines.

Rows are read one after another and written to the given file: memory stays the same for ten rows
and for a million. docs/exports.md describes what comes out.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import xlsxwriter

from preorders.order_list import OrderLine, Units
from webapp.kernel.money import Money

# A cell that begins like this would be run as a formula by a spreadsheet.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PREFIX = "'"
BOM = "\ufeff"


@dataclass(frozen=True)
class Column:
    """A column: its name in every format, and its value: text, a number, Money, a moment or None."""

    name: str
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class Template:
    """What an export holds. `personal`: it names people, so it asks for a fresh sign-in."""

    name: str
    personal: bool
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Format:
    """A kind of file and who writes it: (file, columns, rows, zone) -> rows written."""

    ending: str
    mimetype: str
    write: Callable[[BinaryIO, Sequence[Column], Iterable[Any], str], int]


def _address(name: str) -> Callable[[OrderLine], str]:
    return lambda line: str(line.address.get(name, ""))


_NUMBER = Column("order", lambda line: line.number)
_NAME = Column("name", lambda line: line.name)
_PIECE = (
    Column("sku", lambda line: line.sku),
    Column("product", lambda line: line.product),
    Column("size", lambda line: line.size),
    Column("colour", lambda line: line.colour),
)
_QUANTITY = Column("quantity", lambda line: line.quantity)
_BUNDLE = Column("bundle", lambda line: line.bundle)

TEMPLATES = {
    "orders": Template(
        "orders",
        True,
        (
            _NUMBER,
            Column("placed", lambda line: line.placed_at),
            Column("state", lambda line: line.state),
            _NAME,
            Column("email", lambda line: line.email),
            *(Column(name, _address(name)) for name in ("line1", "postcode", "city", "country", "phone", "note")),
            *_PIECE,
            _BUNDLE,
            _QUANTITY,
            Column("price", lambda line: Money(line.price_minor, line.currency)),
            Column("order_total", lambda line: Money(line.total_minor, line.currency)),
            Column("currency", lambda line: line.currency),
            Column("shipped", lambda line: line.shipped_at),
            Column("tracking", lambda line: line.tracking),
        ),
    ),
    "pick-list": Template(
        "pick-list",
        True,
        (
            _NUMBER,
            _NAME,
            Column("country", _address("country")),
            *_PIECE,
            _BUNDLE,
            _QUANTITY,
            Column("note", _address("note")),
        ),
    ),
    "size-run": Template("size-run", False, (*_PIECE, _QUANTITY)),
}


def safe(text: str) -> str:
    """Return `text` as a spreadsheet shows it and never runs it: the documented prefix where it is needed."""
    return PREFIX + text if text.lstrip(" ").startswith(DANGEROUS) else text


def write_csv(file: BinaryIO, columns: Sequence[Column], rows: Iterable[OrderLine | Units], zone: str) -> int:
    """Write UTF-8 with a byte order mark, every cell quoted, CRLF; return how many rows.

    Every cell is quoted: where a spreadsheet splits at semicolons, a name could otherwise begin a new cell.
    """
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    text.write(BOM)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([column.name for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_csv_cell(column.value(row), zone) for column in columns])
        count += 1
    text.flush()
    text.detach()
    return count


def write_xlsx(file: BinaryIO, columns: Sequence[Column], rows: Iterable[OrderLine | Units], zone: str) -> int:
    """Write a sheet with typed cells, a frozen header and filters, row by row; return how many rows."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, {**options, "strings_to_numbers": False, "remove_timezone": True})
    sheet, sheets = book.add_worksheet("Export"), _Cells(book, zone)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(10, len(column.name) + 4))
        sheet.write_string(0, place, column.name, sheets.bold)
    count = 0
    for count, row in enumerate(rows, 1):
        for place, column in enumerate(columns):
            sheets.write(sheet, count, place, column.value(row))
    sheet.autofilter(0, 0, count, len(columns) - 1)
    book.close()
    return count


def write_json(file: BinaryIO, columns: Sequence[Column], rows: Iterable[OrderLine | Units], zone: str) -> int:
    """Write a JSON array of objects, one a line; return how many."""
    count = 0
    file.write(b"[")
    for count, row in enumerate(rows, 1):
        values = {column.name: _json_value(column.value(row), zone) for column in columns}
        file.write((b",\n" if count > 1 else b"\n") + json.dumps(values, ensure_ascii=False).encode())
    file.write(b"\n]\n")
    return count


FORMATS = {
    "csv": Format("csv", "text/csv; charset=utf-8", write_csv),
    "xlsx": Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "json": Format("json", "application/json", write_json),
}


class _Cells:
    """Writes each value in its own type."""

    def __init__(self, book: Any, zone: str) -> None:
        self.bold = book.add_format({"bold": True})
        self.money = {digits: book.add_format({"num_format": form}) for digits, form in ((0, "0"), (2, "0.00"))}
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.zone = ZoneInfo(zone)

    def write(self, sheet: Any, row: int, place: int, value: Any) -> None:
        """Write one cell; nothing for None and empty text."""
        if isinstance(value, Money):
            decimal = value.decimal()
            sheet.write_number(row, place, float(decimal), self.money[2 if "." in decimal else 0])
        elif isinstance(value, datetime):
            sheet.write_datetime(row, place, value.astimezone(self.zone).replace(tzinfo=None), self.moment)
        elif isinstance(value, int):
            sheet.write_number(row, place, value)
        elif value:
            sheet.write_string(row, place, value)


def _csv_cell(value: Any, zone: str) -> str:
    if isinstance(value, str):
        return safe(value)
    return "" if value is None else str(_json_value(value, zone))


def _json_value(value: Any, zone: str) -> Any:
    if isinstance(value, Money):
        return value.decimal()
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    return value
