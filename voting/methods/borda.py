"""Borda, version 1: a point for each design ranked lower, half a point for each tied one.

So tied designs share the average of the places they take together. Unranked designs are tied last.
Ties in the total stay ties.
"""

from fractions import Fraction

from voting.methods import pairwise
from voting.methods.election import Election, Number, rankings
from voting.methods.pairwise import Matrix
from voting.methods.result import Count, by_value

VERSION = 1


def count(election: Election, seats: int, seed: str | None) -> Count:
    """Return the count; raises DoesNotFit when the papers can't be read as rankings."""
    papers = sum(rankings(election).values(), 0)  # refuses comparisons of two designs: they give no places
    return count_matrix(election.names, pairwise.matrix(election), papers)


def count_matrix(names: tuple[str, ...], votes: Matrix, papers: Number) -> Count:
    """Return the count from the pairwise matrix and the number of papers."""
    every = range(len(names))
    points = {
        one: sum((papers + votes[one][other] - votes[other][one] for other in every if other != one), 0)
        * Fraction(1, 2)
        for one in every
    }
    return Count(by_value(points), table={names[one]: {"points": points[one]} for one in every})
