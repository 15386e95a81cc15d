"""The ballots of one election, identical papers counted together.

A paper is kept as it was marked: ties stay ties, blanks stay blanks. A method asks for the view it needs
(`rankings`, `approvals`, `scores`) and gets it converted where that makes sense; where it doesn't,
`DoesNotFit` says so in one sentence.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import TypeVar

Number = int | Fraction
Ranking = tuple[tuple[int, ...], ...]
Scores = tuple[Number | None, ...]
Paper = TypeVar("Paper", bound=Hashable)


class DoesNotFit(Exception):
    """The method can't count this kind of ballot; the message says why."""


@dataclass(frozen=True)
class Election:
    """Designs and papers; designs are numbered from 0 in the order of `names`.

    kind: how the papers were marked: approval, ranked, score or pairs.
    ranked: groups of equal rank, best first, unranked designs left out -> how many papers.
    approved: designs approved on a paper (sorted) -> how many. scored: one score or None each -> how many.
    pairs: (preferred, other) -> how many; a comparison without preference is half of each.
    blank: papers that say nothing. scale: lowest and highest score. exposures: how often a design was seen.
    """

    names: tuple[str, ...]
    kind: str
    ranked: Mapping[Ranking, Number] | None = None
    approved: Mapping[tuple[int, ...], Number] | None = None
    scored: Mapping[Scores, Number] | None = None
    pairs: Mapping[tuple[int, int], Number] | None = None
    blank: Number = 0
    title: str = ""
    seats: int | None = None
    scale: tuple[Number, Number] = (0, 5)
    exposures: Mapping[int, int] = field(default_factory=dict)

    def papers(self) -> Number:
        """Return how many papers there are, blank ones included."""
        own = {"approval": self.approved, "ranked": self.ranked, "score": self.scored, "pairs": self.pairs}
        return sum((own[self.kind] or {}).values(), 0) + self.blank

    def supported(self) -> set[int]:
        """Return the designs that at least one paper speaks for."""
        if self.kind == "pairs":
            return {better for better, _other in self.pairs or {}}
        return {design for paper in approvals(self) for design in paper}


def rankings(election: Election) -> Mapping[Ranking, Number]:
    """Return every paper as a ranking: scores by their height, approved designs tied first."""
    if election.ranked is not None:
        return election.ranked
    if election.approved is not None:
        return {(paper,): count for paper, count in election.approved.items() if paper}
    if election.scored is not None:
        return merged((ranked_by_score(paper), count) for paper, count in election.scored.items())
    raise DoesNotFit("comparisons of two designs are no rankings: count them with bradley-terry or schulze")


def approvals(election: Election) -> Mapping[tuple[int, ...], Number]:
    """Return every paper as the designs it approves: all ranked ones, or all scored above the lowest score."""
    if election.approved is not None:
        return election.approved
    if election.scored is not None:
        low = election.scale[0]
        return merged(
            (tuple(i for i, score in enumerate(paper) if score is not None and score > low), count)
            for paper, count in election.scored.items()
        )
    if election.ranked is not None:
        return merged(
            (tuple(sorted(design for group in paper for design in group)), count)
            for paper, count in election.ranked.items()
        )
    raise DoesNotFit("comparisons of two designs approve nothing: count them with bradley-terry or schulze")


def scores(election: Election) -> Mapping[Scores, Number]:
    """Return every paper as scores; an approval is 1, no approval 0."""
    if election.scored is not None:
        return election.scored
    if election.approved is None:
        raise DoesNotFit(f"{election.kind} ballots hold no scores: which design is better, not by how much")
    every = range(len(election.names))
    return {
        tuple(1 if design in chosen else 0 for design in every): count
        for chosen, count in ((frozenset(paper), count) for paper, count in election.approved.items())
    }


def scale(election: Election) -> tuple[Number, Number]:
    """Return the lowest and the highest score a paper may give."""
    return election.scale if election.scored is not None else (0, 1)


def in_units(counts: Mapping[Ranking, Number]) -> tuple[dict[Ranking, int], int]:
    """Return the counts as whole numbers of a unit, and how many units make one ballot (1 but for weights)."""
    unit = lcm(*(Fraction(count).denominator for count in counts.values())) if counts else 1
    return {paper: int(count * unit) for paper, count in counts.items()}, unit


def ranked_by_score(paper: Scores) -> Ranking:
    """Return the designs of a paper in groups of equal score, the highest first; blanks left out."""
    groups: dict[Number, list[int]] = {}
    for design, score in enumerate(paper):
        if score is not None:
            groups.setdefault(score, []).append(design)
    return tuple(tuple(groups[score]) for score in sorted(groups, reverse=True))


def merged(papers: Iterable[tuple[Paper, Number]]) -> dict[Paper, Number]:
    """Return papers that became equal counted together."""
    found: dict[Paper, Number] = {}
    for paper, count in papers:
        found[paper] = found.get(paper, 0) + count
    return found
