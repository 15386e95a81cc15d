"""The table of consent ages: from text to rows, with every fault named. Pure."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

EVERYWHERE = "*"  # the row that is taken for countries without one of their own
COLUMNS = ("country", "age", "as_of", "sure", "source")
LOWEST, HIGHEST = 13, 18


class BadTable(ValueError):
    """Every fault found in a table, one sentence each, in `faults`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Row:
    """From which age on somebody in a country decides about their own data, as of a day, by which law."""

    country: str
    age: int
    as_of: date
    sure: bool
    source: str


@dataclass(frozen=True)
class Table:
    """The consent ages by country; what isn't listed is as strict as the strictest law."""

    rows: Mapping[str, Row]

    def age_in(self, country: str | None) -> int:
        """Return the consent age of a country (two letters); one nobody knows gets that of the row '*'."""
        return (self.rows.get((country or "").upper()) or self.rows[EVERYWHERE]).age

    @property
    def oldest(self) -> date:
        """Return the day of the row that was looked at longest ago."""
        return min(row.as_of for row in self.rows.values())


def parse(text: str, today: date) -> Table:
    """Return the table of a CSV text; raises BadTable with every fault."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise BadTable([f"line 1: the columns must be {','.join(COLUMNS)}"])
    rows: dict[str, Row] = {}
    faults: list[str] = []
    for line in reader:
        at, cells = f"line {reader.line_num}: ", {name: (line.get(name) or "").strip() for name in COLUMNS}
        wrong = _faults(cells, today)
        if cells["country"] in rows:
            wrong.append(f"{cells['country']} stands twice")
        if None in line:
            wrong.append("there are more cells than columns")
        faults += [at + each for each in wrong]
        if not wrong:
            rows[cells["country"]] = _row(cells)
    if EVERYWHERE not in rows and not faults:
        faults.append("a row for '*' is missing: it is taken for countries that have none")
    if faults:
        raise BadTable(faults)
    return Table(rows)


def _faults(cells: dict[str, str], today: date) -> list[str]:
    found = []
    if cells["country"] != EVERYWHERE and not re.fullmatch("[A-Z]{2}", cells["country"]):
        found.append(f"{cells['country']!r} is not a country: two capital letters, or '*' for all others")
    if not re.fullmatch("[0-9]{2}", cells["age"]) or not LOWEST <= int(cells["age"]) <= HIGHEST:
        found.append(f"{cells['age']!r} is not an age from {LOWEST} to {HIGHEST}")
    if cells["sure"] not in ("yes", "no"):
        found.append(f"{cells['sure']!r} is neither yes nor no (column sure)")
    if not cells["source"]:
        found.append("the source is missing: name the law and its article")
    day = _day(cells["as_of"])
    if day is None:
        found.append(f"{cells['as_of']!r} is not a day like 2026-11-01")
    elif day > today:
        found.append(f"{cells['as_of']} is yet to come: write the day on which the law was looked up")
    return found


def _row(cells: dict[str, str]) -> Row:
    day = date.fromisoformat(cells["as_of"])
    return Row(cells["country"], int(cells["age"]), day, cells["sure"] == "yes", cells["source"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None
