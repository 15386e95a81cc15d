"""Bradley-Terry, version 1: strengths from comparisons of two designs, with 95 % intervals.

The odds that a beats b are strength(a) : strength(b). Strengths are printed as natural logarithms, zero on
average within a group, fitted by maximum likelihood (minorisation-maximisation, finished by Newton's steps).
Intervals come from the inverse of the information matrix. Ranked ballots are read as all the comparisons they
contain; those of one ballot hang together, so that intervals are then too narrow, which is said.
Designs without a chain of comparisons between them have no common scale: each group is fitted apart, its best
share rank 1, its second-best rank 2, and it is said; what was compared with nothing stands last. Where part of
a group never lost to the rest, no finite strength fits: half a win and half a loss against an average design are
then added for each design of that group, and it is said.
"""

from dataclasses import dataclass
from itertools import zip_longest
from math import exp, fsum, log, sqrt

from voting.methods import pairwise
from voting.methods.components import compared, every_one_can_lose
from voting.methods.election import DoesNotFit, Election
from voting.methods.linear import Square, inverse, times
from voting.methods.pairwise import Matrix
from voting.methods.result import Count, Order, in_words, named
from voting.methods.shrunk import Z

VERSION = 1
EQUAL = 1e-7  # logarithms nearer than this are a tie: the fit is exact to 1e-10 or so
LARGEST = 300  # designs for which intervals are worked out
PHANTOM = 0.5


@dataclass(frozen=True)
class Fit:
    """The strengths of a group (natural logarithms, zero on average) and their standard errors."""

    strengths: dict[int, float]
    errors: dict[int, float]
    steadied: bool


def count(election: Election, seats: int, seed: str | None) -> Count:
    """Return the count."""
    votes = pairwise.matrix(election)
    groups = compared(votes)
    fits = [fit(votes, group) for group in groups]
    table = {election.names[one]: _row(found, one) for found in fits for one in found.strengths}
    in_order = {name: table[name] for name in election.names}
    more = {"groups": [named(election, group) for group in groups]}
    return Count(_order(fits), notes=_notes(election, groups, fits), table=in_order, matrix=votes, more=more)


def fit(votes: Matrix, group: list[int]) -> Fit:
    """Return the strengths within one group of designs that hang together.

    Raises DoesNotFit when the numbers of comparisons are too far apart for decimals to hold them.
    """
    steadied = len(group) > 1 and not every_one_can_lose(votes, group)
    wins = [[float(votes[a][b]) for b in group] for a in group]
    phantom = PHANTOM if steadied else 0.0
    if len(group) == 1:
        return Fit({group[0]: 0.0}, {}, False)
    try:
        logs = _newton(wins, _minorise(wins, phantom), phantom)
        errors = _errors(wins, logs, phantom) if len(group) <= LARGEST else []
    except ValueError:
        raise DoesNotFit("some pairs were compared so much more often than others that no strengths follow") from None
    return Fit(dict(zip(group, logs, strict=True)), dict(zip(group, errors, strict=False)), steadied)


def _minorise(wins: Square, phantom: float, steps: int = 100) -> list[float]:
    """Return rough strengths: each step sets a strength to wins over the sum of n / (own + other)."""
    every = range(len(wins))
    won = [fsum(wins[a]) + phantom for a in every]
    games = [[(b, wins[a][b] + wins[b][a]) for b in every if a != b and wins[a][b] + wins[b][a]] for a in every]
    strengths = [1.0 for _ in every]
    for _ in range(steps):
        strengths = [
            won[a] / (fsum(n / (strengths[a] + strengths[b]) for b, n in games[a]) + 2 * phantom / (strengths[a] + 1.0))
            for a in every
        ]
        if not phantom:
            scale = exp(fsum(log(each) for each in strengths) / len(strengths))
            strengths = [each / scale for each in strengths]
    return _centred([log(each) for each in strengths]) if not phantom else [log(each) for each in strengths]


def _newton(wins: Square, logs: list[float], phantom: float, steps: int = 60) -> list[float]:
    """Return the strengths at the maximum of the likelihood; a step is halved while it overshoots."""
    if len(logs) > LARGEST:
        return _centred(_minorise(wins, phantom, 1000))
    for _ in range(steps):
        slope = _slope(wins, logs, phantom)
        step = times(inverse(_information(wins, logs, phantom)), slope)
        largest = max(map(abs, step))
        factor = 1.0 if largest < 1.0 else 1.0 / largest
        logs = [value + factor * move for value, move in zip(logs, step, strict=True)]
        if largest < 1e-12:
            break
    return _centred(logs)


def _chance(one: float, other: float) -> float:
    return 1.0 / (1.0 + exp(other - one))


def _slope(wins: Square, logs: list[float], phantom: float) -> list[float]:
    every = range(len(logs))
    return [
        fsum(wins[a][b] - (wins[a][b] + wins[b][a]) * _chance(logs[a], logs[b]) for b in every if a != b)
        + phantom
        - 2 * phantom * _chance(logs[a], 0.0)
        for a in every
    ]


def _information(wins: Square, logs: list[float], phantom: float) -> Square:
    """Return the information; without a phantom 1/n is added in each cell: it fixes the free zero of the scale."""
    every = range(len(logs))
    found = [[0.0 for _ in every] for _ in every]
    for a in every:
        for b in every:
            if a != b and (games := wins[a][b] + wins[b][a]):
                weight = games * _chance(logs[a], logs[b]) * _chance(logs[b], logs[a])
                found[a][a] += weight
                found[a][b] -= weight
        found[a][a] += 2 * phantom * _chance(logs[a], 0.0) * _chance(0.0, logs[a])
    if not phantom:
        found = [[value + 1.0 / len(logs) for value in row] for row in found]
    return found


def _errors(wins: Square, logs: list[float], phantom: float) -> list[float]:
    spread = inverse(_information(wins, logs, phantom))
    free = 0.0 if phantom else 1.0 / len(logs)
    return [sqrt(max(0.0, row[i] - free)) for i, row in enumerate(spread)]


def _centred(logs: list[float]) -> list[float]:
    middle = fsum(logs) / len(logs)
    return [value - middle for value in logs]


def _row(found: Fit, design: int) -> dict[str, object]:
    strength = found.strengths[design]
    row: dict[str, object] = {"strength": round(strength, 6)}
    if design in found.errors:
        half = Z * found.errors[design]
        row["interval"] = [round(strength - half, 6), round(strength + half, 6)]
    return row


def _order(fits: list[Fit]) -> Order:
    alone = sorted(design for found in fits if len(found.strengths) == 1 for design in found.strengths)
    steps = zip_longest(*(_groups(found) for found in fits if len(found.strengths) > 1), fillvalue=())
    merged = [sorted(design for group in step for design in group) for step in steps]
    return [*merged, alone] if alone else merged


def _groups(found: Fit) -> Order:
    order: Order = []
    last = 0.0
    for design, strength in sorted(found.strengths.items(), key=lambda each: (-each[1], each[0])):
        if order and last - strength < EQUAL:
            order[-1].append(design)
        else:
            order.append([design])
        last = strength
    return order


def _notes(election: Election, groups: list[list[int]], fits: list[Fit]) -> list[str]:
    notes = []
    if len(groups) > 1:
        apart = "; ".join(in_words(named(election, group)) for group in groups)
        notes.append(f"Comparisons do not connect all designs, so groups have no common scale: {apart}.")
    for group, found in zip(groups, fits, strict=True):
        if found.steadied:
            words = in_words(named(election, group))
            notes.append(
                f"Among {words} some never lost to the rest: half a win and half a loss against an average "
                "design were added for each."
            )
    if election.pairs is None:
        notes.append("Comparisons were read from whole ballots and hang together: the intervals are too narrow.")
    if any(len(group) > LARGEST for group in groups):
        notes.append(f"More than {LARGEST} designs: no intervals.")
    return notes
