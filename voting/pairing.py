"""Which two designs a fan is shown next: pure, so that the same trail and seed give the same pairs.

The least compared design comes first, against one of a part of the wall it is not yet connected with, and of
those against the least compared. After as many pairs as there are designs, less one, everything this fan
has compared hangs together. No pair comes back, compared or skipped.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

SET = 7


def upcoming(
    designs: Iterable[int], trail: Sequence[Any], seed: str, most: int, first: int | None = None
) -> list[tuple[int, int]]:
    """Return up to `most` pairs (left, right) that a trail of [low, high, winner or 0] does not have yet.

    `first` names a design that is to be in the first pair, if a pair with it is left.
    """
    order = sorted(set(designs), key=lambda design: _lot(f"{seed}|{design}"))
    met = {(step[0], step[1]) for step in trail}
    pairs: list[tuple[int, int]] = []
    while len(pairs) < most:
        pair = _next(order, met, first if not pairs else None)
        if pair is None:
            break
        met.add(pair)
        pairs.append(sided(pair, seed))
    return pairs


def sided(pair: tuple[int, int], seed: str) -> tuple[int, int]:
    """Return a pair as (left, right): which side is up to a lot, so that neither side is better."""
    low, high = min(pair), max(pair)
    return (low, high) if _lot(f"{seed}|{low}|{high}")[0] % 2 else (high, low)


def _next(order: Sequence[int], met: set[tuple[int, int]], first: int | None) -> tuple[int, int] | None:
    counts, parts = Counter(design for pair in met for design in pair), _parts(order, met)
    place = {design: number for number, design in enumerate(order)}
    for a in sorted(order, key=lambda design: (design != first, counts[design], place[design])):
        free = [b for b in order if b != a and (min(a, b), max(a, b)) not in met]
        if free:
            b = min(free, key=lambda design: (parts[design] == parts[a], counts[design], place[design]))
            return min(a, b), max(a, b)
    return None


def _parts(order: Sequence[int], met: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return for each design the name of the part it hangs together with."""
    above = {design: design for design in order}

    def top(design: int) -> int:
        while above[design] != design:
            above[design] = above[above[design]]
            design = above[design]
        return design

    for low, high in met:
        if low in above and high in above:
            above[top(low)] = top(high)
    return {design: top(design) for design in order}


def _lot(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
