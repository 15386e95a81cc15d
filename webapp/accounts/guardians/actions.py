"""What a guardian can be asked for. Rooms above register their actions here, in boot.wiring."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Asked:
    """One thing asked for, in the reader's language: what it is, the details, and what may still be answered."""

    title: str
    details: tuple[str, ...] = ()
    may_answer: bool = True
    may_withdraw: bool = True
    until: datetime | None = None
    zone: str = "UTC"
    picture: Any = None  # a revision, to be drawn beside it
    without: str = ""  # what happens without an answer, in words; blank: it is called off
    at_no: str = ""  # what a no does, in words, below the buttons


@dataclass(frozen=True)
class Action:
    """A kind of request.

    `describe(session, subject id, now)` says what is asked (None: it is gone). `answered(session, subject id, answer,
    now)` acts on "agreed", "refused" or "withdrawn" in the transaction that keeps the answer, and raises Refused when
    it is too late for it.
    """

    name: str
    words: str
    describe: Callable[[Session, int, datetime], Asked | None]
    answered: Callable[[Session, int, str, datetime], None]


ACTIONS: dict[str, Action] = {}


def register(action: Action) -> None:
    """Add an action; one under a known name raises ValueError."""
    if ACTIONS.setdefault(action.name, action) != action:
        raise ValueError(f"two actions are called {action.name!r}")
