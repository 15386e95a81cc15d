"""The end of a round: sealed, folded to the last version, counted, published. Each step may run twice.

The seal is one short row under the exclusive lock, so that no vote lands after it; the rest has all the
time it needs and holds no lock: the ballots are read in a transaction that only reads. A process that dies
in between leaves the rest to the next turn of the ticker.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from voting import ballots_queries, counting, ledger, locks, picks_store, polls, queries, rules, store
from voting.events import RoundClosed
from voting.models import Shortlisted, Total
from voting.queries import RoundRow
from voting.shortlist import Shortlist
from voting.statistics import Statistics
from webapp.accounts import queries as accounts
from webapp.infra import outbox
from webapp.infra.db import db, transaction

# What is to be done between the seal and the count, each as (round id, moment) -> whether it is done. Each opens
# its own transactions and may run twice; until all are done nothing is counted.
BEFORE_COUNT: list[Callable[[int, datetime], bool]] = []
TRIES = 5


def close(round_id: int, now: datetime) -> bool:
    """Close the round if it is past its end; return whether it is closed and counted when this returns."""
    if not seal(round_id, now):
        return False
    while fold(round_id) == ledger.BATCH:
        pass  # in batches of their own, so that a long ledger holds no lock for long
    if not all(step(round_id, now) for step in BEFORE_COUNT):
        return False
    return any(_publish(round_id, now) for _ in range(TRIES))


def revise(round_id: int, now: datetime) -> bool:
    """Count a published round anew, as its ballots' states are now; return whether its result has changed.

    The shortlist of an open round stands as it was published: the artist and the final round build on it.
    """
    for _ in range(TRIES):
        counted = _counted(round_id)
        if counted is None or counted.poll.closed_at is None:
            return False
        with transaction() as session:
            if ballots_queries.by_state(session, round_id) != counted.states:
                continue
            kept = store.published(session, round_id) or {}
            fixed = {name: kept[name] for name in ("shortlist", "draw", "eligible", "revised_at") if name in kept}
            if counted.result | fixed == kept:
                return False
            return store.republish(session, round_id, counted.result | fixed | {"revised_at": now.isoformat()})
    return False


def round_to_close(contest_id: int, kind: str) -> int | None:
    """Return the id of a contest's round, made now if nobody voted in it."""
    with transaction() as session:
        contest = contests.contest(session, contest_id)
        if contest is None:
            return None
        return polls.ensure(session, contest, kind).id


def seal(round_id: int, now: datetime) -> bool:
    """Take no more votes, if the end and the grace for confirming are past; return whether sealed."""
    with transaction() as session:
        poll = queries.round_by_id(session, round_id)
        if poll is None:
            return False
        locks.seize_round(session, poll.contest_id, poll.kind)
        contest = contests.contest(session, poll.contest_id)
        closes = rules.closes_at(poll.kind, contest.schedule) if contest else None
        if contest is None or closes is None or contest.cancelled_at or not contest.published_at:
            return False
        poll = queries.round_by_id(session, round_id)  # again: what stood before the lock may be stale
        if poll is None or poll.sealed_at:
            return poll is not None
        return rules.may_seal(closes, queries.has_pending(session, round_id), now) and store.seal(
            session, round_id, now
        )


def fold(round_id: int) -> int:
    """Fold a batch of the round's ledger into its totals; return how many versions it was."""
    with transaction() as session:
        return ledger.fold(session, round_id)


class _Counted:
    """A count of a round and the states of its ballots it was made of."""

    def __init__(self, session: Session, contest: ContestRow, poll: RoundRow) -> None:
        self.contest, self.poll = contest, poll
        self.states = ballots_queries.by_state(session, poll.id)
        self.result, self.chosen = count(session, contest, poll)


def _counted(round_id: int) -> _Counted | None:
    session = db.session()
    session.rollback()
    try:
        poll = queries.round_by_id(session, round_id)
        contest = contests.contest(session, poll.contest_id) if poll else None
        return _Counted(session, contest, poll) if poll and contest else None
    finally:
        session.rollback()


def _publish(round_id: int, now: datetime) -> bool:
    """Count and publish; return False when a ballot's state changed meanwhile: then the count is not of this round."""
    counted = _counted(round_id)
    if counted is None or counted.poll.closed_at:
        return counted is not None
    contest, poll = counted.contest, counted.poll
    with transaction() as session:
        if ledger.fold(session, round_id) or ballots_queries.by_state(session, round_id) != counted.states:
            return False
        if not store.publish(session, round_id, counted.result, now):
            return True
        if poll.kind == rules.OPEN:
            picks_store.add_finalists(session, contest.id, counted.chosen.finalists)
            if contest.final_at:
                polls.ensure(session, contest, rules.FINAL)
        outbox.record(session, RoundClosed(contest.id, round_id))
    return True


def count(session: Session, contest: ContestRow, poll: RoundRow) -> tuple[dict[str, Any], Shortlist]:
    """Return the result of a round as it is published, and its shortlist (empty in a final round)."""
    designs = _designs(session, contest, poll)
    states = {state: number for state, (number, _which) in ballots_queries.by_state(session, poll.id).items()}
    official, with_held = sums(session, poll, designs, states)
    terms = {
        "kind": poll.kind,
        "places": poll.places,
        "size": contest.shortlist_size,
        "eligible": accounts.how_many(session),
        "contest_seed": contest.seed,
        "seed_hash": contest.seed_hash,
        "root": poll.root,
    }
    return counting.result(official, with_held, terms, states)


def _designs(session: Session, contest: ContestRow, poll: RoundRow) -> set[int]:
    """Return what is counted: designs shown at the close; of a round that is counted already, those of its result."""
    if poll.closed_at:
        return {each["submission_id"] for each in (store.published(session, poll.id) or {}).get("order", [])}
    designs = set(submissions.public_ids(session, contest.id))
    if poll.kind == rules.FINAL:
        designs &= set(session.scalars(select(Shortlisted.submission_id).where(Shortlisted.contest_id == contest.id)))
    return designs


def sums(
    session: Session, poll: RoundRow, designs: set[int], states: dict[str, int]
) -> tuple[Statistics, Statistics | None]:
    """Return what a round's ballots add up to: those that count, and the same with those held (None: none is)."""
    if poll.way == "hearts":
        return _hearts(session, poll, designs, states)
    official = _gathered(session, poll, designs, ballots_queries.COUNTED)
    held = (*ballots_queries.COUNTED, "held")
    return official, _gathered(session, poll, designs, held) if states.get("held") else None


def _gathered(session: Session, poll: RoundRow, designs: set[int], states: tuple[str, ...]) -> Statistics:
    stream = ballots_queries.current_ballots(session, poll.id, states)
    return Statistics(poll.method, designs).gather(choices for _number, choices in stream)


def _hearts(
    session: Session, poll: RoundRow, designs: set[int], states: dict[str, int]
) -> tuple[Statistics, Statistics | None]:
    """From the folded totals, which hold every ballot, without those that don't count: they are few."""
    folded, left_out = totals(session, poll.id), {"held": dict[int, int](), "rejected": dict[int, int]()}
    for state, hearts in left_out.items():
        if states.get(state):
            for _number, choices in ballots_queries.current_ballots(session, poll.id, (state,)):
                for design in choices:
                    hearts[design] = hearts.get(design, 0) + 1
    with_held = {design: votes - left_out["rejected"].get(design, 0) for design, votes in folded.items()}
    official = {design: votes - left_out["held"].get(design, 0) for design, votes in with_held.items()}
    whole = Statistics.of_totals(designs, with_held) if states.get("held") else None
    return Statistics.of_totals(designs, official), whole


def totals(session: Session, round_id: int) -> dict[int, int]:
    """Return the folded totals of a round by design. For the count and the recount only, never for a page."""
    rows = session.execute(select(Total.submission_id, Total.votes).where(Total.round_id == round_id))
    return dict(rows.all())
