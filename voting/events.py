"""Facts about results and picks."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class RoundClosed(Fact):
    """A round was closed, counted and its result published."""

    contest_id: int
    round_id: int


@dataclass(frozen=True)
class WinnerPicked(Fact):
    """The artist picked; not yet public (recorded with `not_before` at the end of the undo window)."""

    contest_id: int
    pick_id: int


@dataclass(frozen=True)
class WinnerAnnounced(Fact):
    """The undo window passed: the pick stands and is public."""

    contest_id: int
    pick_id: int
    submission_id: int


@dataclass(frozen=True)
class PickVoided(Fact):
    """An announced pick was voided by its artist and an operator; the artist picks again."""

    contest_id: int
    pick_id: int


@dataclass(frozen=True)
class VotingEnds(Fact):
    """A round is about to end (recorded when it opens, with `not_before` a day before its end)."""

    contest_id: int
    kind: str
