"""Single transferable vote, version 1: the Scottish rules, with exact fractions.

Quota: valid ballots / (seats + 1), rounded down, plus one. Whoever reaches it is elected. The largest surplus
is passed on first: all papers of the design go on, each at its value times surplus / votes. Only when no surplus
is left the design with the fewest votes goes out and its papers go on at their value. When as many are left as
seats, all are elected; when all seats are filled, the count ends. Equal ranks split a paper evenly.
(The Scottish order cuts values after five decimals; here nothing is cut.)
Ties, for a surplus or for going out: the most recent earlier stage where they differed; then the lots of a
published seed. Without a seed: equal surpluses are passed on together; designs tied for going out go out
together while enough are left to fill the seats. Otherwise the seats left stay tied, and all who may still take
one are named.
"""

from fractions import Fraction
from math import floor

from voting.methods.election import Election, rankings
from voting.methods.elimination import break_tie
from voting.methods.piles import Piles
from voting.methods.result import Count, by_value, in_words, named

VERSION = 1


def count(election: Election, seats: int, seed: str | None) -> Count:
    """Return the count; raises DoesNotFit for comparisons of two designs."""
    counting = Counting(election, seats, seed)
    counting.run()
    return counting.found()


class Counting:
    """One count: stages of votes, who is elected, who is out."""

    def __init__(self, election: Election, seats: int, seed: str | None) -> None:
        papers = dict(rankings(election))
        self.election, self.seats, self.seed = election, seats, seed
        self.every = range(len(election.names))
        self.piles = Piles(papers, self.every)
        self.quota = floor(Fraction(sum(papers.values(), 0)) / (seats + 1)) + 1
        self.elected: list[list[int]] = []
        self.out: list[list[int]] = []
        self.surplus: set[int] = set()
        self.tied: list[int] = []
        self.stages: list[dict[int, Fraction]] = []
        self.rounds: list[dict[str, object]] = []

    def run(self) -> None:
        """Count stage after stage until the seats are filled, or tied for good."""
        self._stage({})
        while self._open() > 0 and self.piles.standing and not self.tied:
            if self.surplus:
                self._pass_on()
            else:
                self._exclude()

    def found(self) -> Count:
        """Return the count in the order of election, then the rest, the last to go out first."""
        rest = self._rest()
        order = [*self.elected, *([sorted(self.tied)] if self.tied else []), *rest, *reversed(self.out)]
        winners = [design for group in self.elected for design in group] + sorted(self.tied)
        notes = [str(line["note"]) for line in self.rounds if "note" in line]
        return Count(order, winners, notes, self.rounds, more={"quota": self.quota})

    def _rest(self) -> list[list[int]]:
        left = {one: self.stages[-1][one] for one in sorted(self.piles.standing) if one not in self.tied}
        return by_value(left)

    def _open(self) -> int:
        return self.seats - sum(len(group) for group in self.elected)

    def _stage(self, line: dict[str, object]) -> None:
        """Write down a stage and elect whoever has reached the quota, or all who are left."""
        votes = {one: self.piles.votes(one) for one in self.every}
        self.stages.append(votes)
        reached = {one: votes[one] for one in sorted(self.piles.standing) if votes[one] >= self.quota}
        if self.piles.standing and len(self.piles.standing) <= self._open():
            reached = {one: votes[one] for one in sorted(self.piles.standing)}
        self._elect(reached)
        shown = sorted(self.every, key=lambda one: (-votes[one], self.election.names[one]))
        self.rounds.append(
            {
                "votes": {self.election.names[one]: votes[one] for one in shown if not self._gone(one)},
                "exhausted": self.piles.exhausted,
                "elected": named(self.election, reached),
            }
            | line
        )

    def _gone(self, design: int) -> bool:
        return any(design in group for group in self.out)

    def _pass_on(self) -> None:
        now = self.stages[-1]
        most = max(now[one] for one in self.surplus)
        tied = sorted(one for one in self.surplus if now[one] == most)
        first, note = tied, ""
        if len(tied) > 1:
            first, note = break_tie(self.election, tied, self.stages[:-1], self.seed, most=True)
        for design in first:
            self.surplus.discard(design)
            self.piles.pass_on(design, most - self.quota)
        self._stage(_line("transferred", named(self.election, first), note))

    def _exclude(self) -> None:
        now = self.stages[-1]
        fewest = min(now[one] for one in self.piles.standing)
        tied = sorted(one for one in self.piles.standing if now[one] == fewest)
        out, note = tied, ""
        if len(tied) > 1:
            out, note = break_tie(self.election, tied, self.stages[:-1], self.seed)
        if len(self.piles.standing) - len(out) < self._open():
            self._leave_tied(out)
            return
        self.out.append(sorted(out))
        self.piles.remove(out)
        self._stage(_line("out", named(self.election, sorted(out)), note))

    def _leave_tied(self, out: list[int]) -> None:
        """End the count with the seats left tied.

        Where one more going out fills the seats, those above the tied are in, whoever goes. Otherwise
        what happens after the draw may lift any of those left.
        """
        left = sorted(self.piles.standing)
        if len(left) - 1 == self._open():
            self._elect({one: self.stages[-1][one] for one in left if one not in out})
            left = sorted(out)
        self.tied = left
        words = in_words(named(self.election, sorted(out)))
        rest = in_words(named(self.election, left))
        note = f"{words} tie for going out, and no seed was given to draw: the seats left are open between {rest}."
        self.rounds[-1]["note"] = note

    def _elect(self, votes: dict[int, Fraction]) -> None:
        self.elected += by_value(votes)
        for one, number in votes.items():
            self.piles.close(one)
            if number > self.quota:
                self.surplus.add(one)


def _line(what: str, names: list[str], note: str) -> dict[str, object]:
    return {what: names} | ({"note": note} if note else {})
