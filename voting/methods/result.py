"""What a count says: winners, order, ties in words, and the rounds or the matrix behind it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from voting.methods.election import Election, Number

Order = list[list[int]]


@dataclass
class Count:
    """A count in numbers of designs: the order (tied designs in one group) and what stands behind it.

    winners: set by methods that elect (run-off, transferable vote); None takes them from the order.
    notes: sentences. rounds, table: rows of a stage or of a design, ready to print. matrix: votes of row over column.
    """

    order: Order
    winners: list[int] | None = None
    notes: list[str] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)
    table: dict[str, dict[str, Any]] = field(default_factory=dict)
    matrix: list[list[Number]] | None = None
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """A count in names, as it is printed and published."""

    method: str
    version: int
    title: str
    seats: int
    winners: list[str]
    order: list[list[str]]
    ballots: Number
    invalid: Number
    notes: list[str]
    count: Count
    names: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain values; a fraction is the text 'p/q'."""
        found: dict[str, Any] = {
            "method": self.method,
            "version": self.version,
            "title": self.title,
            "seats": self.seats,
            "winners": self.winners,
            "order": self.order,
            "tied": [group for group in self.order if len(group) > 1],
            "ballots": plain(self.ballots),
            "invalid": plain(self.invalid),
            "counted": plain(self.ballots - self.invalid),
            "notes": self.notes,
        }
        if self.count.table:
            found["table"] = plain(self.count.table)
        if self.count.rounds:
            found["rounds"] = plain(self.count.rounds)
        if self.count.matrix is not None:
            found["matrix"] = {"designs": list(self.names), "votes": plain(self.count.matrix)}
        found.update(plain(self.count.more))
        return found


def plain(value: Any) -> Any:
    """Return a value JSON can hold: whole numbers as such, other fractions as 'p/q'."""
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def by_value(values: Mapping[int, Any]) -> Order:
    """Return the designs in groups of equal value, the highest first, each group by number."""
    heights = sorted(set(values.values()), reverse=True)
    groups: dict[Any, list[int]] = {height: [] for height in heights}
    for design in sorted(values):
        groups[values[design]].append(design)
    return [groups[height] for height in heights]


def lot(seed: str, name: str) -> str:
    """Return the lot of a design: the hexadecimal SHA-256 of 'seed|name'. The lowest is drawn first."""
    return hashlib.sha256(f"{seed}|{name}".encode()).hexdigest()


def by_lot(election: Election, designs: Iterable[int], seed: str) -> list[int]:
    """Return designs in the order in which they are drawn."""
    return sorted(designs, key=lambda design: lot(seed, election.names[design]))


def named(election: Election, designs: Iterable[int]) -> list[str]:
    """Return the names of designs."""
    return [election.names[design] for design in designs]


def in_words(names: Sequence[str]) -> str:
    """Return names as a list in words: 'A, B and C'."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
