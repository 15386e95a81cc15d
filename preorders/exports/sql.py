"""CSV written by PostgreSQL itself: COPY of cells that SQL has made, byte for byte what csv_files writes.

A row loop in Python costs five to twenty times as much. Columns are first read in a sub-select (it stands in the
list's order, so it is never taken apart) and then made cells: an address is looked into once, however often the guard
looks at it.
"""

from collections.abc import Callable
from typing import Any, BinaryIO

from sqlalchemy import Connection, Numeric, Select, String, and_, case, cast, func, literal, or_, select

from preorders.exports import cells
from preorders.exports.csv_files import header
from preorders.exports.shapes import BATCH, Column, Sheet, unwatched
from webapp.kernel.money import exponent

_PATTERN = "^'*[{blanks}]*[{dangerous}]"
_MOMENTS = {
    "moment": 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM',
    "stamp": "YYYY-MM-DD HH24:MI:SS TZHTZM",
    "clock": "YYYY-MM-DD HH24:MI:SS",
}


def can_copy(connection: Connection) -> bool:
    """Return whether the database can write CSV by itself."""
    return connection.dialect.name == "postgresql"


def copy_csv(
    connection: Connection, rows: Select[Any], sheet: Sheet, file: BinaryIO, watch: Callable[[int], None] = unwatched
) -> int:
    """Let PostgreSQL write `rows` (one expression for each column); return how many rows."""
    connection.execute(select(func.set_config("TimeZone", sheet.zone, True)))
    statement = as_cells(rows, sheet).compile(connection, compile_kwargs={"render_postcompile": True})
    file.write(header(sheet))
    count = 0
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        query = f"COPY ({statement}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
        with cursor.copy(query, statement.params) as lines:
            for count, line in enumerate(lines, 1):  # the server sends a line at a time
                file.write(line)
                if count % BATCH == 0:
                    watch(count)
        return int(cursor.rowcount)


def as_cells(rows: Select[Any], sheet: Sheet) -> Select[Any]:
    """Return the SELECT of what stands between the quotes of each cell."""
    named = rows.with_only_columns(
        *(column.label(f"c{place}") for place, column in enumerate(rows.selected_columns)), maintain_column_froms=True
    )
    raw = named.subquery("raw").c
    return select(*(_cell(raw[f"c{place}"], column, sheet) for place, column in enumerate(sheet.columns)))


def _cell(value: Any, column: Column, sheet: Sheet) -> Any:
    kind = column.kind
    if kind == "number":
        return func.coalesce(cast(value, String), "")
    if kind == "money":
        decimals = 10 ** -exponent(sheet.currency)
        return func.coalesce(cast(value * cast(literal(str(decimals)), Numeric), String), "")
    if kind in _MOMENTS:
        return func.coalesce(func.to_char(value, _MOMENTS[kind]), "")
    return func.coalesce(value, "") if sheet.machine or column.tame else _guarded(value)


def _guarded(value: Any) -> Any:
    """cells.safe() in SQL: most cells begin with a letter or a digit, so that is asked first."""
    first = func.ascii(value)
    harmless = or_(and_(first > 64, first < 123), first.between(48, 60))  # A to z and what lies between; 0 to <
    dangerous = value.regexp_match(_pattern())
    return case((harmless, value), (dangerous, literal(cells.PREFIX) + value), else_=func.coalesce(value, ""))


def _pattern() -> str:
    signs = "".join(sign for sign in cells.FORMULA if sign != "-")
    controls = cells.CONTROLS.replace("\x00", "")  # which PostgreSQL can't keep
    return _PATTERN.format(blanks=cells.BLANKS, dangerous=f"{controls}{signs}-")
