"""CSV for people (UTF-8 with a byte order mark, formula-safe) and for machines (plain). Every cell quoted, LF.

Every cell is quoted: where a spreadsheet splits at semicolons, a name could otherwise begin a new cell. Cells are made
column by column, a batch at a time: that keeps memory and most of the work out of Python's own loops.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, BinaryIO

from preorders.exports import cells
from preorders.exports.shapes import Column, Sheet, batches, unwatched

BOM = "\ufeff"
REMEMBERED = 4096  # different values of a column that are kept


class _Memo(dict[Any, str]):
    """Remembers the cells of values that come again: SKUs, sizes, states."""

    def __init__(self, make: Callable[[Any], str]) -> None:
        self.make = make

    def __missing__(self, value: Any) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
        cell = self[value] = self.make(value)
        return cell


def write_csv(file: BinaryIO, sheet: Sheet, rows: Iterable[Any], watch: Callable[[int], None] = unwatched) -> int:
    """Write rows (sequences of raw values, one for each column) and the header; return how many rows.

    `watch` is told from time to time how many are written.
    """
    file.write(header(sheet))
    makers = [_maker(column, sheet) for column in sheet.columns]
    count = 0
    for batch in batches(rows):
        columns = [map(make, values) for make, values in zip(makers, zip(*batch, strict=True), strict=True)]
        file.write("".join([",".join(line) + "\n" for line in zip(*columns, strict=True)]).encode())
        count += len(batch)
        watch(count)
    return count


def header(sheet: Sheet) -> bytes:
    """Return the first line, behind the byte order mark where people read it."""
    names = ",".join(_text(sheet)(column.name) for column in sheet.columns) + "\n"
    return (names if sheet.machine else BOM + names).encode()


def _text(sheet: Sheet) -> Callable[[str | None], str]:
    return cells.plain_text if sheet.machine else cells.csv_text


def _maker(column: Column, sheet: Sheet) -> Callable[[Any], str]:
    if column.kind == "text":
        return _Memo(_text(sheet)).__getitem__ if column.few else _text(sheet)
    if column.kind == "number":
        return _Memo(_number).__getitem__
    if column.kind in cells.MOMENTS:
        return _moments(cells.moment_text(sheet.zone, column.kind))
    value = cells.decimal(sheet.currency)
    return _Memo(lambda raw: '""' if raw is None else f'"{value(raw)}"').__getitem__


def _moments(write: Callable[[datetime], str]) -> Callable[[datetime | str | None], str]:
    """Instants, or the text that SQLite keeps of one: then each minute is worked out once."""
    minutes = _Memo(lambda minute: write(datetime.fromisoformat(minute).replace(tzinfo=UTC)))

    def cell(at: datetime | str | None) -> str:
        if isinstance(at, str):
            minute = minutes[at[:16]]
            return f'"{minute[:17]}{at[17:19]}{minute[19:]}"'
        return '""' if at is None else f'"{write(at)}"'

    return cell


def _number(value: int | None) -> str:
    return '""' if value is None else f'"{value}"'
