"""Facts about finalists' kits."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class KitWanted(Fact):
    """A kit waits for a worker."""

    kit_id: int


@dataclass(frozen=True)
class KitMade(Fact):
    """A kit's files stand."""

    kit_id: int
