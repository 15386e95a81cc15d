"""A result as lines of text for a terminal."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from voting.methods.election import Number
from voting.methods.result import Result, in_words

WIDEST = 24  # designs of a matrix that still fits a terminal


def lines(result: Result) -> Iterator[str]:
    """Yield the lines: what was counted, winners, order, notes, then table, rounds, matrix."""
    title = f" - {result.title}" if result.title else ""
    yield f"{result.method} (version {result.version}){title}"
    yield f"ballots: {shown(result.ballots)}, of which blank or invalid: {shown(result.invalid)}"
    label = "winner" if len(result.winners) == 1 else "winners"
    tied = result.seats < len(result.winners)
    yield f"{label}: {in_words(result.winners) or 'nobody'}{' (tied)' if tied else ''}"
    yield from _order(result.order)
    yield from (f"note: {note}" for note in result.notes)
    yield from (f"{name}: {_cells(row)}" for name, row in result.count.table.items())
    for number, line in enumerate(result.count.rounds, 1):
        yield f"round {number}: {_cells(line)}"
    if result.count.matrix is not None and len(result.names) <= WIDEST:
        yield from _matrix(result)


def shown(value: Any) -> str:
    """Return a value for a person: fractions with up to five decimals, cut, marked when they go on."""
    if isinstance(value, Fraction):
        cut = value.numerator * 100_000 // value.denominator
        text = f"{cut // 100_000}.{cut % 100_000:05d}".rstrip("0").rstrip(".")
        return text if Fraction(cut, 100_000) == value else f"{text}…"
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return f"[{' to '.join(map(shown, value))}]" if _numbers(value) else in_words([str(each) for each in value])
    return str(value)


def _numbers(values: Any) -> bool:
    return bool(values) and all(isinstance(each, int | float | Fraction) for each in values)


def _cells(row: dict[str, Any]) -> str:
    return "; ".join(f"{key.replace('_', ' ')} {shown(value)}" for key, value in row.items() if value not in ([], None))


def _order(order: list[list[str]]) -> Iterator[str]:
    rank = 1
    for group in order:
        yield f"{rank:4d}. {' = '.join(group)}"
        rank += len(group)


def _matrix(result: Result) -> Iterator[str]:
    votes: list[list[Number]] = result.count.matrix or []
    cells = [[shown(cell) if a != b else "-" for b, cell in enumerate(row)] for a, row in enumerate(votes)]
    width = max((len(cell) for row in cells for cell in row), default=1)
    yield "ballots that prefer the row to the column:"
    for name, row in zip(result.names, cells, strict=True):
        yield f"  {' '.join(cell.rjust(width) for cell in row)}  {name}"
