"""Facts about people."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class PersonRegistered(Fact):
    """Somebody confirmed an address for the first time."""

    person_id: int


@dataclass(frozen=True)
class PersonSuspended(Fact):
    """A moderator suspended an account; `reason` is in its owner's language."""

    person_id: int
    reason: str


@dataclass(frozen=True)
class PersonReinstated(Fact):
    """A suspended account may act again; `reason` is empty when the suspension was simply taken back."""

    person_id: int
    reason: str
