"""Use cases of a voter: giving a heart and taking it back, signed in or not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from contests.queries import ContestRow
from voting import locks, polls, queries, rules, store
from voting.marks import HEARTS
from voting.queries import ChoiceRow, RoundRow
from voting.store import Wish
from webapp.infra.db import transaction


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
        design, contest = polls.of_design(session, submission_id)
        poll = _open_poll(session, design, contest, voter_id, now)
        ballot = store.lock_ballot(session, poll.id, voter_id)
        wish = Wish(submission_id, design.revision_id or 0, rules.known_via(via), now)
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
        poll = polls.held_open(session, polls.of_design(session, submission_id)[1], HEARTS, now)
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
        locks.hold_device(session, device_id)
        design, contest = polls.of_design(session, submission_id)
        poll = _open_poll(session, design, contest, None, now)
        kept = queries.pending(session, poll.id, device_id)
        if submission_id not in kept and len(kept) >= poll.budget:
            raise rules.no_hearts_left(poll.budget)
        store.add_pending(session, poll.id, device_id, Wish(submission_id, 0, rules.known_via(via), now))
        return Standing("pending", poll.budget - len(kept | {submission_id}), poll.budget)


def withdraw_pending(submission_id: int, device_id: str, now: datetime) -> Standing:
    """Forget a stranger's pending vote. Raises Refused when voting is not open."""
    with transaction() as session:
        poll = polls.held_open(session, polls.of_design(session, submission_id)[1], HEARTS, now)
        store.remove_pending(session, poll.id, device_id, [submission_id])
        kept = queries.pending(session, poll.id, device_id)
        return Standing("none", max(0, poll.budget - len(kept)), poll.budget)


def _open_poll(
    session: Session, design: ChoiceRow, contest: ContestRow, voter_id: int | None, now: datetime
) -> RoundRow:
    poll = polls.held_open(session, contest, HEARTS, now)
    polls.require_choosable(session, poll, [design], voter_id)
    return poll
