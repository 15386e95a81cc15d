"""What a part of the bench found: one row a path, with its floor."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """A path beside its floor in the same unit; `more_is_better` says how to read the ratio; `goal` bounds it."""

    path: str
    unit: str
    product: float
    floor: float | None = None
    floor_name: str = ""
    more_is_better: bool = True
    goal: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Product by floor."""
        return self.product / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        measured = self.ratio if self.floor is not None else self.product
        if self.goal is None or measured is None:
            return None
        return measured >= self.goal if self.more_is_better else measured <= self.goal

    def plain(self) -> dict[str, object]:
        """For JSON."""
        ratio = round(self.ratio, 3) if self.ratio else None
        return {**asdict(self), "product": round(self.product, 3), "ratio": ratio, "met": self.met}


def alternating(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """Measure each in turn, several times over; return the median of each: a busy moment hurts all alike."""
    found: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for kept, measure in zip(found, measures, strict=True):
            kept.append(measure())
    return [statistics.median(each) for each in found]


def lines(rows: Sequence[Row]) -> list[str]:
    """Return the table for a terminal."""
    head = ("path", "product", "floor", "unit", "ratio", "goal", "")
    body = [_cells(row) for row in rows]
    widths = [max(len(each[i]) for each in (head, *body)) for i in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(each, widths, strict=True)).rstrip()
        for each in (head, *body)
    ]


def _cells(row: Row) -> tuple[str, ...]:
    sign = "≥" if row.more_is_better else "≤"
    return (
        row.path,
        f"{row.product:,.1f}",
        f"{row.floor:,.1f} ({row.floor_name})" if row.floor is not None else "-",
        row.unit,
        f"{row.ratio:.2f}" if row.ratio else "-",
        f"{sign} {row.goal:g}" if row.goal is not None else "-",
        {True: "met", False: "missed", None: ""}[row.met] + (f" {row.note}" if row.note else ""),
    )
