"""How surprising something is, and when to believe it among many looks. Bounds, so that no chance is understated."""

import math
from collections.abc import Sequence


def at_least(count: int, of: int, chance: float) -> float:
    """Return a bound on the probability of `count` or more hits in `of` tries (Chernoff)."""
    share = count / of if of else 0.0
    if share <= chance or not of:
        return 1.0
    if chance <= 0:
        return 0.0
    against = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return math.exp(-of * (share * math.log(share / chance) + against))


def share(hits: int, of: int) -> float:
    """Return how likely a hit is in the crowd around a group: never 0, as nothing is impossible."""
    return min(1.0, (max(0, hits) + 1) / (max(0, of) + 2))


def together(chances: Sequence[float], needed: int) -> float:
    """Return the p-value of 'at least `needed` of these signals are real' (partial conjunction, any dependence)."""
    if len(chances) < needed:
        return 1.0
    return min(1.0, (len(chances) - needed + 1) * sorted(chances)[needed - 1])


def believed(chances: Sequence[float], rate: float) -> list[bool]:
    """Return which are kept when among those kept at most `rate` may be false (Benjamini and Hochberg)."""
    order = sorted(range(len(chances)), key=lambda one: chances[one])
    last = 0
    for place, one in enumerate(order, 1):
        if chances[one] <= rate * place / len(chances):
            last = place
    kept = set(order[:last])
    return [one in kept for one in range(len(chances))]


def surprise(seen: Sequence[float], expected: Sequence[float]) -> float:
    """Return how far counts are from what is expected, in standard deviations (G-test, cells below 1 left out)."""
    pairs = [(one, other) for one, other in zip(seen, expected, strict=True) if other >= 1]
    if len(pairs) < 2:
        return 0.0
    scale = sum(one for one, _ in pairs) / sum(other for _, other in pairs)
    g = 2 * sum(one * math.log(one / (other * scale)) for one, other in pairs if one and scale)
    freedom = len(pairs) - 1
    cube = math.cbrt(max(g, 0.0) / freedom)
    return (cube - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom))
