"""Score, version 1: a design's result is the sum of its scores; ties stay ties. A blank adds nothing.

Beside it stand how many scored it, the mean drawn towards the mean of all scores, and a 95 % interval, so
that designs few people scored can be compared; the order is by the sum alone.
"""

from collections import Counter
from fractions import Fraction
from typing import Any

from voting.methods import shrunk
from voting.methods.election import Election, Number, scale, scores
from voting.methods.result import Count, by_value

VERSION = 1


def count(election: Election, seats: int, seed: str | None) -> Count:
    """Return the count; raises DoesNotFit when the ballots hold no scores."""
    seen = histograms(election)
    totals = {one: total(seen[one]) for one in seen}
    raters = sum((sum(each.values()) for each in seen.values()), 0)
    prior = Fraction(sum(totals.values(), 0)) / Fraction(raters) if raters else Fraction(0)
    spread = _spread(seen, prior, raters)
    table = {election.names[one]: _row(seen[one], prior, spread, scale(election)) for one in seen}
    more = {"prior": {"mean": prior, "weight": shrunk.WEIGHT}}
    return Count(by_value(totals), table=table, more=more)


def histograms(election: Election) -> dict[int, Counter[Number]]:
    """Return for each design how many ballots gave it each score."""
    found: dict[int, Counter[Number]] = {design: Counter() for design in range(len(election.names))}
    for paper, number in scores(election).items():
        for design, given in enumerate(paper):
            if given is not None:
                found[design][given] += number  # type: ignore[assignment]
    return found


def total(histogram: Counter[Number]) -> Number:
    """Return the sum of the scores of a histogram."""
    return sum((given * number for given, number in histogram.items()), 0)


def _spread(seen: dict[int, Counter[Number]], mean: Fraction, raters: Number) -> Fraction:
    if not raters:
        return Fraction(0)
    around = (number * (given - mean) ** 2 for each in seen.values() for given, number in each.items())
    return Fraction(sum(around, Fraction(0))) / Fraction(raters)


def _row(
    histogram: Counter[Number], prior: Fraction, spread: Fraction, limits: tuple[Number, Number]
) -> dict[str, Any]:
    added, raters = total(histogram), sum(histogram.values())
    squares = sum((given * given * number for given, number in histogram.items()), 0)
    return {
        "total": added,
        "scored_by": raters,
        "mean": Fraction(added) / Fraction(raters) if raters else None,
        "shrunk_mean": shrunk.mean(added, raters, prior),
        "interval": shrunk.mean_interval(added, squares, raters, prior, spread, limits),
        "histogram": {_text(given): histogram[given] for given in sorted(histogram)},
    }


def _text(number: Number) -> str:
    return str(Fraction(number))
