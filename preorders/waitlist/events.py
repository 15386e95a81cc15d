"""Facts about the waitlist. `offered_at` (ISO) tells offers of one entry apart: a rest may be offered again."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class WaitlistOffered(Fact):
    """Pieces are kept for somebody who waited, until a deadline."""

    entry_id: int
    offered_at: str


@dataclass(frozen=True)
class WaitlistLapsed(Fact):
    """An offer was not taken in time; its pieces went on to the next."""

    entry_id: int


@dataclass(frozen=True)
class WaitlistEnded(Fact):
    """Somebody waited until the orders were fixed or the drop was called off."""

    entry_id: int
