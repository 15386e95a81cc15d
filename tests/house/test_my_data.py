"""Every column that names a person has a fate: a new table can't be forgotten when somebody is erased."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from webapp.accounts.my_data.rooms import ROOMS
from webapp.boot import keeping, retention
from webapp.infra.db import Base

FATES = {"gone", "emptied", "step", "kept"}
SECRET = re.compile(r"_hash$|nonce|salt|token")
PUBLIC = {"rights_hash", "text_hash", "terms_hash", "leaf_hash", "ballot_number"}
DATA = Path(__file__).resolve().parents[2] / "docs" / "data.md"


def named() -> list[tuple[str, str]]:
    return [(each.column.class_.__tablename__, each.column.key) for room in ROOMS for each in room.holdings]


@pytest.mark.one_db
def test_each_column_that_names_a_person_is_in_one_room(app: Flask) -> None:
    tables = Base.metadata.tables.values()
    known = {
        (table.name, key.parent.name)
        for table in tables
        for key in table.foreign_keys
        if key.column.table.name == "people"
    }
    assert known - set(named()) == set(), "say in the room's my_data.py what an erasure does with these"
    assert [twice for twice, count in Counter(named()).items() if count > 1] == []


@pytest.mark.one_db
def test_what_rooms_say_makes_sense(app: Flask) -> None:
    for room in ROOMS:
        for each in room.holdings:
            columns = set(each.column.class_.__table__.columns.keys())
            assert each.fate in FATES, each
            assert bool(each.empty) == (each.fate == "emptied"), each
            assert {*each.hidden, *each.empty} <= columns, each
            told = columns - set(each.hidden) - PUBLIC if each.chapter else set()
            assert not [name for name in told if SECRET.search(name)], f"{each.chapter} hands out a secret"


def test_the_clock_of_retention_is_written_down() -> None:
    kinds = {keep.kind for keep in keeping.KEEPS}
    assert set(retention.RULES) | set(keeping.ELSEWHERE) == kinds
    table = DATA.read_text()
    for keep in keeping.KEEPS:
        assert f"| {keep.kind} | {keep.days} | {keep.since} | {keep.what} |" in table, keep.kind
