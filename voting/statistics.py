"""What a round's ballots add up to: gathered one ballot at a time, so that memory stays flat. Pure.

Everything but run-off and transferable vote is counted from sums alone (votes, histograms, a pairwise matrix);
those two keep the papers, identical ones together. Designs that left are passed over: what stands behind them
on a ranked ballot moves up.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from contests.ways import HEARTS, PAIRS, RANK, STARS, kind_of
from voting.marks import HIGHEST, Choices
from voting.methods import pairwise
from voting.methods.pairwise import Matrix

KEEPING_PAPERS = frozenset({"irv", "stv"})
WITH_MATRIX = frozenset({"star", "borda", "schulze-wv", "schulze-margins", "bradley-terry"})
DISTINCT = 20000  # papers held before they are added to the matrix


class Statistics:
    """The sums over ballots of one round; designs are numbered from 0 in the order of `designs` (ids, sorted).

    ballots: how many of those gathered say something of a design still in. set_aside: marks for designs that left.
    votes: per design how many ballots speak for it (hearts, more than 0 stars, a place; of pairs: how many it won).
    histograms: per design how many gave 0…5 stars. positions: per design how many put it first, second, ….
    papers: orders of designs, for the methods that need them.
    """

    def __init__(self, method: str, designs: Iterable[int]) -> None:
        self.method, self.way = method, kind_of(method)
        self.designs = tuple(sorted(designs))
        self.index = {design: place for place, design in enumerate(self.designs)}
        size = len(self.designs)
        self.ballots = self.set_aside = 0
        self.votes = [0] * size
        self.histograms = [[0] * (HIGHEST + 1) for _ in range(size)] if self.way == STARS else []
        self.positions: list[list[int]] = [[] for _ in range(size)] if self.way == RANK else []
        self.papers: Counter[tuple[Any, ...]] = Counter()
        self._matrix: Matrix = [[0] * size for _ in range(size)] if method in WITH_MATRIX else []

    @classmethod
    def of_totals(cls, designs: Iterable[int], totals: dict[int, int]) -> "Statistics":
        """Return the sums of a round of hearts from its folded totals."""
        self = cls("approval", designs)
        self.votes = [totals.get(design, 0) for design in self.designs]
        self.set_aside = sum(votes for design, votes in totals.items() if design not in self.index)
        return self

    def gather(self, ballots: Iterable[Choices]) -> "Statistics":
        """Add ballots, each as its choices."""
        add = {HEARTS: self._hearts, STARS: self._stars, RANK: self._order, PAIRS: self._pairs}[self.way]
        keeps = self.method in KEEPING_PAPERS
        for choices in ballots:
            self.ballots += bool(add(choices))
            if len(self.papers) >= DISTINCT and not keeps:
                self._settle()
        return self

    @property
    def matrix(self) -> Matrix:
        """Return on how many ballots the row's design stands before the column's; empty where no method asks."""
        self._settle()
        return self._matrix

    def as_json(self) -> dict[str, Any]:
        """Return the sums as they are published: enough to count again, and no ballot."""
        found: dict[str, Any] = {"designs": list(self.designs), "votes": self.votes}
        if self.histograms:
            found["histograms"] = self.histograms
        if self.positions:
            places = max(map(len, self.positions), default=0)
            found["positions"] = [row + [0] * (places - len(row)) for row in self.positions]
        if self.matrix:
            found["matrix"] = self.matrix
        return found

    def _hearts(self, choices: Choices) -> bool:
        here = self._here(choices)
        for design in here:
            self.votes[design] += 1
        return bool(here)

    def _stars(self, choices: Choices) -> bool:
        heights: list[list[int]] = [[] for _ in range(HIGHEST + 1)]
        for design, stars in choices:
            place = self.index.get(design)
            if place is None:
                self.set_aside += 1
                continue
            self.histograms[place][stars] += 1
            self.votes[place] += stars > 0
            heights[stars].append(place)
        if self._matrix:
            # No stars and no mark are the same height, before nothing: left out, they are tied last.
            self.papers[tuple(tuple(group) for group in reversed(heights[1:]) if group)] += 1
        return any(heights)

    def _order(self, choices: Choices) -> bool:
        here = self._here(choices)
        for position, design in enumerate(here):
            row = self.positions[design]
            row.extend([0] * (position + 1 - len(row)))
            row[position] += 1
            self.votes[design] += 1
        self.papers[tuple((design,) for design in here)] += 1
        return bool(here)

    def _pairs(self, choices: Choices) -> bool:
        counted = False
        for low, high, winner in choices:
            one, other = self.index.get(low), self.index.get(high)
            if one is None or other is None:
                self.set_aside += 1
                continue
            better, worse = (one, other) if winner == low else (other, one)
            self._matrix[better][worse] += 1
            self.votes[better] += 1
            counted = True
        return counted

    def _here(self, choices: Sequence[int]) -> list[int]:
        here = [self.index[design] for design in choices if design in self.index]
        self.set_aside += len(choices) - len(here)
        return here

    def _settle(self) -> None:
        if not self.papers or not self._matrix or self.method in KEEPING_PAPERS:
            return
        more = pairwise.of_rankings(self.papers, len(self.designs))
        for mine, added in zip(self._matrix, more, strict=True):
            mine[:] = [old + new for old, new in zip(mine, added, strict=True)]
        self.papers.clear()
