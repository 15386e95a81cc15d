"""What a ballot says, by its kind: pure.

choices: hearts [id, …] sorted; stars [[id, 0…5], …] sorted; rank [id, …] best first; pairs [[low id, high id,
winner's id], …] sorted. trail (pairs): [low, high, winner or 0 for a skip] in the order of the voter's taps.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from contests.ways import HEARTS, PAIRS, RANK, STARS

Choices = list[Any]
LOWEST, HIGHEST = 0, 5


def values(kind: str, choices: Sequence[Any]) -> dict[int, int]:
    """Return what a ballot says of each design it names: 1, its stars, its place from 1, or the pairs it won."""
    if kind == HEARTS:
        return dict.fromkeys(choices, 1)
    if kind == STARS:
        return dict(choices)
    if kind == RANK:
        return {design: place for place, design in enumerate(choices, 1)}
    won = Counter(winner for _low, _high, winner in choices)
    return {design: won[design] for pair in choices for design in pair[:2]}


def rated(choices: Sequence[Any], design: int, stars: int | None) -> Choices:
    """Return a ballot of stars with one design rated anew, or no more (None)."""
    given = values(STARS, choices) | {design: stars}
    return [[each, given[each]] for each in sorted(given) if given[each] is not None]


def compared(trail: Sequence[Any], a: int, b: int, winner: int | None) -> Choices:
    """Return a trail with one pair compared, or skipped (None), last of all."""
    return [*uncompared(trail, a, b), [min(a, b), max(a, b), winner or 0]]


def uncompared(trail: Sequence[Any], a: int, b: int) -> Choices:
    """Return a trail without one pair."""
    return [step for step in trail if step[:2] != [min(a, b), max(a, b)]]


def met(trail: Sequence[Any], a: int, b: int) -> int | None:
    """Return who won the pair on a trail: a design's id, 0 when it was skipped, None when it was not met."""
    return next((step[2] for step in trail if step[:2] == [min(a, b), max(a, b)]), None)


def of_trail(trail: Sequence[Any]) -> Choices:
    """Return the comparisons of a trail, without what was skipped."""
    return sorted(step for step in trail if step[2])


def without(kind: str, choices: Sequence[Any], gone: Collection[int]) -> Choices:
    """Return choices, or a trail, without some designs."""
    if kind in (HEARTS, RANK):
        return [design for design in choices if design not in gone]
    named = slice(0, 1) if kind == STARS else slice(0, 2)
    return [each for each in choices if not any(design in gone for design in each[named])]


def merged(kind: str, earlier: Sequence[Any], later: Sequence[Any]) -> Choices:
    """Return two ballots (of pairs: their trails) of one voter as one: where both speak, the later one does."""
    if kind == RANK:
        return list(later or earlier)
    if kind == HEARTS:
        return sorted({*earlier, *later})
    if kind == STARS:
        given = values(STARS, earlier) | values(STARS, later)
        return [[design, given[design]] for design in sorted(given)]
    told = [step[:2] for step in later]
    return [*(step for step in earlier if step[:2] not in told), *later]


def is_sound(kind: str, choices: Any) -> bool:
    """Return whether choices have the form of their kind: for the recount, which believes no row."""
    if not isinstance(choices, list):
        return False
    if kind in (HEARTS, RANK):
        right = all(_is_id(each) for each in choices) and len(set(choices)) == len(choices)
        return right and (kind == RANK or choices == sorted(choices))
    if not all(isinstance(each, list) and all(type(part) is int for part in each) for each in choices):
        return False
    keys = [tuple(each[:1] if kind == STARS else each[:2]) for each in choices]
    form = _is_rating if kind == STARS else _is_comparison
    return all(form(each) for each in choices) and keys == sorted(set(keys))


def _is_id(value: Any) -> bool:
    return type(value) is int and value > 0


def _is_rating(each: list[int]) -> bool:
    return len(each) == 2 and LOWEST <= each[1] <= HIGHEST


def _is_comparison(each: list[int]) -> bool:
    return len(each) == 3 and each[0] < each[1] and each[2] in each[:2]


__all__ = ["HEARTS", "PAIRS", "RANK", "STARS", "Choices"]
