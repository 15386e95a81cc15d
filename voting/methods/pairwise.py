"""The pairwise matrix: on how many ballots each design stands before each other.

Unranked designs are tied last: before nothing, behind everything that is ranked.
"""

from collections.abc import Mapping
from fractions import Fraction

from voting.methods.election import Election, Number, Ranking, in_units, rankings

Matrix = list[list[Number]]


def matrix(election: Election) -> Matrix:
    """Return the matrix; cell [a][b] is the number of ballots that prefer a to b."""
    if election.pairs is not None:
        return _of_pairs(election)
    return of_rankings(rankings(election), len(election.names))


def of_rankings(papers: Mapping[Ranking, Number], size: int) -> Matrix:
    """Return the matrix of `size` designs on ranked papers."""
    counts, unit = in_units(papers)
    whole = _count(counts, size)
    return whole if unit == 1 else [[Fraction(cell, unit) for cell in row] for row in whole]


def _of_pairs(election: Election) -> Matrix:
    size = len(election.names)
    found: Matrix = [[0] * size for _ in range(size)]
    for (better, worse), count in (election.pairs or {}).items():
        found[better][worse] += count
    return found


def _count(counts: Mapping[Ranking, int], size: int) -> list[list[Number]]:
    """Add up all cells of a row at once: a row is one long integer with a lane of bits for each design."""
    lane = sum(counts.values()).bit_length() + 1
    bit = [1 << (lane * design) for design in range(size)]
    every = sum(bit)
    rows = [0] * size
    for paper, count in counts.items():
        below = every
        for group in paper:
            if len(group) == 1:
                design = group[0]
                below -= bit[design]
                rows[design] += below if count == 1 else below * count
            else:
                below -= sum(bit[design] for design in group)
                for design in group:
                    rows[design] += below * count
    mask = (1 << lane) - 1
    return [[(row >> (lane * other)) & mask for other in range(size)] for row in rows]


def condorcet_winner(votes: Matrix) -> int | None:
    """Return the design that is preferred to every other one by more ballots than not; None without one."""
    every = range(len(votes))
    for one in every:
        if all(votes[one][other] > votes[other][one] for other in every if other != one):
            return one
    return None
