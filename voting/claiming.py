"""Use cases of somebody who has just signed in: pending votes begin to count, or wait for a choice."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ContestRow
from voting import claiming_papers, locks, paths, picks_queries, polls, queries, rules, store
from voting.models import PendingVote
from voting.queries import RoundRow
from voting.store import Wish
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def claim(person_id: int, device_id: str, now: datetime) -> str | None:
    """Make the browser's pending votes count; hearts oldest first, as far as the person's go.

    Each keeps the moment the server received it. Those above the budget wait under the person's name;
    then the address of the page is returned where the fan chooses. A vote that came before the close
    may be confirmed until `rules.GRACE` after it. Safe to repeat.
    """
    waiting = queries.pending_rows(db.session(), device_id) or claiming_papers.waiting(db.session(), device_id)
    db.session.rollback()
    if not waiting:
        return None
    with transaction() as session:
        locks.hold_device(session, device_id)
        for kept in claiming_papers.waiting(session, device_id):
            claiming_papers.claim(session, kept, person_id, now)
        rows = queries.pending_rows(session, device_id)
        paths_to_choose = [
            _claim_round(session, round_id, list(group), person_id, now)
            for round_id, group in groupby(rows, key=lambda row: row.round_id)
        ]
    return next((path for path in paths_to_choose if path), None)


def choose(contest_id: int, person_id: int, keep: Iterable[int], now: datetime) -> None:
    """Let the ballot be exactly `keep`, of the hearts given and those that wait; the others are taken back.

    Raises Refused when voting is over (but for votes that wait, within their grace), or `keep` names
    something else or too many.
    """
    kept = frozenset(keep)
    with transaction() as session:
        contest = contests.contest(session, contest_id)
        current = queries.current_round(session, contest_id)
        if contest is None or current is None:
            raise NotFound()
        poll, now = _shared(session, contest, current.kind, now)
        waiting = queries.pending_rows(session, queries.held_by(person_id), poll.id)
        _require_time(contest, poll, waiting, now)
        _settle(session, contest, poll, person_id, kept, waiting, now)


def _claim_round(session: Session, round_id: int, rows: list[PendingVote], person_id: int, now: datetime) -> str | None:
    found = queries.round_by_id(session, round_id)
    contest = contests.contest(session, found.contest_id) if found else None
    if found is None or contest is None or contest.cancelled_at:
        return None
    poll, now = _shared(session, contest, found.kind, now)
    closes = rules.closes_at(poll.kind, contest.schedule)
    rows = [row for row in rows if closes and rules.may_confirm(row.received_at, closes, now)]
    if poll.sealed_at or not rows:
        return None
    ballot = store.lock_ballot(session, poll.id, person_id)
    given = queries.voted(session, poll.id, person_id)
    wishes = _wishes(session, contest, poll, [row for row in rows if row.submission_id not in given], person_id)
    fitting = wishes[: max(0, poll.budget - ballot.spent)]
    _count(session, poll, person_id, ballot, fitting, now)
    counted = {wish.submission_id for wish in fitting}
    above = {wish.submission_id for wish in wishes} - counted
    store.hand_over(session, [row for row in rows if row.submission_id in above], person_id)
    store.forget_pending(session, [row.id for row in rows])
    return paths.ballot(contest.slug) if above else None


def _count(
    session: Session, poll: RoundRow, person_id: int, ballot: store.Spent, wishes: list[Wish], now: datetime
) -> None:
    if not wishes:
        return
    added = store.add_votes(session, poll.id, person_id, wishes, now)
    spent = store.spend(session, ballot.ballot_id, len(added), poll.budget)
    if spent is None:
        raise rules.no_hearts_left(poll.budget)
    store.append_version(session, poll, person_id, spent, now, added=added)


def _settle(
    session: Session,
    contest: ContestRow,
    poll: RoundRow,
    person_id: int,
    keep: frozenset[int],
    waiting: list[PendingVote],
    now: datetime,
) -> None:
    ballot = store.lock_ballot(session, poll.id, person_id)
    given = queries.voted(session, poll.id, person_id)
    wishes = _wishes(session, contest, poll, [row for row in waiting if row.submission_id not in given], person_id)
    rules.require_keepable(keep, given | {wish.submission_id for wish in wishes}, poll.budget)
    removed = store.remove_votes(session, poll.id, person_id, given - keep)
    wanted = [wish for wish in wishes if wish.submission_id in keep]
    added = store.add_votes(session, poll.id, person_id, wanted, now)
    if added or removed:
        spent = store.spend(session, ballot.ballot_id, len(added) - len(removed), poll.budget)
        if spent is None:
            raise rules.no_hearts_left(poll.budget)
        store.append_version(session, poll, person_id, spent, now, added=added, removed=removed)
    store.forget_pending(session, [row.id for row in waiting])


def _wishes(
    session: Session, contest: ContestRow, poll: RoundRow, rows: list[PendingVote], person_id: int
) -> list[Wish]:
    """Return what of the pending votes may count: no design of one's own, none that left the vote."""
    finalists = picks_queries.shortlist(session, contest.id) if poll.kind == rules.FINAL else None
    wishes = []
    for row in rows:
        design = queries.choice(session, row.submission_id)
        if design is None:
            continue
        try:
            is_own = design.author_id == person_id
            rules.require_choosable(design.id, design.is_public, is_own, finalists)
        except Refused:
            continue
        wishes.append(Wish(design.id, design.revision_id or 0, row.via, row.received_at))
    return wishes


def _shared(session: Session, contest: ContestRow, kind: str, now: datetime) -> tuple[RoundRow, datetime]:
    moment = locks.share_round(session, contest.id, kind, now)
    return polls.ensure(session, contest, kind), moment


def _require_time(contest: ContestRow, poll: RoundRow, waiting: list[PendingVote], now: datetime) -> None:
    rules.require_unsealed(poll.sealed_at)
    closes = rules.closes_at(poll.kind, contest.schedule)
    if closes is None or contest.cancelled_at:
        raise Refused("voting-not-open", N_("Voting is not open here."))
    if now < closes:
        return
    if not any(rules.may_confirm(row.received_at, closes, now) for row in waiting):
        at = rules.instant(closes, contest.timezone)
        raise Refused("voting-closed", N_("Voting closed on %(at)s."), at=at)
