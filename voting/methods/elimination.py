"""Who is taken out when several have the fewest votes: the tie rule of run-off and transferable vote.

1. Look back: at the most recent earlier stage where those tied differed, the one with fewer votes goes.
2. A published seed, where there is one: the lowest lot goes.
3. Without a seed nobody draws: the caller decides what happens to all who are tied.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from voting.methods.election import Election
from voting.methods.result import by_lot, in_words, named

Stage = Mapping[int, Fraction]


def look_back(tied: Sequence[int], stages: Sequence[Stage], most: bool = False) -> list[int]:
    """Return who of those tied had the fewest (or most) votes, stage by stage backwards; several if no stage tells."""
    left = list(tied)
    for stage in reversed(stages):
        pick = (max if most else min)(stage[one] for one in left)
        left = [one for one in left if stage[one] == pick]
        if len(left) == 1:
            break
    return left


def break_tie(
    election: Election, tied: Sequence[int], stages: Sequence[Stage], seed: str | None, most: bool = False
) -> tuple[list[int], str]:
    """Return one design, or all that stay tied when there is no seed, and the sentence that explains it."""
    left = look_back(tied, stages, most)
    words = in_words(named(election, sorted(tied)))
    if len(left) == 1:
        return left, f"{words} tie; an earlier stage decides: {election.names[left[0]]}."
    if seed is None:
        return left, f"{in_words(named(election, sorted(left)))} tie at every stage; no seed was given to draw."
    drawn = by_lot(election, left, seed)[:1]
    return drawn, f"{words} tie; {election.names[drawn[0]]} is drawn by the seed."
