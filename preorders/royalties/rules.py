"""What is owed, and to whom. Pure: integer minor units, basis points (10000 is the whole).

royalty of a drop = pieces x amount for a piece + net x rate, rounded half up to the minor unit;
net = what buyers pay for the pieces of the edition without tax and shipping. Shares divide it by the largest
remainder, so that the parts always add up to the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.kernel.money import split

WHOLE = 10_000


@dataclass(frozen=True)
class Sold:
    """Pieces of the edition sold, and what was paid for them without tax."""

    pieces: int
    net_minor: int


@dataclass(frozen=True)
class Terms:
    """What a drop pays: for each piece, and of the net price."""

    royalty_minor: int
    royalty_bp: int

    @property
    def any(self) -> bool:
        """Return whether anything is paid at all."""
        return bool(self.royalty_minor or self.royalty_bp)


@dataclass(frozen=True)
class Part:
    """Somebody's part of a royalty."""

    person_id: int
    role: str
    share_bp: int
    amount_minor: int


def owed(sold: Sold, terms: Terms) -> int:
    """Return the royalty of a drop in minor units; 0 for nothing sold."""
    of_net = (2 * max(0, sold.net_minor) * terms.royalty_bp + WHOLE) // (2 * WHOLE)
    return sold.pieces * terms.royalty_minor + of_net


def parts(sold: Sold, terms: Terms, shares: Sequence[tuple[int, str, int]]) -> list[Part]:
    """Divide what is owed by shares of (person, role, basis points), in their order; the parts add up to `owed`."""
    if sum(share for _person, _role, share in shares) != WHOLE:
        raise ValueError("shares must add up to the whole")
    amounts = split(owed(sold, terms), [share for _person, _role, share in shares])
    return [Part(*share, amount) for share, amount in zip(shares, amounts, strict=True)]
