"""XLSX: typed cells, a frozen header with filters, row by row in constant memory; a new sheet where one is full."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from preorders.exports import cells
from preorders.exports.shapes import BATCH, Sheet, unwatched

MADE = datetime(2000, 1, 1)
FULL = 1_048_575  # rows beneath the header that a sheet holds
ORDINARY = 1000  # characters; plain texts below it need no closer look
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(
    file: BinaryIO, sheet: Sheet, rows: Iterable[Any], watch: Callable[[int], None] = unwatched, full: int = FULL
) -> int:
    """Write rows with typed cells; return how many. Beyond `full` rows they go on in a second sheet."""
    import xlsxwriter  # here: few processes ever write one

    book = xlsxwriter.Workbook(file, _OPTIONS)
    book.set_properties({"created": MADE})
    pages = _Pages(book, sheet)
    page, makers = pages.new()
    count = here = 0
    for row in rows:
        if here == full:
            pages.close(page, here)
            page, makers = pages.new()
            here = 0
        count, here = count + 1, here + 1
        for place, value in enumerate(row):
            if value is not None and value != "":
                makers[place](here, place, value)
        if count % BATCH == 0:
            watch(count)
    pages.close(page, here)
    book.close()
    return count


class _Pages:
    """The sheets of a book, one after the other."""

    def __init__(self, book: Any, sheet: Sheet) -> None:
        self.book, self.sheet, self.count = book, sheet, 0
        self.bold, self.plain = book.add_format({"bold": True}), book.add_format()
        digits = cells.digits_of(sheet.currency)
        self.money = book.add_format({"num_format": "0." + "0" * digits if digits else "0"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.scale, self.zone = 10**digits, ZoneInfo(sheet.zone)

    def new(self) -> tuple[Any, list[Callable[[int, int, Any], Any]]]:
        """Begin a sheet with its header; return it and what writes a cell of each column."""
        self.count += 1
        page = self.book.add_worksheet(cells.sheet_name(self.sheet.title, self.count))
        page.freeze_panes(1, 0)
        for place, column in enumerate(self.sheet.columns):
            page.set_column(place, place, max(10, min(40, len(column.name) + 4)))
            page.write_string(0, place, column.name, self.bold)
        return page, [self._maker(page, column.kind) for column in self.sheet.columns]

    def close(self, page: Any, rows: int) -> None:
        """Give a finished sheet its filters."""
        page.autofilter(0, 0, rows, len(self.sheet.columns) - 1)

    def _maker(self, page: Any, kind: str) -> Callable[[int, int, Any], Any]:
        """The library is slow enough: one call of ours for a cell at most."""
        if kind == "text":
            return self._texts(page)
        if kind == "number":
            return page.write_number  # type: ignore[no-any-return]
        if kind == "money":
            return lambda row, place, minor: page.write_number(row, place, minor / self.scale, self.money)
        return lambda row, place, at: page.write_datetime(row, place, self._clock(at), self.moment)

    def _texts(self, page: Any) -> Callable[[int, int, str], None]:
        write_string = page.write_string

        def write(row: int, place: int, text: str) -> None:
            if text.isascii() and text.isprintable() and len(text) < ORDINARY and text[0] != "<":
                write_string(row, place, text)
                return
            text = cells.sheet_text(text)
            if text.startswith("<r>") and text.endswith("</r>"):
                # The library takes this for markup of its own and would not escape it: in two pieces it is text.
                page.write_rich_string(row, place, text[:1], self.plain, text[1:])
            else:
                write_string(row, place, text)

        return write

    def _clock(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None)
