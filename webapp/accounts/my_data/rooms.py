"""What each room says about the data it keeps of people. Filled in `boot.wiring`, lower rooms last.

A `Holding` is a column that names people: which file of an export its rows go into, and what an erasure does with
them. What takes more than one statement (files, orders, ballots) is a `Step`. Every foreign key to `people` is named
by one holding: tests/house/test_my_data.py holds the two together.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute, Session

Rows = list[dict[str, Any]]
Fate = str
"""gone: rows are deleted; emptied: `empty` columns are; step: a step of the room does it; kept: rows name a number."""


@dataclass(frozen=True)
class Holding:
    """A column that names a person. `chapter` is the export's file (''; none), `hidden` are columns not handed out."""

    column: InstrumentedAttribute[Any]
    fate: Fate
    chapter: str = ""
    hidden: tuple[str, ...] = ()
    empty: Mapping[str, Any] = field(default_factory=dict)
    only: ColumnElement[bool] | None = None  # which rows an erasure touches; all of the person's without it


@dataclass(frozen=True)
class Chapter:
    """A file of an export that one column doesn't give."""

    name: str
    rows: Callable[[Session, int], Any]


@dataclass(frozen=True)
class File:
    """A stored file that goes into an export under `name`."""

    name: str
    key: str


@dataclass(frozen=True)
class Kept:
    """Something that stays after an erasure: a sentence marked with `N_` that says what and why, and what fills it."""

    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Room:
    """One room's part.

    `steps` are called with (person id, moment), outside of any transaction, and must be safe to repeat. `gone` are
    sentences of the receipt; `kept` are asked when all steps are done. `obstacles` name what must be done first.
    """

    name: str
    holdings: tuple[Holding, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    files: Callable[[Session, int], Iterable[File]] | None = None
    steps: tuple[Callable[[int, datetime], None], ...] = ()
    gone: tuple[str, ...] = ()
    kept: Callable[[Session, int], list[Kept]] | None = None
    obstacles: Callable[[Session, int], list[Kept]] | None = None


ROOMS: list[Room] = []


def register(*rooms: Room) -> None:
    """Add rooms, in the order in which an erasure passes through them; the same one twice is nothing."""
    ROOMS.extend(room for room in rooms if room not in ROOMS)
