"""Use cases of a voter: giving a heart and taking it back, signed in or not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ContestRow
from voting import locks, picks_queries, queries, rules, store
from voting.queries import ChoiceRow, RoundRow
from voting.store import Wish
from webapp.infra.db import transaction
from webapp.kernel.refusal import NotFound


@dataclass(frozen=True)
class Standing:
    """How one design stands with the voter: 'counted', 'pending' or 'none', and the hearts left."""

    state: str
    left: int
    budget: int


def cast(submission_id: int, voter_id: int, via: str, now: datetime) -> Standing:
    """Count one vote, received at `now`; a repeat changes nothing and answers the same.

    Raises Refused when the design can't be chosen, voting is not open, or no heart is left.
    """
    with transaction() as session:
        design, contest = _found(session, submission_id)
        poll = _open_poll(session, design, contest, voter_id, now)
        ballot = store.lock_ballot(session, poll.id, voter_id)
        wish = Wish(submission_id, design.revision_id or 0, _known(via), now)
        if store.add_votes(session, poll.id, voter_id, [wish], now):
            spent = store.spend(session, ballot.ballot_id, 1, poll.budget)
            if spent is None:
                raise rules.no_hearts_left(poll.budget)
            store.append_version(session, poll, voter_id, spent, now, added=[submission_id])
            ballot = spent
        return Standing("counted", max(0, poll.budget - ballot.spent), poll.budget)


def withdraw(submission_id: int, voter_id: int, now: datetime) -> Standing:
    """Take a vote back; without one nothing changes. Raises Refused when voting is not open."""
    with transaction() as session:
        poll = _poll(session, _found(session, submission_id)[1], now)
        ballot = store.lock_ballot(session, poll.id, voter_id)
        store.remove_pending(session, poll.id, queries.held_by(voter_id), [submission_id])
        if store.remove_votes(session, poll.id, voter_id, [submission_id]):
            spent = store.spend(session, ballot.ballot_id, -1, poll.budget)
            if spent is None:
                raise rules.no_hearts_left(poll.budget)
            store.append_version(session, poll, voter_id, spent, now, removed=[submission_id])
            ballot = spent
        return Standing("none", max(0, poll.budget - ballot.spent), poll.budget)


def cast_pending(submission_id: int, device_id: str, via: str, now: datetime) -> Standing:
    """Keep a stranger's vote until an e-mail code makes it count. Raises Refused like `cast`."""
    with transaction() as session:
        design, contest = _found(session, submission_id)
        poll = _open_poll(session, design, contest, None, now)
        locks.hold_device(session, device_id)
        kept = queries.pending(session, poll.id, device_id)
        if submission_id not in kept and len(kept) >= poll.budget:
            raise rules.no_hearts_left(poll.budget)
        store.add_pending(session, poll.id, device_id, Wish(submission_id, 0, _known(via), now))
        return Standing("pending", poll.budget - len(kept | {submission_id}), poll.budget)


def withdraw_pending(submission_id: int, device_id: str, now: datetime) -> Standing:
    """Forget a stranger's pending vote. Raises Refused when voting is not open."""
    with transaction() as session:
        poll = _poll(session, _found(session, submission_id)[1], now)
        store.remove_pending(session, poll.id, device_id, [submission_id])
        kept = queries.pending(session, poll.id, device_id)
        return Standing("none", max(0, poll.budget - len(kept)), poll.budget)


def _found(session: Session, submission_id: int) -> tuple[ChoiceRow, ContestRow]:
    design = queries.choice(session, submission_id)
    contest = contests.contest(session, design.contest_id) if design else None
    if design is None or contest is None:
        raise NotFound()
    return design, contest


def _open_poll(
    session: Session, design: ChoiceRow, contest: ContestRow, voter_id: int | None, now: datetime
) -> RoundRow:
    poll = _poll(session, contest, now)
    finalists = picks_queries.shortlist(session, contest.id) if poll.kind == rules.FINAL else None
    rules.require_choosable(design.id, design.is_public, design.author_id == voter_id, finalists)
    return poll


def _poll(session: Session, contest: ContestRow, now: datetime) -> RoundRow:
    """Return the round that takes votes at `now`, protected from its seal until the transaction ends."""
    phase = contest.phase(now)
    rules.require_voting(phase, contest.schedule, contest.timezone)
    kind = rules.kind_in(phase)
    locks.share_round(session, contest.id, kind)
    poll = store.ensure_round(session, contest.id, kind, rules.budget_of(kind, contest.hearts))
    rules.require_unsealed(poll.sealed_at)
    return poll


def _known(via: str) -> str:
    return via if via in rules.VIAS else "gallery"
