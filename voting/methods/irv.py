"""Instant run-off, version 2: the design with the fewest votes goes out until one is left.

A ballot counts for its highest-ranked design still in; equal ranks split it evenly (exact fractions).
Tie for the fewest votes: the earlier rounds decide, the most recent first; then the lots of a published seed.
Without a seed all still tied go out together where that can't change the winner: together they have fewer votes
than the next. Where it could, each of them is tried as the one who goes out: every design that wins in one of these
ways has tied for the win (it is one design when it never matters), and the rounds shown go on with the first by name.
When all that are left are tied, they have tied for the win.
The count goes on after a majority, so that every design gets a place.
"""

from fractions import Fraction

from voting.methods.election import Election, rankings
from voting.methods.elimination import break_tie
from voting.methods.piles import Piles
from voting.methods.result import Count, Order, in_words, named

VERSION = 2
MOST_WAYS = 500  # ties of ties: beyond so many ways all still tied go out together


def count(election: Election, seats: int, seed: str | None) -> Count:
    """Return the count; raises DoesNotFit for comparisons of two designs."""
    piles = Piles(dict(rankings(election)), range(len(election.names)))
    found = Count([])
    stages: list[dict[int, Fraction]] = []
    possible: set[int] = set()
    while piles.standing:
        votes = {design: piles.votes(design) for design in piles.standing}
        out, note = _out(election, votes, stages, seed)
        if len(out) > 1 and not _is_safe(out, votes):
            won = _winners(election, frozenset(votes), stages, [MOST_WAYS])
            if won:
                possible, out = possible or won, sorted(out, key=lambda design: election.names[design])[:1]
                note += f" Whichever goes out first: {in_words(named(election, sorted(won)))} can win."
        if len(votes) > 1 or not stages:
            stages.append(votes)
            found.rounds.append(_line(election, votes, piles, out, note))
        found.order.insert(0, sorted(out))
        piles.remove(out)
    if len(possible) > 1:
        found.order = [
            sorted(possible),
            *filter(None, ([d for d in tied if d not in possible] for tied in found.order)),
        ]
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
    if len(out) > 1 and _is_safe(out, votes):
        note += " All of them are out together, which can't change the winner."
    return out, note


def _is_safe(out: list[int], votes: dict[int, Fraction]) -> bool:
    """Return whether those who go out together could not have stayed before any other."""
    above = [number for design, number in votes.items() if design not in out]
    return not above or sum(votes[design] for design in out) < min(above)


def _winners(
    election: Election, standing: frozenset[int], stages: list[dict[int, Fraction]], left: list[int]
) -> set[int]:
    """Return every design that wins when each tie for the last place is broken in each way; empty for too many ways."""
    left[0] -= 1
    if left[0] < 0:
        return set()
    piles = Piles(dict(rankings(election)), standing)
    votes = {design: piles.votes(design) for design in standing}
    tied = [design for design, number in votes.items() if number == min(votes.values())]
    out = tied if len(tied) == 1 else break_tie(election, tied, stages, None)[0]
    if len(out) == len(votes):
        return set(out)
    if len(out) == 1 or _is_safe(out, votes):
        return _winners(election, standing - set(out), [*stages, votes], left)
    ways = [_winners(election, standing - {design}, [*stages, votes], left) for design in out]
    return set().union(*ways) if all(ways) else set()


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
