"""How many people will preorder a design: pure. docs/fairness.md has the formula and what it can't know.

Two kinds of people are counted apart: those who said that they would wear it, and those who voted for it without
saying so. Each kind buys at a rate nobody knows: what is believed of it is a beta distribution, which begins with a
prior and learns from the artist's drops before.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

WORN = (2.0, 6.0)  # before any drop: one in four of those who say they would wear it, give or take a lot
VOTED = (1.0, 19.0)  # and one in twenty of those who only voted for it
AT_MOST = 20  # people of one drop decide alike: one drop teaches no more than so many independent people would
TENTH = 1.2815515655446004  # the standard normal lies below minus this in one of ten cases


@dataclass(frozen=True)
class Forecast:
    """Four times out of five the number of people who preorder lies between `low` and `high`, if nothing is odd."""

    low: int
    high: int
    mean: float

    def share(self, part: int, whole: int) -> tuple[int, int]:
        """Return the same for a part of the people, e.g. of one size."""
        if not whole:
            return 0, 0
        return math.floor(self.low * part / whole), math.ceil(self.high * part / whole)


def forecast(
    worn: int, voted: int, past_worn: Iterable[tuple[int, int]] = (), past_voted: Iterable[tuple[int, int]] = ()
) -> Forecast:
    """Return how many will preorder.

    worn: people who would wear it. voted: people who voted for it and didn't say so. past_…: for each drop before,
    (people of that kind, those of them who preordered).
    """
    means, spreads = zip(
        _bought(worn, learned(WORN, past_worn)), _bought(voted, learned(VOTED, past_voted)), strict=True
    )
    mean, variance = sum(means), sum(spreads)
    if not mean:
        return Forecast(0, 0, 0.0)
    low, high = (_quantile(mean, variance, z) for z in (-TENTH, TENTH))
    return Forecast(math.floor(low), min(worn + voted, math.ceil(high)), mean)


def learned(prior: tuple[float, float], past: Iterable[tuple[int, int]]) -> tuple[float, float]:
    """Return what is believed of a rate after drops of (people, buyers)."""
    yes, no = prior
    for people, buyers in past:
        weight = min(1.0, AT_MOST / people) if people else 0.0
        yes, no = yes + weight * buyers, no + weight * (people - buyers)
    return yes, no


def _bought(people: int, belief: tuple[float, float]) -> tuple[float, float]:
    """Return mean and variance of the buyers among people: beta-binomial."""
    yes, no = belief
    whole = yes + no
    mean = people * yes / whole
    return mean, mean * (no / whole) * (whole + people) / (whole + 1)


def _quantile(mean: float, variance: float, z: float) -> float:
    """Return a quantile of the gamma distribution with that mean and variance (Wilson and Hilferty 1931)."""
    ninth = variance / (9 * mean * mean)
    return mean * max(0.0, 1 - ninth + z * math.sqrt(ninth)) ** 3
