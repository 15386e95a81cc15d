"""Facts about mentions."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class PeopleMentioned(Fact):
    """An author has changed a comment, and it names people it did not name before."""

    comment_id: int
