"""Fixing the orders, and then the addresses, so that nobody is surprised.

Everybody whose order stands hears 48 hours before the end of the window that it will be fixed. Staff who want it
earlier move the end of the window to 48 hours from now, which tells everybody at once; or they fix the orders at
once, with a reason for the log, when everybody was told otherwise.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from preorders import desk_counts, fulfilment, queries, store
from preorders.checklist import NOTICE, Course, announce_due, must_tell
from preorders.events import AddressesWanted, LockAnnounced
from preorders.models import Drop
from preorders.rows import DropRow
from webapp.accounts import audit
from webapp.infra import outbox
from webapp.infra.db import changed, db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def course_of(drop: DropRow, goal_missed: bool = False) -> Course:
    """Return the dates of a drop as the steps see them."""
    values = {name: getattr(drop, name) for name in Course.__dataclass_fields__ if name != "goal_missed"}
    return Course(**values, goal_missed=goal_missed)


def announce(drop_id: int, now: datetime) -> bool:
    """Record once that the orders will be fixed within 48 hours; return whether this call did."""
    with transaction() as session:
        drop = queries.drop(session, drop_id)
        if drop is None or not announce_due(course_of(drop), now):
            return False
        if not store.step(session, drop_id, "lock_told_at", now, "published_at"):
            return False
        outbox.record(session, LockAnnounced(drop_id))
        return True


def close_orders(drop_id: int, person_id: int, told_otherwise: bool, reason: str, now: datetime) -> bool:
    """Fix the orders if nobody is surprised by it, else announce it; return whether they are fixed now.

    After the end of the window they are fixed at once. Before it, the window ends 48 hours from now (at its own end
    if that is earlier) and everybody is told; unless everybody `told_otherwise`, with a reason that is kept.
    Raises NotFound, Refused: not-open, wrong-step, no-reason, announced.
    """
    drop = queries.drop(db.session(), drop_id)
    db.session.rollback()
    if drop is None:
        raise NotFound()
    if told_otherwise and not reason.strip():
        raise Refused("no-reason", N_("Say how everybody was told: it is kept in the log."), 422)
    if told_otherwise or not must_tell(course_of(drop), now):
        fulfilment.lock(drop_id, person_id, now, reason.strip())
        return True
    _end_in_time(drop_id, person_id, now)
    announce(drop_id, now)
    return False


def remind_addresses(drop_id: int, person_id: int, now: datetime) -> int:
    """Ask everybody whose order lacks an address for it, once; return how many orders lack one.

    Raises Refused('reminded') the second time, Refused('none-missing').
    """
    with transaction() as session:
        drop = _standing(session, drop_id)
        missing = desk_counts.counts(session, drop_id).without_address
        if not missing:
            raise Refused("none-missing", N_("Every order has its address."))
        if not store.step(session, drop_id, "address_reminded_at", now, "published_at"):
            raise Refused("reminded", N_("They were asked already. Write to them, wait, or cancel their orders."))
        outbox.record(session, AddressesWanted(drop_id))
        audit.note(session, now, person_id, drop.artist_id, "drop.remind-addresses", f"drop:{drop_id}", orders=missing)
        return missing


def lock_addresses(drop_id: int, person_id: int, now: datetime) -> int:
    """Fix the addresses after the orders; return how many orders have none: they stay out of the parcels.

    Raises Refused('wrong-step') before the orders are fixed, or when it was done.
    """
    with transaction() as session:
        drop = _standing(session, drop_id)
        if not store.step(session, drop_id, "address_locked_at", now, "locked_at"):
            raise Refused("wrong-step", N_("That step is done already, or it is not its turn yet."))
        missing = desk_counts.counts(session, drop_id).without_address
        audit.note(session, now, person_id, drop.artist_id, "drop.lock-addresses", f"drop:{drop_id}", missing=missing)
        return missing


def _end_in_time(drop_id: int, person_id: int, now: datetime) -> None:
    """Let the window end 48 hours from now, unless it does earlier."""
    with transaction() as session:
        drop = _standing(session, drop_id)
        if drop.opens_at is None or drop.opens_at > now:
            raise Refused("not-open", N_("Preorders have not opened yet."))
        ends = now + NOTICE
        later = (Drop.id == drop_id, Drop.closes_at > ends, Drop.locked_at.is_(None), Drop.cancelled_at.is_(None))
        ended = changed(session, update(Drop).where(*later).values(closes_at=ends))
        if not ended and (drop.lock_told_at or drop.locked_at):
            raise Refused("announced", N_("Everybody has been told already. The orders can be fixed at the end."))
        audit.note(session, now, person_id, drop.artist_id, "drop.end-early", f"drop:{drop_id}", ends=ends.isoformat())


def _standing(session: Session, drop_id: int) -> DropRow:
    drop = queries.drop(session, drop_id)
    if drop is None:
        raise NotFound()
    if drop.cancelled_at:
        raise Refused("drop-cancelled", N_("This drop was called off."))
    return drop
