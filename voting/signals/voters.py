"""A ballot as the signals see it, and a round's ballots counted by what may bind them."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property

FRESH = 24.0  # hours: an account younger than this when it voted is new


@dataclass(frozen=True)
class Voter:
    """One ballot. Hashes are '' where nothing is known; times are seconds since 1970.

    names: the designs it speaks for (of stars: those with four or five). said: the whole ballot as text.
    age: hours between account and vote. links: designs it came to by their own link. series, domain: of the mailbox.
    extreme: a ballot of stars that gives the highest to one design and next to nothing to all others.
    """

    ballot: int
    at: float
    names: tuple[int, ...]
    said: str
    prefix: str = ""
    device: str = ""
    agent: str = ""
    domain: str = ""
    series: str = ""
    throwaway: bool = False
    age: float = 1e6
    links: frozenset[int] = frozenset()
    extreme: bool = False

    @property
    def fresh(self) -> bool:
        """Return whether the account was new."""
        return self.age <= FRESH


@dataclass
class Crowd:
    """All ballots of a round, in the order of their numbers."""

    voters: list[Voter]
    support: Counter[int] = field(default_factory=Counter)
    agents: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    fresh: int = 0
    throwaway: int = 0
    extreme: int = 0

    def __post_init__(self) -> None:
        for each in self.voters:
            self.support.update(each.names)
            self.agents[each.agent] += 1
            self.said[each.said] += 1
            self.fresh += each.fresh
            self.throwaway += each.throwaway
            self.extreme += each.extreme

    @cached_property
    def times(self) -> list[float]:
        """Return when the ballots came, in order."""
        return sorted(each.at for each in self.voters)

    @cached_property
    def backers(self) -> dict[int, list[Voter]]:
        """Return who speaks for each design, in the order of time."""
        found: defaultdict[int, list[Voter]] = defaultdict(list)
        for each in sorted(self.voters, key=lambda voter: (voter.at, voter.ballot)):
            for name in each.names:
                found[name].append(each)
        return found
