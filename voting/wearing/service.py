"""Use cases of somebody who would wear a design: say so, take it back, have it count after signing in."""

from datetime import datetime

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ContestRow
from voting import locks, picks_queries, polls, queries, rules
from voting.queries import ChoiceRow
from voting.wearing import queries as wearing
from voting.wearing import store
from voting.wearing.models import WouldWear
from voting.wearing.sizes import offered
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, Refused


def wear(submission_id: int, person_id: int | None, device_id: str, size: str, now: datetime) -> str:
    """Note that a person, or a browser without one, would wear a design in a size; a new size replaces the old one.

    Returns 'counted' or 'pending' (until the browser's reader signs in). Raises Refused when voting is not open,
    for one's own design, for a design that is not in the round, or a size that isn't made.
    """
    with transaction() as session:
        design, contest = _open(session, submission_id, person_id, now)
        if size not in offered(contests.products(session, contest.id)):
            raise Refused("no-such-size", N_("That size isn't made. Choose one of those offered."), 422)
        store.keep(session, design.id, contest.id, person_id, device_id, size, now)
    return "counted" if person_id else "pending"


def take_back(submission_id: int, person_id: int | None, device_id: str, now: datetime) -> str:
    """Take the wish back; without one nothing changes. Returns 'none'. Raises Refused when voting is not open."""
    with transaction() as session:
        contest = polls.of_design(session, submission_id)[1]
        rules.require_voting(contest.phase(now), contest.schedule, contest.timezone)
        store.take_back(session, submission_id, person_id, device_id)
    return "none"


def claim(person_id: int, device_id: str, now: datetime) -> str | None:
    """Let a browser's wishes be those of the person who has just signed in; safe to repeat. Sends them nowhere.

    Where both speak of a design, the later one stands. What was said before the close may be confirmed as long as
    a vote may.
    """
    waiting = wearing.waiting(db.session(), device_id)
    db.session.rollback()
    if not waiting:
        return None
    with transaction() as session:
        locks.hold_device(session, device_id)
        for wish in wearing.waiting(session, device_id):
            if _may_count(session, wish, person_id, now):
                store.keep(session, wish.submission_id, wish.contest_id, person_id, "", wish.size, wish.received_at)
            store.forget(session, wish.id)
    return None


def _open(session: Session, submission_id: int, person_id: int | None, now: datetime) -> tuple[ChoiceRow, ContestRow]:
    design, contest = polls.of_design(session, submission_id)
    phase = contest.phase(now)
    rules.require_voting(phase, contest.schedule, contest.timezone)
    if design.author_id == person_id:
        raise Refused("own-design-worn", N_("It is your own design: ask the others whether they would wear it."))
    finalists = picks_queries.shortlist(session, contest.id) if rules.kind_in(phase) == rules.FINAL else None
    rules.require_choosable(design.id, design.is_public, False, finalists)
    return design, contest


def _may_count(session: Session, wish: WouldWear, person_id: int, now: datetime) -> bool:
    design = queries.choice(session, wish.submission_id)
    contest = contests.contest(session, wish.contest_id)
    if design is None or contest is None or contest.cancelled_at or contest.picking_at is None:
        return False
    in_time = rules.may_confirm(wish.received_at, contest.picking_at, now)
    return in_time and design.is_public and design.author_id != person_id
