"""A contest that is being voted on, and a counter of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from contests.phases import Phase
from tests.pages import make


@dataclass
class World:
    """Who and what there is."""

    fan: int
    author: int
    moderator: int
    staff: int
    boss: int
    artist_id: int
    contest_id: int


@pytest.fixture
def world(app: Flask, clock: Any) -> World:
    """An artist with a team, a fan, an author, and a contest in its voting phase, stopped at make.NOW."""
    clock.at(make.NOW)
    fan, author, moderator, staff, boss = (make.person(n) for n in ("Fan", "Author", "Mod", "Staff", "Boss"))
    artist_id = make.artist(artist=boss, merch_staff=staff, moderator=moderator)
    return World(fan, author, moderator, staff, boss, artist_id, make.contest(artist_id, boss, Phase.VOTING))


@pytest.fixture
def statements(app: Flask) -> Callable[[], Any]:
    """`with statements() as seen:` collects the SELECTs that are made."""
    from webapp.infra.db import db

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        yield seen
        event.remove(db.engine, "before_cursor_execute", note)

    return counting
