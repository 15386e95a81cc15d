"""The gallery's order is fair: everything once, the neglected brought forward, stable by seed."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from webapp.insights.order import fair_order


@given(st.sets(st.integers(1, 10_000), max_size=80), st.text(max_size=8))
def test_every_design_once_and_the_same_for_the_same_seed(ids: set[int], seed: str) -> None:
    order = fair_order(list(ids), {}, seed)
    assert sorted(order) == sorted(ids)
    assert order == fair_order(sorted(ids, reverse=True), {}, seed)


def test_every_third_place_is_the_least_seen() -> None:
    shown = dict.fromkeys(range(30), 1000) | {7: 0, 19: 1}
    order = fair_order(range(30), shown, "seed")
    assert 7 in order[:3]
    assert 19 in order[:6]


def _gini(counts: list[int]) -> float:
    ordered, total = sorted(counts), sum(counts)
    n = len(ordered)
    return sum((2 * i - n + 1) * c for i, c in enumerate(ordered)) / (n * total)


def test_exposure_is_even_over_many_visits() -> None:
    """600 visits to 60 designs, each visitor seeing about 13: the spread stays small (Gini and p95/p5)."""
    luck = random.Random(1)
    shown: Counter[int] = Counter()
    for visit in range(600):
        for submission_id in fair_order(range(60), shown, str(visit % 64))[: max(1, int(luck.expovariate(1 / 13)))]:
            shown[submission_id] += 1
    counts = sorted(shown[i] for i in range(60))
    assert _gini(counts) <= 0.05
    assert counts[56] / counts[3] <= 1.3
