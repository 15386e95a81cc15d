"""Facts about print files."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class PrintFileSent(Fact):
    """A print file is stored and waits for a worker."""

    file_id: int


@dataclass(frozen=True)
class PrintFileFailed(Fact):
    """A print file could not be used; its row says why."""

    file_id: int
