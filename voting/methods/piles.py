"""Papers in piles, each pile under the design it counts for: what run-off and transferable vote share.

A paper goes to the highest-ranked design still in the count. Where several of equal rank are still in, it is
split evenly among them; what a design loses goes on to the others of that rank before the next rank.
"""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from voting.methods.election import Number, Ranking, in_units

Paper = tuple[Ranking, int]
Slice = tuple[Ranking, int, int]  # the paper, how many such papers, the rank it counts for now


class Piles:
    """The piles of a count. Papers of equal value lie together: a value is a fraction of one ballot."""

    def __init__(self, papers: dict[Ranking, Number], designs: Iterable[int]) -> None:
        counts, unit = in_units(papers)
        self.standing = set(designs)
        self.piles: dict[int, dict[Fraction, list[Slice]]] = {design: {} for design in self.standing}
        self.kept: dict[int, Fraction] = {}
        self.exhausted: Number = Fraction(0)
        self._deal(((paper, count, 0) for paper, count in counts.items()), Fraction(1, unit))

    def votes(self, design: int) -> Fraction:
        """Return what a design has now; what it kept after its surplus went on."""
        if design in self.kept:
            return self.kept[design]
        return sum(
            (value * sum(count for _paper, count, _rank in slices) for value, slices in self.piles[design].items()),
            Fraction(0),
        )

    def remove(self, designs: Iterable[int]) -> None:
        """Take designs out of the count together and deal all their papers at the value they have."""
        gone = sorted(designs)
        self.standing.difference_update(gone)
        for design in gone:
            self._redeal(design, Fraction(1))

    def pass_on(self, design: int, surplus: Fraction) -> None:
        """Deal all papers of a closed design at their share of its surplus; it keeps the rest of its votes."""
        votes = self.votes(design)
        self.kept[design] = votes - surplus
        self._redeal(design, surplus / votes)

    def close(self, design: int) -> None:
        """Let a design get no more papers; its own stay where they are."""
        self.standing.discard(design)

    def _redeal(self, design: int, ratio: Fraction) -> None:
        pile, self.piles[design] = self.piles[design], {}
        for value, slices in pile.items():
            self._deal(slices, value * ratio)

    def _deal(self, slices: Iterable[Slice], value: Fraction) -> None:
        standing = self.standing
        dealt: dict[tuple[int, int], list[Slice]] = defaultdict(list)
        for paper, count, rank in slices:
            for place in range(rank, len(paper)):
                group = paper[place]
                if len(group) == 1:
                    if group[0] in standing:
                        dealt[group[0], 1].append((paper, count, place))
                        break
                    continue
                there = [design for design in group if design in standing]
                if there:
                    for design in there:
                        dealt[design, len(there)].append((paper, count, place))
                    break
            else:
                self.exhausted += count * value
        for (design, parts), group_slices in dealt.items():
            self.piles[design].setdefault(value / parts, []).extend(group_slices)
