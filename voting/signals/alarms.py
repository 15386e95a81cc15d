"""Designs by how unlike everybody else's support theirs is: where to look for what no rule can hold."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from voting.signals import odds
from voting.signals.voters import Crowd, Voter

DAY, HOUR = 86400.0, 3600.0
ENOUGH = 20  # fewer supporters say nothing
CELLS = 24


@dataclass(frozen=True)
class Alarm:
    """A design and how odd its support is; `parts` says by which measure, in standard deviations."""

    design: int
    score: float
    backers: int
    held: int
    parts: dict[str, float]


def ranked(crowd: Crowd, held: Mapping[int, str]) -> list[Alarm]:
    """Return the designs, the oddest first. Support that came by a design's own link is explained and left out."""
    found = []
    # A ballot that names many designs stands behind each of them, so it weighs as many times.
    usual = {name: _weighed(crowd, cell) for name, cell in CELLS_OF.items()}
    for design, backers in sorted(crowd.backers.items()):
        plain = [each for each in backers if design not in each.links]
        if len(plain) < ENOUGH:
            continue
        caught = sum(each.ballot in held for each in backers)
        parts = {name: _unlike(plain, usual[name], cell) for name, cell in CELLS_OF.items()}
        parts["company"] = _company(crowd, design, plain)
        parts["even"] = _even(plain)
        parts["held"] = 10.0 * caught**0.5
        parts = {name: round(max(0.0, value), 2) for name, value in parts.items()}
        found.append(Alarm(design, round(sum(parts.values()), 2), len(backers), caught, parts))
    return sorted(found, key=lambda alarm: (-alarm.score, alarm.design))


def _weighed(crowd: Crowd, cell: Callable[[Voter], object]) -> Counter[object]:
    found: Counter[object] = Counter()
    for each in crowd.voters:
        found[cell(each)] += len(each.names)
    return found


def _age(voter: Voter) -> str:
    for name, hours in (("hour", 1), ("day", 24), ("week", 168), ("month", 720), ("half year", 4320)):
        if voter.age <= hours:
            return name
    return "older"


CELLS_OF: dict[str, Callable[[Voter], object]] = {
    "hours": lambda voter: int(voter.at % DAY // HOUR),
    "programs": lambda voter: voter.agent,
    "mailboxes": lambda voter: voter.domain,
    "ages": _age,
    "width": lambda voter: min(len(voter.names), 12),
    "scores": lambda voter: voter.extreme,
}


def _unlike(backers: list[Voter], usual: Counter[object], cell: Callable[[Voter], object]) -> float:
    """Return how far the backers' cells are from everybody else's; rare cells are taken together."""
    mine = Counter(map(cell, backers))
    cells = [key for key, _ in sorted(usual.items(), key=lambda item: (-item[1], str(item[0])))[: CELLS - 1]]
    return _distance(mine, usual, cells, len(backers))


def _distance(mine: Counter[object], usual: Counter[object], cells: Iterable[object], whole: int) -> float:
    rest = sum(usual.values()) - sum(mine.values())
    if rest <= 0:
        return 0.0
    cells = list(cells)
    seen = [float(mine[key]) for key in cells] + [float(sum(mine.values()) - sum(mine[key] for key in cells))]
    others = [float(usual[key] - mine[key]) for key in cells]
    others.append(float(rest - sum(others)))
    return odds.surprise(seen, [(other + 0.5) / rest * sum(mine.values()) for other in others])


def _company(crowd: Crowd, design: int, backers: list[Voter]) -> float:
    """Return how unlike the other designs on these ballots are to those on all ballots that name more than one."""
    mine: Counter[object] = Counter(name for each in backers for name in each.names if name != design)
    usual: Counter[object] = Counter(crowd.support)
    del usual[design]
    cells = [key for key, _ in sorted(usual.items(), key=lambda item: (-item[1], str(item[0])))[: CELLS - 1]]
    return _distance(mine, usual, cells, len(backers))


def _even(backers: list[Voter]) -> float:
    """Return how much more regular than by chance the gaps between ballots are (a dispersion of one is chance)."""
    gaps = [later.at - earlier.at for earlier, later in pairwise(backers)]
    mean = sum(gaps) / len(gaps) if gaps else 0.0
    if len(gaps) < ENOUGH or mean <= 0:
        return 0.0
    spread = sum((gap - mean) ** 2 for gap in gaps) / len(gaps) / mean**2
    return float((1 - spread) * len(gaps) ** 0.5)
