"""The final number of a drop from what was said before it and what was ordered so far: pure. docs/forecast.md.

Demand is a Poisson number whose rate nobody knows: a gamma distribution believes something of it before the drop
(votes, wishes, drops before), and the orders so far correct it. How much of the final number is usually there by now
is a share that varies from drop to drop: a beta distribution around a curve learnt from past drops. The two are put
together by weighing forty-eight possible shares.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

GRID = 20
"""A curve says the share of the final number at each twentieth of the window, from 0 to the end."""
# Before any drop has taught: a rush at the beginning, a quiet middle, a last call.
CURVE = (
    *(0.0, 0.17, 0.25, 0.31, 0.36, 0.40, 0.44, 0.47, 0.50, 0.53),
    *(0.56, 0.59, 0.62, 0.65, 0.68, 0.71, 0.75, 0.79, 0.84, 0.90, 1.0),
)
CURVE_WEIGHT = 4  # the curve above counts as so many drops
CONCENTRATION = 15.0  # how alike the curves of drops are: the share behaves as if so many independent parts made it up
OUTSIDE = (3.0, 4.0)  # of those who order, three in seven took part in the contest: a beta distribution
VAGUE = (1.0, 100.0)  # shape and mean of the demand when nothing at all is known
POINTS = 48
FEW = 20  # drops with fewer pieces teach nothing of curves
AT_MOST = 20  # one drop teaches no more of a share than so many independent people


@dataclass(frozen=True)
class Belief:
    """What is believed of the demand before the drop: a gamma distribution of its rate."""

    mean: float
    variance: float

    @property
    def shape(self) -> float:
        """Return the gamma distribution's shape; small means that little is known."""
        return max(0.05, self.mean * self.mean / max(self.variance, 1e-9))


@dataclass(frozen=True)
class Expected:
    """The final number: four times out of five between `low` and `high`; the chance of the goal, if there is one."""

    low: int
    likely: int
    high: int
    goal_chance: float | None


def from_people(mean: float, variance: float, past: Iterable[tuple[int, int]], each: float) -> Belief:
    """Return the belief that follows from buyers expected among those who took part.

    past: for each drop before (buyers who took part, all buyers). each: pieces a buyer orders.
    """
    yes, no = OUTSIDE
    for took_part, buyers in past:
        weight = min(1.0, AT_MOST / buyers) if buyers else 0.0
        yes, no = yes + weight * took_part, no + weight * (buyers - took_part)
    whole = yes + no
    factor = (whole - 1) / (yes - 1)
    factor_square = (whole - 1) * (whole - 2) / ((yes - 1) * (yes - 2))
    square = (variance + mean * mean) * factor_square
    return Belief(each * mean * factor, each * each * max(square - (mean * factor) ** 2, 0.0) + each * mean * factor)


def from_finals(finals: Sequence[int]) -> Belief:
    """Return the belief that follows from the final numbers of drops before; a vague one without any."""
    shape, mean = VAGUE
    if not finals:
        return Belief(mean, mean * mean / shape)
    middle = sum(finals) / len(finals)
    # One drop says where, hardly how far around; each further one says more of both.
    spread = sum((each - middle) ** 2 for each in finals) + middle * middle
    return Belief(max(middle, 1.0), max(spread / len(finals) + middle, 1.0))


def learned_curve(past: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Return the curve after drops whose own curves were `past` (GRID + 1 shares each)."""
    weight = CURVE_WEIGHT + len(past)
    return tuple(
        (CURVE_WEIGHT * usual + sum(curve[place] for curve in past)) / weight for place, usual in enumerate(CURVE)
    )


def share_at(curve: Sequence[float], elapsed: float) -> float:
    """Return the share of the final number that is usually there after `elapsed` (0..1) of the window."""
    place = min(max(elapsed, 0.0), 1.0) * GRID
    left = min(int(place), GRID - 1)
    return curve[left] + (curve[left + 1] - curve[left]) * (place - left)


def expected(
    belief: Belief, ordered: int, elapsed: float, curve: Sequence[float], cap: int | None, goal: int | None
) -> Expected:
    """Return the final number after `ordered` pieces in `elapsed` of the window; at its end that is the number."""
    if elapsed >= 1 or (cap is not None and ordered >= cap):
        final = ordered if cap is None else min(ordered, cap)
        return Expected(final, final, final, None if goal is None else float(final >= goal))
    shares = _shares(belief, ordered, share_at(curve, elapsed))
    below = _below(belief, ordered, shares)
    low, likely, high = (ordered + _quantile(below, part) for part in (0.1, 0.5, 0.9))
    if cap is not None:
        low, likely, high = (min(each, cap) for each in (low, likely, high))
    return Expected(low, likely, high, None if goal is None else _chance(below, ordered, goal, cap))


def _chance(below: Callable[[float], float], ordered: int, goal: int, cap: int | None) -> float:
    if ordered >= goal:
        return 1.0
    if cap is not None and goal > cap:
        return 0.0
    return min(1.0, max(0.0, 1.0 - below(goal - ordered - 0.5)))


def _shares(belief: Belief, ordered: int, usual: float) -> list[tuple[float, float]]:
    """Return (share, weight): how likely each share is, seen what was ordered."""
    if usual <= 0:
        return [(0.0, 1.0)]
    a, b = belief.shape, belief.shape / belief.mean
    yes, no = CONCENTRATION * usual, CONCENTRATION * (1 - usual)
    points = [(place + 0.5) / POINTS for place in range(POINTS)]
    logs = [
        (yes - 1 + ordered) * math.log(f) + (no - 1) * math.log(1 - f) - (a + ordered) * math.log(b + f) for f in points
    ]
    most = max(logs)
    weights = [math.exp(each - most) for each in logs]
    whole = sum(weights)
    return [(f, weight / whole) for f, weight in zip(points, weights, strict=True) if weight > 1e-9 * whole]


def _below(belief: Belief, ordered: int, shares: list[tuple[float, float]]) -> Callable[[float], float]:
    """Return the chance that at most so many more are ordered: negative binomial numbers, weighed by share."""
    a, b = belief.shape, belief.shape / belief.mean
    parts = []
    for f, weight in shares:
        mean = (a + ordered) * (1 - f) / (b + f)
        parts.append((mean, mean + mean * mean / (a + ordered), weight))
    return lambda more: sum(weight * _gamma_below(mean, variance, more) for mean, variance, weight in parts)


def _gamma_below(mean: float, variance: float, value: float) -> float:
    """Return the chance of a gamma number below `value` (Wilson and Hilferty 1931)."""
    if value <= 0:
        return 0.0
    if mean <= 0:
        return 1.0
    ninth = variance / (9 * mean * mean)
    z = ((value / mean) ** (1 / 3) - (1 - ninth)) / math.sqrt(ninth)
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def _quantile(below: Callable[[float], float], part: float) -> int:
    """Return the least whole number that is not passed in `part` of the cases."""
    low, high = -1, 1
    while below(high + 0.5) < part and high < 2**40:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if below(middle + 0.5) >= part else (middle, high)
    return max(high, 0)
