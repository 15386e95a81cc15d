"""Who goes on to the artist (or to the final round): pure.

The shortlist has `size` places. Everybody tied at the last place is admitted while that makes no more
than twice the size; beyond that the places left up to `size` are drawn among the tied, by the lots of
the contest's seed, whose hash was published before anybody had voted. A design without a vote is
never a finalist, unless no design has one: then all stand equal at rank 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from voting.tally import Placed, lot


@dataclass(frozen=True)
class Finalist:
    """A design on the shortlist; `drawn` when the draw put it there."""

    placed: Placed
    drawn: bool = False


@dataclass(frozen=True)
class Draw:
    """A draw that was needed: how many places, between whom (in the order of their lots), who got one."""

    places: int
    tied: tuple[int, ...]
    admitted: tuple[int, ...]


@dataclass(frozen=True)
class Shortlist:
    """The finalists in order, and the draw if there was one."""

    finalists: tuple[Finalist, ...]
    draw: Draw | None = None


def shortlist(order: Sequence[Placed], size: int, seed: str) -> Shortlist:
    """Return the shortlist of a counted order (as `tally.approval` returns it)."""
    with_votes = [each for each in order if each.votes > 0]
    chosen: list[Finalist] = []
    for _rank, group in groupby(with_votes or order, key=lambda each: each.rank):
        tied = list(group)
        if len(chosen) + len(tied) > 2 * size:
            return _drawn(chosen, tied, size - len(chosen), seed)
        chosen += [Finalist(each) for each in tied]
        if len(chosen) >= size:
            break
    return Shortlist(tuple(chosen))


def _drawn(chosen: list[Finalist], tied: list[Placed], places: int, seed: str) -> Shortlist:
    by_lot = sorted(tied, key=lambda each: lot(seed, each.submission_id))
    admitted = by_lot[:places]
    draw = Draw(places, _ids(by_lot), _ids(admitted))
    return Shortlist((*chosen, *(Finalist(each, drawn=True) for each in admitted)), draw)


def _ids(placed: Sequence[Placed]) -> tuple[int, ...]:
    return tuple(each.submission_id for each in placed)


def ending(designs: int, votes: int, size: int) -> str:
    """Return which ordinary or odd end a round had: the result page says it in words.

    One of no-designs, one-design, no-votes, few-designs (no more than the shortlist has places), counted.
    """
    if designs == 0:
        return "no-designs"
    if designs == 1:
        return "one-design"
    if votes == 0:
        return "no-votes"
    return "few-designs" if designs <= size else "counted"
