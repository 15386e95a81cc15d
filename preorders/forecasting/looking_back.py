"""How well the forecasts of a drop did, day by day: numbers and the geometry of their chart. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 260, 52, 26


@dataclass(frozen=True)
class Day:
    """A forecast that was kept."""

    day: str
    at: datetime
    ordered: int
    low: int
    likely: int
    high: int
    goal_permille: int | None

    def holds(self, final: int) -> bool:
        """Return whether the final number lay in between."""
        return self.low <= final <= self.high


@dataclass(frozen=True)
class Verdict:
    """How well all days did: how many intervals held, by how much the likely number was off on average."""

    days: int
    held: int
    mean_error: float

    @property
    def share(self) -> float:
        """Return the share of days whose interval held."""
        return self.held / self.days if self.days else 0.0


@dataclass(frozen=True)
class Chart:
    """Lines and an area as SVG wants them; `lines` are (y, number) of the grid."""

    width: int
    height: int
    left: int
    right: int
    band: str
    likely: str
    ordered: str
    lines: tuple[tuple[float, int], ...]
    days: tuple[tuple[float, str], ...]
    goal_y: float | None
    final_y: float | None


def verdict(days: Sequence[Day], final: int) -> Verdict:
    """Return how well the days did."""
    if not days:
        return Verdict(0, 0, 0.0)
    off = sum(abs(day.likely - final) for day in days) / len(days)
    return Verdict(len(days), sum(day.holds(final) for day in days), off)


def chart(days: Sequence[Day], goal: int | None, final: int | None) -> Chart | None:
    """Return the chart of the days; None for fewer than two."""
    if len(days) < 2:
        return None
    # One wild first day must not press all others to the floor.
    highs = sorted(day.high for day in days)
    top = _round_up(max(highs[len(highs) * 3 // 4], goal or 0, final or 0, max(day.ordered for day in days), 4))
    room, begin, end = WIDTH - LEFT - 10, days[0].at.timestamp(), days[-1].at.timestamp()
    xs = [LEFT + room * (day.at.timestamp() - begin) / max(end - begin, 1) for day in days]

    def y(value: float) -> float:
        return round((HEIGHT - BOTTOM) - (HEIGHT - BOTTOM - 10) * min(value, top) / top, 1)

    def points(values: Sequence[tuple[float, int]]) -> str:
        return " ".join(f"{round(x, 1)},{y(value)}" for x, value in values)

    band = [(x, day.high) for x, day in zip(xs, days, strict=True)]
    band += [(x, day.low) for x, day in zip(reversed(xs), reversed(days), strict=True)]
    return Chart(
        WIDTH,
        HEIGHT,
        LEFT,
        WIDTH - 10,
        points(band),
        points([(x, day.likely) for x, day in zip(xs, days, strict=True)]),
        points([(x, day.ordered) for x, day in zip(xs, days, strict=True)]),
        tuple((y(part * top / 4), part * top // 4) for part in range(5)),
        ((round(xs[0], 1), days[0].day), (round(xs[-1], 1), days[-1].day)),
        None if goal is None else y(goal),
        None if final is None else y(final),
    )


def _round_up(value: int) -> int:
    step = 4
    while step * 10 < value:
        step *= 10
    return -(-value // step) * step
