"""Words put into every column that people write, first harmless ones, then others in the same places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import Text, select, update
from sqlalchemy.orm import Session

from tests.hostile import sample
from tests.hostile.written import WITHIN, WRITTEN
from webapp.infra.db import Base

MARK = re.compile("Zy[b-z]{4}y")


@dataclass(frozen=True)
class Place:
    """One cell, and inside of it one key of its JSON."""

    table: str
    column: str
    row: Any
    key: str = ""


def harmless(number: int) -> str:
    """Return a word of letters alone, of one length, no other's beginning."""
    letters = ""
    for _ in range(4):
        number, rest = divmod(number, 20)
        letters += "bcdfghjklmnpqrstvwxz"[rest]
    return f"Zy{letters}y"


def places(session: Session) -> list[Place]:
    """Return every cell with words in it."""
    found: list[Place] = []
    for name in sorted(WRITTEN.keys() | WITHIN.keys()):
        table = Base.metadata.tables[name]
        key = next(iter(table.primary_key.columns))
        rows = session.execute(select(table).order_by(key)).mappings().all()
        for row in rows:
            filled = [column for column in WRITTEN.get(name, ()) if row[column] is not None]
            found += (Place(name, column, row[key.name]) for column in filled)
            for column, keys in WITHIN.get(name, {}).items():
                found += (Place(name, column, row[key.name], each) for each in keys)
    return found


def fill(session: Session, cells: list[Place], texts: Iterator[str]) -> dict[Place, str]:
    """Write a text into each cell, cut to what the column holds; return what stands where."""
    done: dict[Place, str] = {}
    values: dict[tuple[str, Any], dict[str, Any]] = {}
    for place in cells:
        column = Base.metadata.tables[place.table].c[place.column]
        text = _fitting(texts, None if isinstance(column.type, Text) or place.key else column.type.length)
        done[place] = text
        row = values.setdefault((place.table, place.row), {})
        if place.key:
            row[place.column] = {**row.get(place.column, _kept(session, place)), place.key: text}
        else:
            row[place.column] = text
    for (name, number), row in values.items():
        table = Base.metadata.tables[name]
        session.execute(update(table).where(next(iter(table.primary_key.columns)) == number).values(row))
    return done


def words() -> Iterator[str]:
    """Yield harmless words, each another."""
    return (harmless(number) for number in count())


def hostile(seed: int = 0) -> Iterator[str]:
    """Yield texts of the collection as they can be kept, with no two the same: the number of the turn ends them."""
    for number, text in enumerate(sample.endless(seed)):
        if found := sample.kept(text)[:1500]:
            yield found if number < len(sample.every()) else f"{found}{number}"


def _fitting(texts: Iterator[str], length: int | None) -> str:
    for text in texts:
        if length is None or len(text) <= length:
            return text
    raise AssertionError("the texts have an end")


def _kept(session: Session, place: Place) -> dict[str, Any]:
    table = Base.metadata.tables[place.table]
    key = next(iter(table.primary_key.columns))
    found = session.scalar(select(table.c[place.column]).where(key == place.row))
    return found if isinstance(found, dict) else {}
