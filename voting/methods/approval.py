"""Approval, version 1: a design's result is the number of ballots that approve it; ties stay ties.

Where it is known how often a design was seen, the share of those who saw it is printed beside it: with
Wilson's 95 % interval, and drawn towards the share of all designs. The order is by ballots alone.
"""

from fractions import Fraction

from voting.methods import shrunk
from voting.methods.election import Election, Number, approvals
from voting.methods.result import Count, by_value

VERSION = 1


def count(election: Election, seats: int, seed: str | None) -> Count:
    """Return the count; raises DoesNotFit for comparisons of two designs."""
    votes: dict[int, Number] = dict.fromkeys(range(len(election.names)), 0)
    for paper, number in approvals(election).items():
        for design in paper:
            votes[design] += number
    table = {election.names[one]: {"votes": votes[one]} | _seen(election, votes, one) for one in votes}
    return Count(by_value(votes), table=table, more=_prior(election, votes))


def _seen(election: Election, votes: dict[int, Number], design: int) -> dict[str, object]:
    seen = election.exposures.get(design)
    if seen is None:
        return {}
    chosen = min(votes[design], seen)
    return {
        "seen": seen,
        "shrunk_share": shrunk.mean(chosen, seen, _share_of_all(election, votes)),
        "interval": shrunk.share_interval(chosen, seen),
    }


def _share_of_all(election: Election, votes: dict[int, Number]) -> Fraction:
    seen = sum(election.exposures.values())
    chosen = sum((min(votes[one], election.exposures[one]) for one in election.exposures), 0)
    return Fraction(chosen) / seen if seen else Fraction(0)


def _prior(election: Election, votes: dict[int, Number]) -> dict[str, object]:
    if not election.exposures:
        return {}
    return {"prior": {"share": _share_of_all(election, votes), "weight": shrunk.WEIGHT}}
