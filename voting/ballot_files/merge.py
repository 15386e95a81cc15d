"""Comparisons from several files counted as one."""

from collections import Counter

from voting.methods import pairwise
from voting.methods.election import DoesNotFit, Election


def with_pairs(one: Election, more: Election) -> Election:
    """Return the comparisons of both elections, designs joined by name; raises DoesNotFit if `more` has none."""
    if more.pairs is None:
        raise DoesNotFit("this file holds no comparisons of two designs")
    names = list(dict.fromkeys([*one.names, *more.names]))
    number = {name: design for design, name in enumerate(names)}
    pairs: Counter[tuple[int, int]] = Counter()
    for each in (one, more):
        votes = pairwise.matrix(each)
        for a, row in enumerate(votes):
            for b, count in enumerate(row):
                if count:
                    pairs[number[each.names[a]], number[each.names[b]]] += count  # type: ignore[assignment]
    return Election(tuple(names), "pairs", pairs=dict(pairs), blank=one.blank + more.blank, title=one.title)
