"""Facts about ballots' states."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class BallotsJudged(Fact):
    """People changed the state of ballots of a round that was already counted: its result is to be revised."""

    round_id: int
