"""What a rehearsal found: one object for machines, a page of words for people."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """Filled while the story goes on; `problems` empty means that everything agrees."""

    pictures: int = 0
    accepted: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)
    comments: int = 0
    voters: int = 0
    votes: int = 0
    tally: list[dict[str, Any]] = field(default_factory=list)
    winner: dict[str, Any] | None = None
    preorders: int = 0
    pieces: int = 0
    sold_out: int = 0
    cancelled: int = 0
    mails: int = 0
    exports: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    finished: bool = False

    @property
    def consistent(self) -> bool:
        """Return whether the story came to its end and nothing disagrees."""
        return self.finished and not self.problems

    def plain(self) -> dict[str, Any]:
        """Return it as one JSON-able object."""
        return {**vars(self), "consistent": self.consistent}

    def lines(self) -> Iterator[str]:
        """Yield it in words."""
        yield f"Pictures    {self.pictures}, of which {self.accepted} accepted and {len(self.refused)} refused"
        for each in self.refused:
            yield f"            {each['file']}: {each['message']} ({each['reason']})"
        yield f"Comments    {self.comments}"
        yield f"Votes       {self.votes} by {self.voters} fans"
        for place in self.tally[:10]:
            yield f"            {place['rank']:>3}. {place['votes']:>4}  {place['file']}"
        yield (
            f"Winner      {self.winner['file']}"
            if self.winner
            else "Winner      none: there was nothing to choose from"
        )
        yield (
            f"Preorders   {self.preorders} of {self.pieces} pieces; {self.sold_out} came too late, "
            f"{self.cancelled} were cancelled"
        )
        yield f"Mails       {self.mails}"
        for path in self.exports:
            yield f"Export      {path}"
        yield f"Time        {self.seconds:.0f} seconds"
        for problem in self.problems:
            yield f"PROBLEM     {problem}"
        yield "Everything agrees." if self.consistent else "Not everything agrees: see above."
