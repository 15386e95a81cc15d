"""Facts about suggestions."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class SuggestionDecided(Fact):
    """The designer accepted or declined a suggestion."""

    comment_id: int


@dataclass(frozen=True)
class SuggestionDone(Fact):
    """A revision has what was suggested."""

    comment_id: int
