"""The recount: replays the ledger and compares it with everything that was derived from it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from voting import closing, ledger, queries, tally
from voting.models import Ballot, BallotVersion, Vote
from webapp.infra.db import transaction


@dataclass(frozen=True)
class Recount:
    """One round, counted anew from its ledger; no differences means that everything agrees."""

    contest_id: int
    kind: str
    ballots: int
    votes: int
    differences: list[str]


def recount(contest_id: int | None) -> list[Recount]:
    """Recount the rounds of a contest, or of all; each round in one transaction, folded to its end."""
    with transaction() as session:
        rounds = [row.id for row in queries.rounds_of(session, contest_id)]
    return [_recount(round_id) for round_id in rounds]


def _recount(round_id: int) -> Recount:
    with transaction() as session:
        while ledger.fold(session, round_id):
            pass
        row = next(row for row in queries.rounds_of(session, None) if row.id == round_id)
        replayed = _Replay.of(session, round_id)
        differences = [
            *replayed.faults,
            *_ballots(session, round_id, replayed, row.budget),
            *_totals(session, round_id, replayed),
            *_leaves(session, round_id, row.folded_through),
            *_published(row.result, replayed),
        ]
        standing = sum(1 for choices in replayed.choices.values() if choices)
        return Recount(row.contest_id, row.kind, standing, sum(replayed.totals.values()), differences)


@dataclass
class _Replay:
    """The ledger played from its first version: what each ballot holds, how many versions, sums, faults."""

    choices: dict[int, set[int]]
    versions: Counter[int]
    totals: Counter[int]
    faults: list[str]

    @classmethod
    def of(cls, session: Session, round_id: int) -> "_Replay":
        """Replay a round; a version whose changes don't lead to its own choices is a fault."""
        self = cls(defaultdict(set), Counter(), Counter(), [])
        rows = session.execute(
            select(
                BallotVersion.ballot_id,
                BallotVersion.version,
                BallotVersion.choices,
                BallotVersion.added,
                BallotVersion.removed,
            )
            .where(BallotVersion.round_id == round_id)
            .order_by(BallotVersion.ballot_id, BallotVersion.version)
            .execution_options(yield_per=2000)
        )
        for row in rows:
            self._step(row)
        self.totals = Counter(design for chosen in self.choices.values() for design in chosen)
        return self

    def _step(self, row: Any) -> None:
        self.versions[row.ballot_id] += 1
        if row.version != self.versions[row.ballot_id]:
            self.faults.append(
                f"ballot {row.ballot_id}: version {row.version} stands where {self.versions[row.ballot_id]} should"
            )
        mine = self.choices[row.ballot_id]
        mine |= set(row.added)
        mine -= set(row.removed)
        if mine != set(row.choices):
            self.faults.append(f"ballot {row.ballot_id}, version {row.version}: its changes do not lead to its choices")
            self.choices[row.ballot_id] = set(row.choices)


def _ballots(session: Session, round_id: int, replayed: _Replay, budget: int) -> Iterator[str]:
    votes: dict[int, set[int]] = defaultdict(set)
    for voter_id, design in session.execute(select(Vote.voter_id, Vote.submission_id).where(Vote.round_id == round_id)):
        votes[voter_id].add(design)
    for ballot in session.execute(
        select(Ballot.id, Ballot.voter_id, Ballot.spent, Ballot.version).where(Ballot.round_id == round_id)
    ):
        chosen = replayed.choices.get(ballot.id, set())
        standing = votes.pop(ballot.voter_id, set())
        if standing != chosen:
            yield f"ballot {ballot.id}: votes {sorted(standing)}, ledger {sorted(chosen)}"
        if ballot.spent != len(chosen):
            yield f"ballot {ballot.id}: {ballot.spent} hearts spent, ledger {len(chosen)}"
        if len(chosen) > budget:
            yield f"ballot {ballot.id}: {len(chosen)} hearts given, the budget is {budget}"
        if ballot.version != replayed.versions[ballot.id]:
            yield f"ballot {ballot.id}: version {ballot.version}, ledger {replayed.versions[ballot.id]}"
    for voter_id in sorted(votes):
        yield f"voter {voter_id}: votes without a ballot"


def _totals(session: Session, round_id: int, replayed: _Replay) -> Iterator[str]:
    folded = closing.totals(session, round_id)
    for design in sorted(folded.keys() | replayed.totals.keys()):
        if folded.get(design, 0) != replayed.totals[design]:
            yield f"design {design}: total {folded.get(design, 0)}, ledger {replayed.totals[design]}"


def _leaves(session: Session, round_id: int, folded_through: int) -> Iterator[str]:
    ledger_of = (BallotVersion.round_id == round_id,)
    count, highest = session.execute(
        select(func.count(BallotVersion.leaf_index), func.max(BallotVersion.leaf_index)).where(*ledger_of)
    ).one()
    if count != folded_through or (count and highest != count - 1):
        yield f"ledger: {count} versions indexed up to {highest}, {folded_through} folded"


def _published(result: dict[str, Any] | None, replayed: _Replay) -> Iterator[str]:
    if result is None:
        return
    order = [tally.Placed(**each) for each in result["order"]]
    for each in order:
        if each.votes != replayed.totals[each.submission_id]:
            yield f"design {each.submission_id}: {each.votes} published, ledger {replayed.totals[each.submission_id]}"
    anew = tally.approval(replayed.totals, [each.submission_id for each in order], result["seed"])
    if anew != order:
        yield "published order: not the one that the ledger gives"
    cast = sum(1 for chosen in replayed.choices.values() if chosen)
    if result["ballots"] != cast:
        yield f"ballots: {result['ballots']} published, ledger {cast}"
