"""A fair order for the gallery: shuffled for each reader, every third place for the least seen.

Pure. The order depends on a seed and on how often each design was shown; never on votes, dates or names.
"""

import random
from collections.abc import Mapping, Sequence

ORDERS = 64  # readers share that many orders, so that they can be kept


def fair_order(ids: Sequence[int], shown: Mapping[int, int], seed: str) -> list[int]:
    """Return all `ids` once each: two places by shuffle, then one for the least seen that is left.

    `shown` maps a design to its impressions (absent: none). Among equally little seen ones the
    shuffle decides, so that a new contest does not show the same third design to everybody.
    """
    shuffled = sorted(ids)
    random.Random(seed).shuffle(shuffled)
    place = {submission_id: at for at, submission_id in enumerate(shuffled)}
    neglected = sorted(shuffled, key=lambda i: (shown.get(i, 0), place[i]))
    order: list[int] = []
    taken: set[int] = set()
    by_luck, by_need = iter(shuffled), iter(neglected)
    while len(order) < len(shuffled):
        source = by_need if len(order) % 3 == 2 else by_luck
        following = next(i for i in source if i not in taken)
        order.append(following)
        taken.add(following)
    return order
