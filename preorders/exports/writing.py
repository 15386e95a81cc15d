"""Writing an export: everything is read in one snapshot by a server-side cursor, whole, before anybody gets it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import Connection, Select, String, func, literal, select, type_coerce

from preorders.exports import cells, scopes, sql
from preorders.exports.formats import FORMATS
from preorders.exports.shapes import BATCH, Column, Sheet, unwatched
from preorders.exports.templates import Template
from preorders.models import Preorder
from preorders.order_list import Filters
from preorders.rows import DropRow
from webapp.accounts.models import Person
from webapp.infra.db import db


@dataclass(frozen=True)
class Wish:
    """What somebody wants: a built-in template, a format, the list's filters, columns in order (none: its own)."""

    template: Template
    format: str
    filters: Filters
    columns: tuple[str, ...] = ()
    title: str = ""

    @property
    def personal(self) -> bool:
        """Return whether the file names people; raises Refused('unknown-column')."""
        return any(column.personal for column in self.template.chosen(self.columns))


@dataclass(frozen=True)
class Written:
    """How many rows were written, of how many persons (0 when nobody is named)."""

    rows: int
    persons: int


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Open a connection that reads one state of the database, whatever is written meanwhile.

    The session's own reading is ended first: one reader needs one connection.
    """
    db.session.rollback()
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection
        connection.rollback()


def count(connection: Connection, drop: DropRow, wish: Wish) -> int:
    """Return how many rows the file would have."""
    rows = scopes.rows_of(wish.template.scope, drop.id, wish.filters, [literal(1).label("one")])
    return connection.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0


def write(
    connection: Connection, drop: DropRow, wish: Wish, file: BinaryIO, watch: Callable[[int], None] = unwatched
) -> Written:
    """Write the file; `watch` is told from time to time how many rows there are."""
    template = wish.template
    columns = template.sheet_columns(connection, drop.id, wish.filters, drop.currency, wish.columns)
    sheet = Sheet(columns, drop.currency, drop.timezone, wish.title or template.name, template.machine)
    kept = wish.format == "csv" and connection.dialect.name == "sqlite"
    expressions = [_expression(column, kept).label(f"c{place}") for place, column in enumerate(columns)]
    if wish.format == "csv" and sql.can_copy(connection):
        rows = scopes.rows_of(template.scope, drop.id, wish.filters, expressions)
        found = sql.copy_csv(connection, rows, sheet, file, watch)
        return Written(found, _persons(connection, drop, wish) if wish.personal else 0)
    seen = _Seen()
    rows = scopes.rows_of(template.scope, drop.id, wish.filters, [*expressions, *_whose(wish)])
    read = _read(connection, rows)
    found = FORMATS[wish.format].write(file, sheet, seen.through(read) if wish.personal else read, watch)
    return Written(found, seen.count)


class _Seen:
    """Counts persons while rows go by: to look for them afterwards would be to read everything twice."""

    def __init__(self) -> None:
        self._bits = bytearray()  # one for each id: a million persons are 125 kB

    def through(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Yield rows without their last value, the id of a person or None."""
        bits = self._bits
        for *row, person_id in rows:
            if person_id is not None:
                place = person_id >> 3
                if place >= len(bits):
                    bits.extend(bytes(place + 1024 - len(bits)))
                bits[place] |= 1 << (person_id & 7)
            yield row

    @property
    def count(self) -> int:
        """How many persons there were."""
        return int.from_bytes(self._bits, "big").bit_count()


def _whose(wish: Wish) -> list[Any]:
    """What is read beside the columns of a file that names people: whom a row names."""
    if not wish.personal:
        return []
    whose: Any = Person.id if wish.template.scope == "person" else Preorder.person_id
    return [whose.label("whose")]


def _expression(column: Column, kept: bool) -> Any:
    """What is selected; `kept`: moments as the text SQLite has of them, which csv_files reads faster."""
    expression = column.expression()
    return type_coerce(expression, String) if kept and column.kind in cells.MOMENTS else expression


def _read(connection: Connection, rows: Select[Any]) -> Iterator[Any]:
    with connection.execution_options(yield_per=BATCH).execute(rows) as result:
        yield from result


def _persons(connection: Connection, drop: DropRow, wish: Wish) -> int:
    rows = scopes.rows_of(wish.template.scope, drop.id, wish.filters, _whose(wish)).order_by(None)
    # Not count(DISTINCT …), for which PostgreSQL sorts.
    return connection.scalar(select(func.count()).select_from(rows.distinct().subquery())) or 0
