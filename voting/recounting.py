"""The recount: replays the ledger and compares it with everything that was derived from it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contests import queries as contests
from voting import closing, counting, queries, replay, tally
from voting.ballots_queries import COUNTED
from voting.log.models import LogLeaf
from voting.marks import Choices
from voting.methods.catalogue import METHODS
from voting.models import Ballot, BallotVersion, Round, Shortlisted, Vote
from voting.queries import RoundRow
from voting.replay import Replay
from voting.statistics import Statistics
from webapp.infra.db import db

# What else is to agree with the ledger, each as (session that only reads, round id) -> sentences.
CHECKS: list[Callable[[Session, int], Iterable[str]]] = []
# A result revised after an appeal keeps its shortlist; how many could have voted is not counted again.
_NOT_COMPARED = frozenset({"eligible", "revised_at"})


@dataclass(frozen=True)
class Recount:
    """One round, counted anew from its ledger; no differences means that everything agrees."""

    contest_id: int
    kind: str
    ballots: int
    votes: int
    differences: list[str]


def recount(contest_id: int | None) -> list[Recount]:
    """Recount the rounds of a contest, or of all, each as it stands at one moment, folded to there."""
    session = db.session()
    session.rollback()
    mine = (Round.contest_id == contest_id,) if contest_id is not None else ()
    rounds = session.execute(select(Round.id, Round.contest_id, Round.kind).where(*mine).order_by(Round.id)).all()
    lost = _lost(session, contest_id)
    session.rollback()
    return [_recount(*row) for row in rounds] + lost


def _recount(round_id: int, contest_id: int, kind: str) -> Recount:
    session = db.session()
    try:
        unfolded = _fold(round_id)
        session.rollback()
        _look_once(session)
        return _compared(session, round_id, unfolded)
    except ValueError as bad:  # SQLite keeps what it is given: a text that is no JSON, a date that is none
        return Recount(contest_id, kind, 0, 0, [f"round {round_id}: holds a row that can't be read ({bad})"])
    finally:
        session.rollback()


def _lost(session: Session, contest_id: int | None) -> list[Recount]:
    """Return what stands without its round: that was taken out, or given to another contest."""
    found: list[Recount] = []
    for table in (Ballot, BallotVersion, Vote):
        gone = select(table.round_id).where(~exists().where(Round.id == table.round_id)).distinct()
        for round_id in session.scalars(gone.order_by(table.round_id)):
            found.append(
                Recount(contest_id or 0, "lost", 0, 0, [f"{table.__tablename__}: there is no round {round_id}"])
            )
    told = select(Shortlisted.contest_id).where(~exists().where(Round.contest_id == Shortlisted.contest_id)).distinct()
    for contest in session.scalars(told.order_by(Shortlisted.contest_id)):
        if contest_id in (None, contest):
            found.append(Recount(contest, "lost", 0, 0, [f"contest {contest}: has finalists and no round"]))
    return found


def _fold(round_id: int) -> list[str]:
    """Fold what still waits; return what is wrong when the ledger can't be folded."""
    try:
        while closing.fold(round_id):
            pass
    except (IntegrityError, LookupError) as bad:
        db.session.rollback()
        return [f"ledger: what waits can't be folded, it does not fit to the log ({type(bad).__name__})"]
    return []


def _look_once(session: Session) -> None:
    """Let all statements of this transaction see the same moment; SQLite's do so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _compared(session: Session, round_id: int, unfolded: list[str]) -> Recount:
    poll = queries.round_by_id(session, round_id)
    assert poll is not None
    if poll.method not in METHODS or contests.contest(session, poll.contest_id) is None:
        what = f"no method is called {poll.method!r}, or there is no contest {poll.contest_id}"
        return Recount(poll.contest_id, poll.kind, 0, 0, [f"round {round_id}: {what}"])
    row = session.execute(select(Round.folded_through, Round.result).where(Round.id == round_id)).one()
    sums = _Sums(poll, row.result)
    replayed = replay.play(session, poll, sums.add)
    differences = [
        *unfolded,
        *replayed.faults,
        *_orphans(session, round_id),
        *_totals(session, round_id, replayed),
        *_leaves(session, round_id, row.folded_through),
        *_published(session, poll, row.result, sums, replayed),
        *(line for check in CHECKS for line in check(session, round_id)),
    ]
    return Recount(poll.contest_id, poll.kind, sum(replayed.states.values()), sums.marks, differences)


class _Sums:
    """The statistics of the published designs, gathered while the ledger is replayed."""

    def __init__(self, poll: RoundRow, result: dict[str, Any] | None) -> None:
        designs = [each["submission_id"] for each in (result or {}).get("order", [])]
        self.official, self.with_held = (Statistics(poll.method, designs) for _ in range(2))
        self.marks = 0

    def add(self, state: str, choices: Choices) -> None:
        """Add one ballot."""
        self.marks += len(choices)
        if state in COUNTED:
            self.official.gather([choices])
        if state != "rejected":
            self.with_held.gather([choices])


def _orphans(session: Session, round_id: int) -> Iterator[str]:
    mine = exists().where(Ballot.round_id == Vote.round_id, Ballot.voter_id == Vote.voter_id)
    lost = select(Vote.voter_id).where(Vote.round_id == round_id, ~mine).distinct().order_by(Vote.voter_id)
    for voter_id in session.scalars(lost):
        yield f"voter {voter_id}: votes without a ballot"


def _totals(session: Session, round_id: int, replayed: Replay) -> Iterator[str]:
    folded = closing.totals(session, round_id)
    for design in sorted(folded.keys() | replayed.totals.keys()):
        if folded.get(design, 0) != replayed.totals[design]:
            yield f"design {design}: total {folded.get(design, 0)}, ledger {replayed.totals[design]}"


def _leaves(session: Session, round_id: int, folded_through: int) -> Iterator[str]:
    ledger_of = (BallotVersion.round_id == round_id,)
    count, highest = session.execute(
        select(func.count(BallotVersion.leaf_index), func.max(BallotVersion.leaf_index)).where(*ledger_of)
    ).one()
    acts = session.scalar(select(func.count(LogLeaf.act)).where(LogLeaf.round_id == round_id)) or 0
    if count + acts != folded_through or (count and (highest or 0) >= folded_through):
        yield f"ledger: {count} versions indexed up to {highest}, {folded_through} folded"


def _published(
    session: Session, poll: RoundRow, result: dict[str, Any] | None, sums: _Sums, replayed: Replay
) -> Iterator[str]:
    if not result:
        return
    if "format" not in result:
        yield from _published_before(result, replayed)
        return
    contest = contests.contest(session, poll.contest_id)
    assert contest is not None
    terms = {name: result[name] for name in ("places", "size", "eligible", "contest_seed", "seed_hash", "root")}
    terms |= {"kind": poll.kind, "contest_seed": contest.seed, "seed_hash": contest.seed_hash, "root": poll.root}
    held = sums.with_held if replayed.states["held"] else None
    anew, _chosen = counting.result(sums.official, held, terms, replayed.states)
    skipped = _NOT_COMPARED | ({"shortlist", "draw"} if "revised_at" in result else set())
    yield from _differences(result, anew, skipped)


def _differences(result: dict[str, Any], anew: dict[str, Any], skipped: frozenset[str]) -> Iterator[str]:
    told = {each["submission_id"]: each for each in result["order"]}
    for each in anew["order"]:
        if each != told.get(each["submission_id"]):
            yield f"design {each['submission_id']}: published {told.get(each['submission_id'])}, ledger gives {each}"
    for name in sorted((result.keys() | anew.keys()) - skipped):
        if result.get(name) != anew.get(name):
            yield f"published {name}: not what the ledger gives"


def _published_before(result: dict[str, Any], replayed: Replay) -> Iterator[str]:
    """Compare a result of the time when every round was counted by hearts alone."""
    order = [tally.Placed(**each) for each in result.get("order", [])]
    for each in order:
        if each.votes != replayed.totals[each.submission_id]:
            yield f"design {each.submission_id}: {each.votes} published, ledger {replayed.totals[each.submission_id]}"
    if tally.approval(replayed.totals, [each.submission_id for each in order], result["seed"]) != order:
        yield "published order: not the one that the ledger gives"
    cast = sum(replayed.states.values())
    if result["ballots"] != cast:
        yield f"ballots: {result['ballots']} published, ledger {cast}"
