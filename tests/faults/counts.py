"""How often each fault strikes, what was counted of it, and the form of its negative control.

`make test` strikes at a reduced count, `make soak` (SOAK=1) at the whole one: the same code, only counts differ. A
fault is written as one checking function, a test that calls it, and a control that calls it with the guard removed:

    def check(site, counted) -> None: ...
    def test_x(site, counted): check(site, counted)
    def test_x_control(site, counted, monkeypatch):
        monkeypatch.setattr(…)  # the guard
        with must_fail("what the check says"):
            check(site, counted)
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

FULL = os.environ.get("SOAK") == "1"
PROPERTY = "fault"


def times(reduced: int, whole: int) -> int:
    """The count of an ordinary run, or the whole one of a soak."""
    return whole if FULL else reduced


@contextmanager
def must_fail(match: str = "") -> Iterator[None]:
    """The block is a check whose guard is removed: it has to fail, by an assertion whose words match."""
    with pytest.raises(AssertionError, match=match or None):
        yield


class Turns:
    """Counts how often it was asked for the next: `next(turns)` from 0 on, `turns.so_far` how often it was."""

    def __init__(self) -> None:
        self._next, self.so_far = itertools.count(1), 0

    def __next__(self) -> int:
        """Return the number of this turn; threads may ask at once."""
        self.so_far = next(self._next)
        return self.so_far - 1


class Counted:
    """What one test has counted: `counted(kills=50, requests=1200)`; the seconds are its own. Later words win."""

    def __init__(self, name: str) -> None:
        self.name, self.figures = name, dict[str, int]()
        self._began = time.monotonic()

    def __call__(self, **figures: int) -> None:
        """Note how many there were of each."""
        self.figures |= figures

    def add(self, **figures: int) -> None:
        """Add to what was noted."""
        for name, number in figures.items():
            self.figures[name] = self.figures.get(name, 0) + number

    def row(self) -> dict[str, Any]:
        """Its row of the table that a soak ends with."""
        return {"fault": self.name, "figures": self.figures, "seconds": round(time.monotonic() - self._began, 1)}


def table(rows: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """Lines of text for rows of an outcome and what was counted; tests that counted nothing have no line."""
    found = [(outcome, row) for outcome, row in rows if row["figures"]]
    width = max((len(row["fault"]) for _, row in found), default=0)
    return [
        f"{row['fault']:<{width}}  {outcome:<6}  {row['seconds']:>7.1f} s  "
        + ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in row["figures"].items())
        for outcome, row in sorted(found, key=lambda each: each[1]["fault"])
    ]
