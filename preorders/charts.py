"""Geometry of the bar chart of units: numbers for the template, which draws SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from preorders.order_list import Units

ROW, BAR, LABEL, WIDTH = 30, 20, 190, 640


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its number, where it lies; `rest` is the length of what is not confirmed, after it."""

    label: str
    value: int
    y: int
    width: float
    others: int
    rest: float


@dataclass(frozen=True)
class Chart:
    """A bar chart of `width` by `height`; bars begin at `left`."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    left: int
    bar: int


def units_chart(units: Sequence[Units]) -> Chart:
    """Return a horizontal bar for each SKU, what is not confirmed at its end; the longest as long as there is room."""
    others = [unit.awaiting + unit.over for unit in units]
    most = max((unit.quantity + other for unit, other in zip(units, others, strict=True)), default=1)
    each = (WIDTH - LABEL - 90) / (most or 1)
    bars = tuple(
        Bar(_label(unit), unit.quantity, place * ROW, round(each * unit.quantity, 1), other, round(each * other, 1))
        for place, (unit, other) in enumerate(zip(units, others, strict=True))
    )
    return Chart(bars, WIDTH, max(ROW, len(bars) * ROW), LABEL, BAR)


def _label(unit: Units) -> str:
    words = " ".join(word for word in (unit.size, unit.colour) if word) or unit.product
    return words if len(words) <= 24 else words[:23] + "…"
