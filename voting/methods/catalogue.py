"""The methods by name, and one count of one election."""

from collections.abc import Callable
from dataclasses import dataclass

from voting.methods import approval, borda, bradley_terry, irv, places, schulze, score, star, stv
from voting.methods.election import Election
from voting.methods.result import Count, Result, named

Counter = Callable[[Election, int, str | None], Count]


@dataclass(frozen=True)
class Method:
    """A method: its name, its version, its function, and its rules in one paragraph."""

    name: str
    version: int
    count: Counter
    rules: str


METHODS = {
    method.name: method
    for method in (
        Method("approval", approval.VERSION, approval.count, approval.__doc__ or ""),
        Method("score", score.VERSION, score.count, score.__doc__ or ""),
        Method("star", star.VERSION, star.count, star.__doc__ or ""),
        Method("borda", borda.VERSION, borda.count, borda.__doc__ or ""),
        Method("irv", irv.VERSION, irv.count, irv.__doc__ or ""),
        Method("schulze-wv", schulze.VERSION, schulze.winning_votes, schulze.__doc__ or ""),
        Method("schulze-margins", schulze.VERSION, schulze.margins, schulze.__doc__ or ""),
        Method("stv", stv.VERSION, stv.count, stv.__doc__ or ""),
        Method("bradley-terry", bradley_terry.VERSION, bradley_terry.count, bradley_terry.__doc__ or ""),
    )
}


def count(election: Election, name: str, seats: int = 1, seed: str | None = None) -> Result:
    """Return the result of one method; raises KeyError for a name it doesn't know, DoesNotFit for its ballots."""
    method = METHODS[name]
    found = method.count(election, seats, seed)
    winners, words = _winners(election, found, seats, seed)
    return Result(
        method=name,
        version=method.version,
        title=election.title,
        seats=seats,
        winners=named(election, winners),
        order=[named(election, group) for group in found.order],
        ballots=election.papers(),
        invalid=election.blank,
        notes=found.notes + words,
        count=found,
        names=election.names,
    )


def _winners(election: Election, found: Count, seats: int, seed: str | None) -> tuple[list[int], list[str]]:
    if found.winners is None:
        return places.winners(election, found.order, seats, seed)
    supported = election.supported()
    winners = [design for design in found.winners if design in supported]
    return winners, places.ending(election, len(winners), seats) if len(winners) < seats else []
