"""The texts are many, different, and of each kind; every column of the product has said whether words stand in it."""

from __future__ import annotations

import unicodedata

from sqlalchemy import JSON, String

from tests.hostile import naughty, scripts, skeleton, written
from webapp.boot import wiring  # noqa: F401 - it knows all tables
from webapp.infra.db import Base


def test_there_are_enough_and_none_twice() -> None:
    every, odd = scripts.every(), naughty.by_kind()
    assert len(every) == len(set(every)) >= 1300
    assert sum(map(len, odd.values())) == len(set(naughty.every())) >= 500
    assert min(map(len, odd.values())) >= 15
    assert any(unicodedata.bidirectional(c) == "RLO" for c in "".join(odd["both directions"]))


def test_most_of_them_would_be_something_if_nobody_escaped_them() -> None:
    """The control: put on a page as they are, they change what it is made of."""
    harmless = skeleton.of('<p title="x">x</p>').parts
    changed = [text for text in scripts.every() if skeleton.of(f'<p title="{text}">{text}</p>').parts != harmless]
    assert len(changed) > 900


def test_every_column_has_said_whether_people_write_it() -> None:
    there = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, (String, JSON))
    }
    assert there - written.machine() - written.words() == set(), "say in written.py whether people write these"
    assert (written.machine() | written.words()) - there == set(), "there is no such column"
    assert written.machine() & written.words() == set()
