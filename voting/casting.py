"""Use cases of a voter: giving a heart and taking it back, signed in or not."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from voting import booth, locks, polls, queries, rules, store
from voting.booth import Booth
from voting.log.promises import Receipted
from voting.marks import HEARTS
from voting.queries import RoundRow
from voting.store import Wish
from webapp.infra.db import transaction
from webapp.kernel.refusal import NotFound


@dataclass(frozen=True)
class Standing:
    """How one design stands with the voter: 'counted', 'pending' or 'none', and the hearts left.

    `kept` is the version of the ballot that this act wrote, None when it changed nothing.
    """

    state: str
    left: int
    budget: int
    kept: Receipted | None = field(default=None, compare=False, repr=False)


def cast(submission_id: int, voter_id: int, via: str, now: datetime) -> Standing:
    """Count one vote, received at `now`; a repeat changes nothing and answers the same.

    Raises Refused when the design can't be chosen, voting is not open, or no heart is left.
    """
    return cast_at(_booth(submission_id), voter_id, via, now)


def cast_at(place: Booth, voter_id: int, via: str, now: datetime) -> Standing:
    """Count one vote for the design of a booth, like `cast`."""
    design, kept = place.design, None
    with transaction(quiet=True) as session:
        poll, now = _open_poll(session, place, voter_id, now)
        ballot = store.lock_ballot(session, poll.id, voter_id)
        wish = Wish(design.id, design.revision_id or 0, rules.known_via(via), now)
        if store.add_votes(session, poll.id, voter_id, [wish], now):
            spent = store.spend(session, ballot.ballot_id, 1, poll.budget)
            if spent is None:
                raise rules.no_hearts_left(poll.budget)
            kept = store.append_version(session, poll, voter_id, spent, now, added=[design.id])
            ballot = spent
        return Standing("counted", max(0, poll.budget - ballot.spent), poll.budget, kept)


def withdraw(submission_id: int, voter_id: int, now: datetime) -> Standing:
    """Take a vote back; without one nothing changes. Raises Refused when voting is not open."""
    return withdraw_at(_booth(submission_id), voter_id, now)


def withdraw_at(place: Booth, voter_id: int, now: datetime) -> Standing:
    """Take a vote for the design of a booth back, like `withdraw`."""
    wanted, kept = [place.design.id], None
    with transaction(quiet=True) as session:
        poll, now = polls.held_open(session, place.terms, HEARTS, now)
        ballot = store.lock_ballot(session, poll.id, voter_id)
        store.remove_pending(session, poll.id, queries.held_by(voter_id), wanted)
        if store.remove_votes(session, poll.id, voter_id, wanted):
            spent = store.spend(session, ballot.ballot_id, -1, poll.budget)
            if spent is None:
                raise rules.no_hearts_left(poll.budget)
            kept = store.append_version(session, poll, voter_id, spent, now, removed=wanted)
            ballot = spent
        return Standing("none", max(0, poll.budget - ballot.spent), poll.budget, kept)


def cast_pending(submission_id: int, device_id: str, via: str, now: datetime) -> Standing:
    """Keep a stranger's vote until an e-mail code makes it count. Raises Refused like `cast`."""
    return cast_pending_at(_booth(submission_id), device_id, via, now)


def cast_pending_at(place: Booth, device_id: str, via: str, now: datetime) -> Standing:
    """Keep a stranger's vote for the design of a booth, like `cast_pending`."""
    wanted = place.design.id
    with transaction(quiet=True) as session:
        locks.hold_device(session, device_id)
        poll, now = _open_poll(session, place, None, now)
        kept = queries.pending(session, poll.id, device_id)
        if wanted not in kept and len(kept) >= poll.budget:
            raise rules.no_hearts_left(poll.budget)
        store.add_pending(session, poll.id, device_id, Wish(wanted, 0, rules.known_via(via), now))
        return Standing("pending", poll.budget - len(kept | {wanted}), poll.budget)


def withdraw_pending(submission_id: int, device_id: str, now: datetime) -> Standing:
    """Forget a stranger's pending vote. Raises Refused when voting is not open."""
    return withdraw_pending_at(_booth(submission_id), device_id, now)


def withdraw_pending_at(place: Booth, device_id: str, now: datetime) -> Standing:
    """Forget a stranger's pending vote for the design of a booth, like `withdraw_pending`."""
    with transaction(quiet=True) as session:
        poll, _moment = polls.held_open(session, place.terms, HEARTS, now)
        store.remove_pending(session, poll.id, device_id, [place.design.id])
        kept = queries.pending(session, poll.id, device_id)
        return Standing("none", max(0, poll.budget - len(kept)), poll.budget)


def _booth(submission_id: int) -> Booth:
    found = booth.by_id(submission_id)
    if found is None:
        raise NotFound()
    return found


def _open_poll(session: Session, place: Booth, voter_id: int | None, now: datetime) -> tuple[RoundRow, datetime]:
    poll, now = polls.held_open(session, place.terms, HEARTS, now)
    polls.require_choosable(session, poll, [place.design], voter_id)
    return poll, now
