"""Geometry of the bar chart of units: numbers for the template, which draws SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from preorders.order_list import Units

ROW, BAR, LABEL, WIDTH = 30, 20, 190, 640


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its number, and where it lies."""

    label: str
    value: int
    y: int
    width: float


@dataclass(frozen=True)
class Chart:
    """A bar chart of `width` by `height`; bars begin at `left`."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    left: int
    bar: int


def units_chart(units: Sequence[Units]) -> Chart:
    """Return a horizontal bar for each SKU, the longest as long as there is room."""
    most, room = max((unit.quantity for unit in units), default=1), WIDTH - LABEL - 60
    bars = tuple(
        Bar(_label(unit), unit.quantity, place * ROW, round(room * unit.quantity / most, 1))
        for place, unit in enumerate(units)
    )
    return Chart(bars, WIDTH, max(ROW, len(bars) * ROW), LABEL, BAR)


def _label(unit: Units) -> str:
    words = " ".join(word for word in (unit.size, unit.colour) if word) or unit.product
    return words if len(words) <= 24 else words[:23] + "…"
