"""Facts about credit."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class CreditOffered(Fact):
    """A designer offered somebody a share of a design's credit."""

    share_id: int


@dataclass(frozen=True)
class CreditAnswered(Fact):
    """The share was accepted, declined, or given up later."""

    share_id: int
