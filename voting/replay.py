"""The ledger of a round played from its first version, ballot by ballot beside what was derived from it. Streamed."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from voting import marks
from voting.ballots_queries import CHUNK
from voting.marks import Choices
from voting.models import Ballot, BallotVersion, Vote
from voting.queries import RoundRow

Seen = Callable[[str, Choices], None]


@dataclass
class Replay:
    """What the ledger gives: totals by design of all folded versions, ballots that are not blank, and faults."""

    totals: Counter[int] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    folded: int = 0
    faults: list[str] = field(default_factory=list)


def play(session: Session, poll: RoundRow, seen: Seen) -> Replay:
    """Replay a round; `seen` is given the state and the choices of every ballot that is not blank, by the ledger."""
    found = Replay()
    versions, votes = _Groups(_versions(session, poll.id)), _Groups(_votes(session, poll.id))
    for ballot in _ballots(session, poll.id):
        found.faults += [f"ballot {key}: versions without a ballot" for key in versions.skip_to(ballot.id)]
        votes.skip_to(ballot.id)
        choices = _ledger(found, poll, ballot, versions.take(ballot.id))
        found.faults += _compare(poll, ballot, choices, votes.take(ballot.id))
        if choices:
            found.states[ballot.state] += 1
            seen(ballot.state, choices)
    found.faults += [f"ballot {key}: versions without a ballot" for key in versions.skip_to(None)]
    return found


def _ledger(found: Replay, poll: RoundRow, ballot: Any, versions: list[Any]) -> Choices:
    """Return what the versions of a ballot lead to; what is wrong with them goes to the faults."""
    choices: Choices = []
    for number, row in enumerate(versions, 1):
        where = f"ballot {ballot.id}, version {row.version}"
        if row.version != number:
            found.faults.append(f"{where}: stands where version {number} should")
        if row.leaf_index is not None:
            found.folded += 1
            found.totals.update(row.added)
            found.totals.subtract(row.removed)
        if not marks.is_sound(poll.way, row.choices):
            found.faults.append(f"{where}: its choices are no {poll.way} ballot")
            continue
        before, after = marks.values(poll.way, choices), marks.values(poll.way, row.choices)
        changes = (sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys()))
        if changes != (row.added, row.removed):
            found.faults.append(f"{where}: its changes do not lead to its choices")
        elif row.choices == choices and row.version == number:
            found.faults.append(f"{where}: changes nothing")
        choices = row.choices
    if ballot.version != len(versions):
        found.faults.append(f"ballot {ballot.id}: version {ballot.version}, ledger {len(versions)}")
    return choices


def _compare(poll: RoundRow, ballot: Any, choices: Choices, votes: list[Any]) -> Iterator[str]:
    standing, wanted = {row.submission_id: row.value for row in votes}, marks.values(poll.way, choices)
    for design in sorted(standing.keys() | wanted.keys()):
        if standing.get(design) != wanted.get(design):
            said, given = standing.get(design, "nothing"), wanted.get(design, "nothing")
            yield f"ballot {ballot.id}, design {design}: votes say {said}, ledger {given}"
    if ballot.spent != len(choices):
        yield f"ballot {ballot.id}: {ballot.spent} marks spent, ledger {len(choices)}"
    if poll.way == "hearts" and len(choices) > poll.budget:
        yield f"ballot {ballot.id}: {len(choices)} hearts given, the budget is {poll.budget}"
    if poll.way == "rank" and poll.places and len(choices) > poll.places:
        yield f"ballot {ballot.id}: {len(choices)} designs ranked, there are {poll.places} places"
    if poll.way == "pairs" and marks.of_trail(ballot.trail) != choices:
        yield f"ballot {ballot.id}: its trail does not lead to its choices"


class _Groups:
    """A stream of rows ordered by ballot, taken one ballot at a time."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self.groups = ((key, list(group)) for key, group in groupby(rows, key=lambda row: row.ballot_id))
        self.next = next(self.groups, None)

    def skip_to(self, ballot_id: int | None) -> list[int]:
        """Pass over groups of earlier ballots (None: all); return which."""
        skipped = []
        while self.next and (ballot_id is None or self.next[0] < ballot_id):
            skipped.append(self.next[0])
            self.next = next(self.groups, None)
        return skipped

    def take(self, ballot_id: int) -> list[Any]:
        """Return the rows of a ballot, if it is the next one."""
        if not self.next or self.next[0] != ballot_id:
            return []
        rows = self.next[1]
        self.next = next(self.groups, None)
        return rows


def _ballots(session: Session, round_id: int) -> Any:
    columns = (Ballot.id, Ballot.spent, Ballot.version, Ballot.state, Ballot.trail)
    return _streamed(session, select(*columns).where(Ballot.round_id == round_id).order_by(Ballot.id))


def _versions(session: Session, round_id: int) -> Any:
    columns = (BallotVersion.ballot_id, BallotVersion.version, BallotVersion.choices)
    more = (BallotVersion.added, BallotVersion.removed, BallotVersion.leaf_index)
    rows = select(*columns, *more).where(BallotVersion.round_id == round_id)
    return _streamed(session, rows.order_by(BallotVersion.ballot_id, BallotVersion.version))


def _votes(session: Session, round_id: int) -> Any:
    mine = (Vote.round_id == Ballot.round_id) & (Vote.voter_id == Ballot.voter_id)
    rows = select(Ballot.id.label("ballot_id"), Vote.submission_id, Vote.value).join(Vote, mine)
    return _streamed(session, rows.where(Ballot.round_id == round_id).order_by(Ballot.id))


def _streamed(session: Session, statement: Any) -> Any:
    return session.execute(statement.execution_options(yield_per=CHUNK))
