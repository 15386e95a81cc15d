"""In which order a visitor meets the designs, and how even that turned out. Pure.

The order depends on a seed and on how often designs were seen; never on votes, dates or names. docs/fairness.md
says why it is made like this, with figures.
"""

import math
import random
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

SPAN = 13  # how many cards a visitor looks at on average, of a page of them
WHOLE = 100  # the weight of the first card of a page, and of a card alone
NEGLECTED = 8  # the least-seen places draw from an eighth of the designs,
FEWEST = 4  # but from four at least
FLOOR = 0.75  # no design is to be shown less often than this share of the average
STRETCH = 0.25  # the last part of a round, in which designs below the floor go first


def weight(place: int) -> int:
    """Return how many of a hundred visitors look at the card at `place` (from 0) of the page they got."""
    return round(WHOLE * math.exp(-place / SPAN))


def fair_order(
    ids: Collection[int], looks: Mapping[int, int], seed: str, behind: Collection[int] = frozenset()
) -> list[int]:
    """Return all `ids` once each: two places by shuffle, then one for the least-seen that is left.

    `looks` maps a design to how often it was looked at (absent: never). The least-seen places draw from the
    least-seen eighth by lot, so that a crowd of one minute isn't all sent to the same design. As long as one of
    `behind` is left, two of three places are for these.
    """
    shuffled = sorted(ids)
    random.Random(seed).shuffle(shuffled)
    by_luck, by_need = iter(shuffled), iter(_by_need(shuffled, looks))
    first = iter([each for each in shuffled if each in behind])
    order: dict[int, None] = {}
    while len(order) < len(shuffled):
        turn = len(order) % 3
        sources = [by_need, by_luck] if turn == 2 else [by_luck]
        if turn != 0:
            sources.insert(0, first)
        order[next(each for source in sources for each in source if each not in order)] = None
    return list(order)


def floor_of(shown: Collection[int]) -> int:
    """Return how often every design is to be shown at least, by how often all were."""
    return math.floor(FLOOR * sum(shown) / len(shown)) if shown else 0


def below_floor(shown: Mapping[int, int]) -> frozenset[int]:
    """Return the designs that were shown less often than the floor."""
    floor = floor_of(shown.values())
    return frozenset(each for each, count in shown.items() if count < floor)


def in_last_stretch(begins: datetime | None, ends: datetime | None, now: datetime) -> bool:
    """Return whether a round is in its last part."""
    return begins is not None and ends is not None and ends - STRETCH * (ends - begins) <= now < ends


def gini(counts: Collection[int]) -> float:
    """Return how unevenly something is spread: 0 when all have the same, near 1 when one has everything."""
    ordered, whole, size = sorted(counts), sum(counts), len(counts)
    if not whole:
        return 0.0
    return sum((2 * at - size + 1) * count for at, count in enumerate(ordered)) / (size * whole)


def spread(counts: Collection[int]) -> float | None:
    """Return the 95th percentile divided by the 5th; None where the latter is 0."""
    ordered = sorted(counts)
    if not ordered or not (low := _percentile(ordered, 0.05)):
        return None
    return _percentile(ordered, 0.95) / low


def _by_need(shuffled: Sequence[int], looks: Mapping[int, int]) -> list[int]:
    """Return designs by how seldom they were seen, shuffled within blocks of an eighth."""
    place = {each: at for at, each in enumerate(shuffled)}
    ordered = sorted(shuffled, key=lambda each: (looks.get(each, 0), place[each]))
    size = max(FEWEST, len(ordered) // NEGLECTED)
    blocks = (ordered[start : start + size] for start in range(0, len(ordered), size))
    return [each for block in blocks for each in sorted(block, key=place.__getitem__)]


def _percentile(ordered: Sequence[int], share: float) -> int:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
