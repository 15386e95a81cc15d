"""STAR (score, then automatic run-off), version 1.

The two designs with the highest sums go into the run-off; of these wins the one more ballots score higher. A
blank counts as the lowest score.
Ties for a place in the run-off: first who is preferred on more ballots to the others tied, then who has the
most highest scores. Ties in the run-off: the higher sum, then the most highest scores. What is still tied is
drawn by a published seed; without one it is declared a tie of all who could win.
More seats: the winner is set aside and the count repeated (bloc STAR); so is the whole order made.
"""

from itertools import combinations

from voting.methods import pairwise, score
from voting.methods.election import Election, Number, merged, ranked_by_score, scale, scores
from voting.methods.pairwise import Matrix
from voting.methods.result import Count, by_lot, by_value, in_words, named

VERSION = 1


def count(election: Election, seats: int, seed: str | None) -> Count:
    """Return the count; raises DoesNotFit when the ballots hold no scores."""
    low, high = scale(election)
    seen = score.histograms(election)
    full = merged(
        (ranked_by_score(tuple(low if given is None else given for given in paper)), number)
        for paper, number in scores(election).items()
    )
    sums = {one: score.total(seen[one]) for one in seen}
    most: dict[int, Number] = {one: seen[one][high] for one in seen}
    return count_sums(election, sums, most, pairwise.of_rankings(full, len(election.names)), seats, seed)


def count_sums(
    election: Election,
    sums: dict[int, Number],
    most: dict[int, Number],
    over: Matrix,
    seats: int,
    seed: str | None,
) -> Count:
    """Return the count from the sum and the number of highest scores of each design, and the pairwise matrix.

    Of the election only the names are read. In the matrix a blank stands as the lowest score.
    """
    tally = Tally(election, sums, most, over, seed)
    left = list(range(len(election.names)))
    found = Count([])
    while left:
        top, line = tally.round(left)
        found.order.append(top)
        found.rounds.append(line)
        left = [design for design in left if design not in top]
    found.table = {election.names[one]: {"total": total} for one, total in tally.sums.items()}
    found.matrix = tally.over
    found.notes = [line["note"] for line in found.rounds[:seats] if "note" in line]
    return found


class Tally:
    """The sums, the pairs and the highest scores of an election, counted once."""

    def __init__(
        self,
        election: Election,
        sums: dict[int, Number],
        most: dict[int, Number],
        over: Matrix,
        seed: str | None,
    ) -> None:
        self.election, self.seed = election, seed
        self.sums, self.most, self.over = sums, most, over

    def round(self, left: list[int]) -> tuple[list[int], dict[str, object]]:
        """Return who wins among the designs left (several: a tie), and the line of the round."""
        if len(left) == 1:
            return left, {"winners": named(self.election, left)}
        sure, tied = self.finalists(left)
        winners = self._possible_winners(sure, tied)
        line: dict[str, object] = {
            "finalists": named(self.election, sure + tied),
            "runoff": self._runoff(sure + tied),
        }
        if len(winners) > 1:
            words = in_words(named(self.election, winners))
            line["note"] = f"{words} tie; neither preference nor highest scores decide."
            if self.seed is not None:
                winners = by_lot(self.election, winners, self.seed)[:1]
                line["note"] = f"{words} tie; {self.election.names[winners[0]]} is drawn by the seed."
        return winners, line | {"winners": named(self.election, winners)}

    def finalists(self, left: list[int]) -> tuple[list[int], list[int]]:
        """Return the sure finalists, and those no rule separates where places are left."""
        sure: list[int] = []
        tied = left
        for rule in (self._sum, self._preferred, self._most):
            values = {design: rule(design, tied) for design in tied}
            for group in by_value(values):
                if len(sure) + len(group) > 2:
                    tied = group
                    break
                sure += group
                if len(sure) == 2:
                    return sure, []
        return sure, tied

    def _sum(self, design: int, tied: list[int]) -> Number:
        return self.sums[design]

    def _preferred(self, design: int, tied: list[int]) -> Number:
        return sum((self.over[design][other] for other in tied), 0)

    def _most(self, design: int, tied: list[int]) -> Number:
        return self.most[design]

    def _possible_winners(self, sure: list[int], tied: list[int]) -> list[int]:
        """Return who wins the run-off, over all pairs that the unbroken tie leaves possible."""
        pairs = combinations(tied, 2 - len(sure)) if tied else [()]
        return sorted({winner for rest in pairs for winner in self.runoff(*sure, *rest)})

    def runoff(self, one: int, other: int) -> list[int]:
        """Return the winner of two designs; both when nothing separates them."""
        keys = {a: (self.over[a][b], self.sums[a], self.most[a]) for a, b in ((one, other), (other, one))}
        return by_value(keys)[0]

    def _runoff(self, finalists: list[int]) -> dict[str, Number] | None:
        if len(finalists) != 2:
            return None
        one, other = finalists
        names = self.election.names
        return {names[one]: self.over[one][other], names[other]: self.over[other][one]}
