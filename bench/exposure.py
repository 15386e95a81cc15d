"""`python -m bench.exposure`: how evenly designs are seen, and whether votes follow appeal, by the order they hang in.

Simulated visitors, the real functions: the order comes from `voting.fair`, counted as `voting.exposure` counts it
(whole pages of 24 by place, known a minute later). The others are there to compare. docs/fairness.md has the table.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from voting import fair

ORDERS, PAGE, HEARTS = 64, 24, 5
WAYS = ("oldest first", "popular first", "plain shuffle", "fair")


@dataclass(frozen=True)
class Crowd:
    """Who comes: so many visits to so many designs, so many a minute; each looks at `span` cards on average."""

    visits: int
    designs: int
    a_minute: float
    seed: int = 1
    span: float = 13.0


@dataclass(frozen=True)
class Found:
    """How it turned out: unevenness of looks, 95th by 5th percentile, rank correlation of appeal and votes."""

    gini: float
    spread: float
    appeal: float


@dataclass
class Wall:
    """What is counted of each design: cards looked at (which nobody knows), the estimate of it, and votes."""

    size: int
    seen: list[int] = field(default_factory=list)
    looks: dict[int, int] = field(default_factory=dict)
    votes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seen, self.votes = [0] * self.size, [0] * self.size
        self.looks = dict.fromkeys(range(self.size), 0)


def simulate(crowd: Crowd, way: str) -> Found:
    """Let the crowd visit; return how it turned out. The same crowd and way give the same."""
    luck, wall = random.Random(crowd.seed), Wall(crowd.designs)
    appeal = [luck.betavariate(2, 5) for _ in range(crowd.designs)]
    kept: dict[int, list[int]] = {}
    minute = -1
    for visit in range(crowd.visits):
        if minute != int(visit / crowd.a_minute):
            minute, kept, known = int(visit / crowd.a_minute), {}, dict(wall.looks)
        seed = luck.randrange(ORDERS)
        if seed not in kept:
            kept[seed] = _order(way, wall, known, f"{seed}:{minute}", seed)
        _visit(wall, kept[seed], appeal, max(1, round(luck.expovariate(1 / crowd.span))), luck)
    spread = fair.spread(wall.seen)
    return Found(fair.gini(wall.seen), float("inf") if spread is None else spread, _ranks_agree(appeal, wall.votes))


def _order(way: str, wall: Wall, known: dict[int, int], seed: str, number: int) -> list[int]:
    ids = list(range(wall.size))
    if way == "fair":
        return fair.fair_order(ids, known, seed)
    if way == "popular first":
        return sorted(ids, key=lambda each: (-wall.votes[each], each))
    if way == "plain shuffle":
        random.Random(number).shuffle(ids)
    return ids


def _visit(wall: Wall, order: list[int], appeal: Sequence[float], span: int, luck: random.Random) -> None:
    """One visitor: pages come until they have looked enough; of what they saw, the best get their hearts."""
    pages = -(-min(span, wall.size) // PAGE)
    for place, design in enumerate(order[: pages * PAGE]):
        wall.looks[design] += fair.weight(place % PAGE)
    liked = [design for design in order[:span] if luck.random() < appeal[design]]
    for design in order[:span]:
        wall.seen[design] += 1
    for design in sorted(liked, key=lambda each: appeal[each] + luck.gauss(0, 0.15), reverse=True)[:HEARTS]:
        wall.votes[design] += 1


def _ranks_agree(appeal: Sequence[float], votes: Sequence[int]) -> float:
    """Return Spearman's rank correlation; ties share the mean rank."""
    return statistics.correlation(_ranks(appeal), _ranks(votes))


def _ranks(values: Sequence[float]) -> list[float]:
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values)):
        places.setdefault(value, []).append(place)
    return [statistics.mean(places[value]) for value in values]


CROWDS = (
    ("600 visits, 60 designs, 10 a minute", Crowd(600, 60, 10)),
    ("600 visits, 60 designs, 60 a minute", Crowd(600, 60, 60)),
    ("6,000 visits, 300 designs, 20 a minute", Crowd(6000, 300, 20)),
)
RUNS = 5


def main() -> int:
    """Print the table: the mean of five seeded runs of each crowd and order."""
    print("| crowd | order | Gini of looks | p95/p5 | appeal and votes |\n|---|---|---|---|---|")
    for title, crowd in CROWDS:
        for way in WAYS:
            runs = [
                simulate(Crowd(crowd.visits, crowd.designs, crowd.a_minute, seed), way) for seed in range(1, RUNS + 1)
            ]
            figures = [statistics.mean(getattr(run, name) for run in runs) for name in ("gini", "spread", "appeal")]
            print(f"| {title} | {way} | {figures[0]:.3f} | {figures[1]:.2f} | {figures[2]:.2f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
