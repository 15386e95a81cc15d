"""Schulze, version 1, in two methods: by winning votes and by margins.

A link from a to b exists when more ballots prefer a to b than b to a; its strength is the number of those
ballots (winning votes) or how many more they are (margins). A path is as strong as its weakest link; a
beats b when its strongest path to b is stronger than the one back. Winners are beaten by nobody. The order
takes those beaten by nobody, sets them aside, and goes on; who stands in one step is tied.
Unranked designs are tied last. A Condorcet winner always wins and is named.
"""

from collections.abc import Callable

from voting.methods import pairwise
from voting.methods.election import Election, Number
from voting.methods.pairwise import Matrix
from voting.methods.result import Count, Order

VERSION = 1


def winning_votes(election: Election, seats: int, seed: str | None) -> Count:
    """Return the count by winning votes."""
    return _count(election, lambda ahead, behind: ahead)


def margins(election: Election, seats: int, seed: str | None) -> Count:
    """Return the count by margins."""
    return _count(election, lambda ahead, behind: ahead - behind)


def _count(election: Election, strength: Callable[[Number, Number], Number]) -> Count:
    votes = pairwise.matrix(election)
    paths = strongest_paths(votes, strength)
    best = pairwise.condorcet_winner(votes)
    name = None if best is None else election.names[best]
    notes = [f"{name} is preferred to every other design (Condorcet winner)."] if name and len(votes) > 1 else []
    if name is None and len(votes) > 1:
        notes = ["No design is preferred to every other one (no Condorcet winner)."]
    more = {"condorcet_winner": name, "paths": {"designs": list(election.names), "strengths": paths}}
    return Count(layers(paths), notes=notes, matrix=votes, more=more)


def strongest_paths(votes: Matrix, strength: Callable[[Number, Number], Number]) -> Matrix:
    """Return the strength of the strongest path from each design to each other one; 0 where there is none."""
    every = range(len(votes))
    paths: Matrix = [
        [strength(votes[a][b], votes[b][a]) if votes[a][b] > votes[b][a] else 0 for b in every] for a in every
    ]
    for over in every:
        onward = paths[over]
        for start in every:
            first = paths[start][over]
            if start != over and first > 0:
                row = paths[start]
                for end in every:
                    found = first if first < onward[end] else onward[end]
                    if end != start and found > row[end]:
                        row[end] = found
    return paths


def layers(paths: Matrix) -> Order:
    """Return the order: those beaten by nobody left, then the same among the rest."""
    left = list(range(len(paths)))
    order: Order = []
    while left:
        top = [one for one in left if not any(paths[other][one] > paths[one][other] for other in left)]
        order.append(top)
        left = [one for one in left if one not in top]
    return order
