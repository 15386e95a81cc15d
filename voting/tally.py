"""The count of a round: pure, named, versioned; the order in which votes came changes nothing.

Method `approval-budget`, version 1: each voter may give one vote to as many designs as the budget
allows; a design's result is the number of its votes. Tie rule: designs with equal votes share a rank
(1, 2, 2, 4). Neither the number nor the date of a design ever decides. Where tied designs have to be
written one below the other, they stand in the order of `lot`, which means nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from voting.methods import result

METHOD = "approval-budget"
VERSION = 1


@dataclass(frozen=True)
class Placed:
    """One design in the order: its votes and its rank, shared by all who have as many."""

    submission_id: int
    votes: int
    rank: int


def lot(seed: str, submission_id: int) -> str:
    """Return the lot of a design: the hexadecimal SHA-256 of 'seed|id'. The lowest is drawn first."""
    return result.lot(seed, str(submission_id))


def approval(votes: Mapping[int, int], designs: Iterable[int], seed: str) -> list[Placed]:
    """Return every one of `designs` in order of its votes; votes on anything else are left out.

    A rank is one more than the number of designs with more votes.
    """
    counted = [(votes.get(design, 0), design) for design in set(designs)]
    counted.sort(key=lambda each: (-each[0], lot(seed, each[1])))
    placed: list[Placed] = []
    for position, (number, design) in enumerate(counted, 1):
        same = placed and placed[-1].votes == number
        placed.append(Placed(design, number, placed[-1].rank if same else position))
    return placed


def fans_choice(order: Iterable[Placed]) -> list[Placed]:
    """Return whom the fans chose: all of rank 1, nobody when nobody got a vote."""
    return [each for each in order if each.rank == 1 and each.votes > 0]
