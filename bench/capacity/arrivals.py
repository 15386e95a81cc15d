"""When they come: voters of an hour, second by second."""

from __future__ import annotations

import math
import random


def arrivals(voters: int, minutes: int, profile: str, luck: random.Random) -> list[int]:
    """Return how many come in each second; they add up to `voters`.

    burst: a code is shown on a screen. Half of all come within the first twentieth of the time, the first of them
    within seconds; the others trickle in, with a second wave of a tenth when somebody says it again at two thirds.
    """
    seconds = minutes * 60
    weights = [_weight(second / seconds, profile) for second in range(seconds)]
    whole, left, found = sum(weights), voters, []
    for weight in weights:  # a binomial share of who is left: each second by chance, the sum exact
        share = min(1.0, weight / whole) if whole > 0 else 1.0
        came = _binomial(left, share, luck)
        found.append(came)
        left, whole = left - came, whole - weight
    found[-1] += left
    return found


def _weight(moment: float, profile: str) -> float:
    if profile == "even":
        return 1.0
    wave = 0.5 / 0.0218 * math.exp(-moment / 0.025) * (1 - math.exp(-moment / 0.004))
    again = 0.1 / 0.02 if 2 / 3 <= moment < 2 / 3 + 0.02 else 0.0
    return wave + again + 0.4


def _binomial(number: int, share: float, luck: random.Random) -> int:
    mean = number * share
    if number == 0 or share <= 0:
        return 0
    if mean > 30:
        return min(number, max(0, round(luck.gauss(mean, math.sqrt(mean * (1 - share))))))
    floor, found, product = math.exp(-mean), 0, luck.random()
    while product > floor:  # a Poisson number, which so small a share of many is
        found, product = found + 1, product * luck.random()
    return min(number, found)
