"""Through the doors that people use: what was typed stands in the table as it was typed, or a sentence refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.hostile import doors, sample, site, skeleton
from tests.hostile.doors import TEXT, Door
from tests.pages.make import NOW
from webapp.infra.db import Base, db

pytestmark = pytest.mark.timeout(400)
COUNT = 300 if sample.SOAK else 3
ALWAYS = (
    "nul\x00 within <b>\"'& ten",
    "=1+1 and {{7*7}} %s",
    "line\r\nBcc: x@example.org",
    "مرحبا 👩‍🚀 e\u0301 \u202e abc",
)


@pytest.mark.ordinarily("postgres")
def test_what_is_typed_is_kept(app: Flask, client: Any, sign_in: Any, clock: Any) -> None:
    clock.at(NOW)
    made = site.grown()
    faults, silent = [], []
    for number, door in enumerate(doors.every(made)):
        kept = 0
        for text in _texts(door, number):
            clock.advance(minutes=3)
            sign_in(client, made.me)  # some doors open only soon after
            door.before()
            fault, done = _through(client, door, text)
            kept += done
            faults += [f"{door.name}: {fault}"] if fault else []
        if not kept:
            silent.append(door.name)
    assert not faults, "\n".join(faults)
    assert not silent, f"nothing got through {silent}: these doors are described wrongly"


def _texts(door: Door, number: int) -> Iterator[str]:
    """Texts of a length that the door takes."""
    left = COUNT
    yield from (each for each in ALWAYS if door.least <= len(each) <= door.most)
    for text in sample.every()[number * 37 :]:
        if left and door.least <= len(sample.kept(text)) <= door.most:
            left -= 1
            yield text


def _through(client: Any, door: Door, text: str) -> tuple[str, bool]:
    """Send it; return what is wrong, and whether the text was kept."""
    before = _held(door)
    fields = {name: text if value == TEXT else value for name, value in door.fields.items()}
    answer = client.post(door.path, data=fields)
    if answer.status_code >= 500:
        return f"{text!r} answers {answer.status_code}", False
    if door.kept(text) in _held(door):
        return "", True
    if _held(door) != before:
        return f"{text!r} became {sorted(set(_held(door)) - set(before))!r}", False
    said = skeleton.of(answer.text)
    if answer.status_code < 400 and answer.status_code != 200:
        return f"{text!r} is gone, with {answer.status_code}", False
    return "".join(said.faults), False


def _held(door: Door) -> list[str]:
    column = Base.metadata.tables[door.table].c[door.column]
    found = db.session.scalars(select(column)).all()
    db.session.rollback()
    return [str((value or {}).get(door.key)) if door.key else str(value) for value in found]
