"""The end of a round: sealed, folded to the last version, counted, published. Each step may run twice.

The seal is one short row under the exclusive lock, so that no vote lands after it; the rest has all the
time it needs. A process that dies in between leaves the rest to the next turn of the ticker.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from voting import ledger, locks, picks_store, polls, queries, rules, store, tally
from voting.events import RoundClosed
from voting.models import Shortlisted, Total
from voting.queries import RoundRow
from voting.shortlist import Shortlist, ending, shortlist
from webapp.infra import outbox
from webapp.infra.db import transaction


def close(round_id: int, now: datetime) -> bool:
    """Close the round if it is past its end; return whether it is closed and counted when this returns."""
    if not seal(round_id, now):
        return False
    while fold(round_id) == ledger.BATCH:
        pass  # in batches of their own, so that a long ledger holds no lock for long
    with transaction() as session:
        _publish(session, round_id, now)
    return True


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


def _publish(session: Session, round_id: int, now: datetime) -> None:
    while ledger.fold(session, round_id):
        pass
    poll = queries.round_by_id(session, round_id)
    contest = contests.contest(session, poll.contest_id) if poll else None
    if poll is None or contest is None or poll.closed_at:
        return
    result, chosen = count(session, contest, poll)
    if not store.publish(session, round_id, result, now):
        return
    if poll.kind == rules.OPEN:
        picks_store.add_finalists(session, contest.id, chosen.finalists)
        if contest.final_at:
            polls.ensure(session, contest, rules.FINAL)
    outbox.record(session, RoundClosed(contest.id, round_id))


def count(session: Session, contest: ContestRow, poll: RoundRow) -> tuple[dict[str, Any], Shortlist]:
    """Return the result of a round as it is published, and its shortlist (empty in a final round)."""
    votes = totals(session, poll.id)
    designs = set(submissions.public_ids(session, contest.id))
    if poll.kind == rules.FINAL:
        designs &= set(session.scalars(select(Shortlisted.submission_id).where(Shortlisted.contest_id == contest.id)))
    order = tally.approval(votes, designs, contest.seed)
    chosen = Shortlist(())
    if poll.kind == rules.OPEN:
        chosen = shortlist(order, contest.shortlist_size, contest.seed)
    ballots = queries.ballots_cast(session, poll.id)
    return result_of(order, chosen, votes, ballots, contest.shortlist_size, contest.seed, contest.seed_hash), chosen


def totals(session: Session, round_id: int) -> dict[int, int]:
    """Return the folded totals of a round by design. For the count and the recount only, never for a page."""
    rows = session.execute(select(Total.submission_id, Total.votes).where(Total.round_id == round_id))
    return dict(rows.all())


def result_of(
    order: list[tally.Placed],
    chosen: Shortlist,
    votes: Mapping[int, int],
    ballots: int,
    size: int,
    seed: str,
    seed_hash: str,
) -> dict[str, Any]:
    """Return what is kept and published of a round.

    `set_aside` counts votes on designs that left the contest before the close (withdrawn or hidden):
    they stay in the ledger and out of the order. `seed` opens the commitment `seed_hash`.
    """
    counted = sum(each.votes for each in order)
    return {
        "method": tally.METHOD,
        "version": tally.VERSION,
        "tie_rule": "equal-votes-share-a-rank",
        "ending": ending(len(order), counted, size),
        "ballots": ballots,
        "votes": counted,
        "set_aside": sum(votes.values()) - counted,
        "order": [asdict(each) for each in order],
        "shortlist": [each.placed.submission_id for each in chosen.finalists],
        "draw": _plain(chosen),
        "seed": seed,
        "seed_hash": seed_hash,
    }


def _plain(chosen: Shortlist) -> dict[str, Any] | None:
    if chosen.draw is None:
        return None
    return {
        "places": chosen.draw.places,
        "tied": list(chosen.draw.tied),
        "admitted": list(chosen.draw.admitted),
    }
