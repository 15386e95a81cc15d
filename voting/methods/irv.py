"""Instant run-off, version 1: the design with the fewest votes goes out until one is left.

A ballot counts for its highest-ranked design still in; equal ranks split it evenly (exact fractions).
Tie for the fewest votes: the earlier rounds decide, the most recent first; then the lots of a published seed;
without a seed all still tied go out together (the note says when that can't have changed the winner: together
they have fewer votes than the next). When that takes everybody left, they have tied for the win.
The count goes on after a majority, so that every design gets a place.
"""

from fractions import Fraction

from voting.methods.election import Election, rankings
from voting.methods.elimination import break_tie
from voting.methods.piles import Piles
from voting.methods.result import Count, Order, in_words, named

VERSION = 1


def count(election: Election, seats: int, seed: str | None) -> Count:
    """Return the count; raises DoesNotFit for comparisons of two designs."""
    piles = Piles(dict(rankings(election)), range(len(election.names)))
    found = Count([])
    stages: list[dict[int, Fraction]] = []
    while piles.standing:
        votes = {design: piles.votes(design) for design in piles.standing}
        out, note = _out(election, votes, stages, seed)
        if len(votes) > 1 or not stages:
            stages.append(votes)
            found.rounds.append(_line(election, votes, piles, out, note))
        found.order.insert(0, sorted(out))
        piles.remove(out)
    found.notes = [str(line["note"]) for line in found.rounds if "note" in line]
    found.more = _majority(election, found.order, stages)
    return found


def _out(
    election: Election, votes: dict[int, Fraction], stages: list[dict[int, Fraction]], seed: str | None
) -> tuple[list[int], str]:
    fewest = min(votes.values())
    tied = [design for design, number in votes.items() if number == fewest]
    if len(tied) == 1:
        return tied, ""
    out, note = break_tie(election, tied, stages, seed)
    if len(out) == len(votes):
        return out, f"{in_words(named(election, sorted(out)))} tie for the last place left."
    if len(out) > 1:
        note += " All of them are out together"
        above = [number for design, number in votes.items() if design not in out]
        note += ", which can't change the winner." if fewest * len(out) < min(above) else "."
    return out, note


def _line(election: Election, votes: dict[int, Fraction], piles: Piles, out: list[int], note: str) -> dict[str, object]:
    ordered = sorted(votes, key=lambda design: (-votes[design], election.names[design]))
    line: dict[str, object] = {
        "votes": {election.names[design]: votes[design] for design in ordered},
        "exhausted": piles.exhausted,
        "out": named(election, sorted(out)) if len(out) < len(votes) else [],
    }
    return line | ({"note": note} if note else {})


def _majority(election: Election, order: Order, stages: list[dict[int, Fraction]]) -> dict[str, object]:
    """Return the first round in which the winner had more than half of the votes still counting."""
    if not order or len(order[0]) != 1:
        return {}
    for number, votes in enumerate(stages, 1):
        if 2 * votes[order[0][0]] > sum(votes.values()):
            return {"majority_in_round": number}
    return {}
