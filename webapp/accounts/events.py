"""Facts about people."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class PersonRegistered(Fact):
    """Somebody confirmed an address for the first time."""

    person_id: int


@dataclass(frozen=True)
class PersonSuspended(Fact):
    """A moderator suspended an account; `act_id` is the moderation act."""

    person_id: int
    reason: str
