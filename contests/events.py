"""Facts about contests."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class ContestPublished(Fact):
    """A contest became visible."""

    contest_id: int


@dataclass(frozen=True)
class ContestRescheduled(Fact):
    """A contest's dates changed; `change_id` is the public line that says why."""

    contest_id: int
    change_id: int


@dataclass(frozen=True)
class ContestCancelled(Fact):
    """A contest was called off, with a public reason."""

    contest_id: int


@dataclass(frozen=True)
class ContestLapsed(Fact):
    """`decide_by` passed without a pick."""

    contest_id: int


@dataclass(frozen=True)
class VotingOpened(Fact):
    """Voting began (recorded once, by the ticker)."""

    contest_id: int
