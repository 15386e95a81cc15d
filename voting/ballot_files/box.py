"""The box ballots are put into while a file is read: equal papers together, withdrawn designs left out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from voting.ballot_files.malformed import Malformed, shown
from voting.methods.election import Election, Number, Ranking, Scores

Paper = TypeVar("Paper", bound=tuple[Any, ...])


class Box:
    """Papers by design number as in the file; `election` drops what was withdrawn and names the rest."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = list(names)
        self.title = ""
        self.seats: int | None = None
        self.scale: tuple[Number, Number] | None = None
        self.withdrawn: set[int] = set()
        self.exposures: dict[int, int] = {}
        self.blank: Number = 0
        self.ranked: dict[Ranking, Number] = {}
        self.approved: dict[tuple[int, ...], Number] = {}
        self.scored: dict[tuple[tuple[int, Number], ...], Number] = {}
        self.pairs: dict[tuple[int, int], Number] = {}

    def rank(self, groups: Ranking, count: Number) -> None:
        """Put in papers that rank groups of designs."""
        self.ranked[groups] = self.ranked.get(groups, 0) + count

    def approve(self, designs: Iterable[int], count: Number) -> None:
        """Put in papers that approve designs."""
        paper = tuple(sorted(designs))
        self.approved[paper] = self.approved.get(paper, 0) + count

    def score(self, given: Mapping[int, Number], count: Number) -> None:
        """Put in papers that score designs; what isn't in `given` is blank."""
        paper = tuple(sorted(given.items()))
        self.scored[paper] = self.scored.get(paper, 0) + count

    def compare(self, better: int, worse: int, count: Number, tie: bool = False) -> None:
        """Put in comparisons of two designs; a tie is half of each."""
        share = Fraction(count, 2) if tie else count
        self.pairs[better, worse] = self.pairs.get((better, worse), 0) + share
        if tie:
            self.pairs[worse, better] = self.pairs.get((worse, better), 0) + share

    def election(self, kind: str) -> Election:
        """Return the election. Papers that say nothing (more) are counted as blank."""
        kept = [design for design in range(len(self.names)) if design not in self.withdrawn]
        new = {design: position for position, design in enumerate(kept)}
        every = unlike(self.names)
        blank = Blank(self.blank)
        return Election(
            names=tuple(every[design] for design in kept),
            kind=kind,
            ranked=blank.out_of(self._ranked(new), kind == "ranked") if kind == "ranked" or self.ranked else None,
            approved=self._spoken(new, blank) if kind == "approval" else None,
            scored=blank.out_of(self._scored(new), True) if kind == "score" else None,
            pairs=self._pairs(new) if kind == "pairs" else None,
            blank=blank.number,
            title=self.title,
            seats=self.seats,
            scale=self.scale or self._scale_seen(),
            exposures={new[design]: seen for design, seen in self.exposures.items() if design in new},
        )

    def _ranked(self, new: Mapping[int, int]) -> Counter[Ranking]:
        if len(new) == len(self.names):
            return Counter(self.ranked)
        found: Counter[Ranking] = Counter()
        for paper, count in self.ranked.items():
            groups = (tuple(new[design] for design in group if design in new) for group in paper)
            found[tuple(group for group in groups if group)] += count  # type: ignore[assignment]
        return found

    def _approved(self, new: Mapping[int, int]) -> Counter[tuple[int, ...]]:
        found: Counter[tuple[int, ...]] = Counter()
        for paper, count in self.approved.items():
            found[tuple(new[design] for design in paper if design in new)] += count  # type: ignore[assignment]
        return found

    def _spoken(self, new: Mapping[int, int], blank: "Blank") -> dict[tuple[int, ...], Number]:
        """Return the approvals; who put every design into a category has spoken, also by approving none."""
        found = self._approved(new)
        return dict(found) if self.ranked else blank.out_of(found, True)

    def _scored(self, new: Mapping[int, int]) -> Counter[Scores]:
        found: Counter[Scores] = Counter()
        for paper, count in self.scored.items():
            row: list[Number | None] = [None] * len(new)
            for design, given in paper:
                if design in new:
                    row[new[design]] = given
            found[tuple(row)] += count  # type: ignore[assignment]
        return found

    def _pairs(self, new: Mapping[int, int]) -> dict[tuple[int, int], Number]:
        return {(new[a], new[b]): count for (a, b), count in self.pairs.items() if a in new and b in new}

    def _scale_seen(self) -> tuple[Number, Number]:
        given = [score for paper in self.scored for _design, score in paper]
        return min([0, *given]), max([5, *given])


class Blank:
    """Counts the papers that say nothing while they are taken out."""

    def __init__(self, number: Number) -> None:
        self.number = number

    def out_of(self, papers: Counter[Paper], counted: bool) -> dict[Paper, Number]:
        """Return the papers that say something; the others are added to the number of blank ones if `counted`."""
        silent = [paper for paper in papers if not any(part is not None and part != () for part in paper)]
        for paper in silent:
            number = papers.pop(paper)
            self.number += number if counted else 0
        return dict(papers)


def unlike(names: list[str]) -> list[str]:
    """Return the names, those that stand more than once told apart by their number in the file."""
    often = Counter(names)
    return [name if often[name] == 1 else f"{name} (#{number})" for number, name in enumerate(names, 1)]


def once(designs: Iterable[int], names: list[str], line: int) -> None:
    """Raise Malformed when a paper names a design twice."""
    seen: set[int] = set()
    for design in designs:
        if design in seen:
            raise Malformed(line, f"the ballot names {shown(names[design])} twice")
        seen.add(design)
