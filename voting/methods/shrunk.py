"""Means of designs that were seen by few and by many: drawn towards the mean of all, with an interval.

The prior is printed with the result: the mean of the whole contest, with the weight of ten ballots.
Neither mean nor interval decides a rank.
"""

from fractions import Fraction
from math import sqrt

from voting.methods.election import Number

WEIGHT = 10
Z = 1.959963984540054  # of a 95 % interval


def mean(total: Number, number: Number, prior: Number) -> Fraction:
    """Return the mean of `number` values with the sum `total`, with ten values of the prior added."""
    return Fraction(total + WEIGHT * prior) / (number + WEIGHT)


def share_interval(chosen: Number, seen: Number) -> list[float]:
    """Return Wilson's 95 % interval of a share; [0, 1] when nobody looked."""
    if seen == 0:
        return [0.0, 1.0]
    n, share = float(seen), float(Fraction(chosen) / Fraction(seen))
    centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return [round(max(0.0, centre - half), 6), round(min(1.0, centre + half), 6)]


def mean_interval(
    total: Number, squares: Number, number: Number, prior: Number, spread: Number, scale: tuple[Number, Number]
) -> list[float]:
    """Return the 95 % interval around the shrunk mean, within the scale.

    total, squares: sums of the values and of their squares. spread: the variance of all values of the contest,
    which stands in for the variance of the ten values of the prior.
    """
    middle = mean(total, number, prior)
    whole = Fraction(number + WEIGHT)
    around = Fraction(squares) - 2 * middle * Fraction(total) + Fraction(number) * middle * middle
    variance = (around + WEIGHT * Fraction(spread)) / whole
    half = Z * sqrt(float(max(Fraction(0), variance) / whole))
    low, high = float(scale[0]), float(scale[1])
    return [round(max(low, float(middle) - half), 6), round(min(high, float(middle) + half), 6)]
