"""From the lock to the parcel, and the way out: lock, produce, ship, finish, cancel_drop."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from preorders import desk_counts, printable, queries, store, timeline
from preorders.events import DropCancelled, DropClosed, DropLocked, DropOpened
from preorders.rows import DropRow
from preorders.shipping import parcels
from webapp.accounts import audit
from webapp.infra import outbox
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

NOT_PAID = N_("Orders that are not paid: %(count)s. Charge them again, cancel them, or tick that they are made anyway.")
BATCH = 200  # parcels a transaction: short enough that nobody waits for it


def open_one(drop_id: int, now: datetime) -> bool:
    """Record once that a drop has opened; return whether this call did."""
    with transaction() as session:
        if drop_id not in queries.unopened(session, now):
            return False
        if not store.step(session, drop_id, "open_told_at", now):
            return False
        outbox.record(session, DropOpened(drop_id))
        return True


def lock(drop_id: int, person_id: int, now: datetime, reason: str = "") -> None:
    """Fix the orders at once; raises Refused before the drop opens or when it was done.

    Whether everybody has been told is `locking.close_orders`' question; `reason` is kept in the log.
    """
    with transaction() as session:
        drop = _drop(session, drop_id)
        if drop.opens_at is None or drop.opens_at > now:
            raise Refused("not-open", N_("Preorders have not opened yet."))
        # Locked before the ticker came by: the opening is still owed to everybody who took part.
        if store.step(session, drop_id, "open_told_at", now, "published_at"):
            outbox.record(session, DropOpened(drop_id))
        _step(session, drop, person_id, "lock", "locked_at", now, "published_at", reason=reason)
        outbox.record(session, DropLocked(drop_id))


def produce(drop_id: int, person_id: int, now: datetime, unpaid_too: bool = False) -> None:
    """Note that the printer has begun; raises Refused before the lock, the charge, or when it was noted already.

    While orders are not paid it is refused, too, unless the team decides that they are made: `unpaid_too`.
    Addresses are fixed with it at the latest; orders without one stay out of the parcels.
    """
    with transaction() as session:
        drop = _drop(session, drop_id)
        if drop.payment == "at_lock" and drop.charged_at is None:
            raise Refused("not-charged", N_("Charge the orders first: what nobody pays for need not be made."))
        printable.require_print(session, drop)
        unpaid = desk_counts.unpaid(session, drop_id)
        if unpaid and not unpaid_too:
            raise Refused("not-paid", NOT_PAID, count=unpaid)
        why = {"unpaid": str(unpaid)} if unpaid else {}
        _step(session, drop, person_id, "produce", "production_at", now, "locked_at", **why)
        store.step(session, drop_id, "address_locked_at", now, "locked_at")


def ship(drop_id: int, person_id: int, preorder_ids: Sequence[int] | None, tracking: str, now: datetime) -> int:
    """Mark orders as sent, all that stand (None) or these; each buyer is told once. Returns how many.

    Works in batches, each whole; called again it goes on with what is left.
    """
    with transaction() as session:
        drop = _drop(session, drop_id)
        if drop.production_at is None or drop.cancelled_at:
            raise Refused("not-made", N_("Note the start of production first."))
        store.step(session, drop_id, "shipping_at", now, "production_at")
        audit.note(session, now, person_id, drop.artist_id, "drop.ship", f"drop:{drop_id}")
    sent, after = 0, 0
    while ids := _standing(drop_id, after, preorder_ids):
        sent += _ship(ids, person_id, tracking, now)
        after = ids[-1]
    return sent


def finish(drop_id: int, person_id: int, now: datetime) -> None:
    """Close a drop whose parcels have all left; raises Refused while orders wait."""
    with transaction() as session:
        drop = _drop(session, drop_id)
        if queries.unsent_ids(session, drop_id, 1):
            raise Refused("orders-wait", N_("Some orders are not sent yet. Send or cancel them first."))
        _step(session, drop, person_id, "finish", "closed_at", now, "locked_at")
        outbox.record(session, DropClosed(drop_id))


def cancel_drop(drop_id: int, person_id: int, reason: str, now: datetime) -> int:
    """Call a drop off with a public reason: reservations are released, buyers told. Returns how many."""
    if not reason.strip():
        raise Refused("no-reason", N_("Say why: everybody who ordered reads it."), 422)
    with transaction() as session:
        return call_off(session, _drop(session, drop_id), person_id, reason.strip(), now)


def call_off(session: Session, drop: DropRow, person_id: int | None, reason: str, now: datetime) -> int:
    """Call a drop off in the caller's transaction, for somebody of the team or for the system (None)."""
    if not store.cancel_drop(session, drop.id, reason, now):
        raise Refused("drop-over", N_("Parcels have left, or it was called off already."))
    count = store.cancel_all(session, drop.id, reason, now)
    timeline.note_fallen(session, drop.id, now, person_id, reason)
    store.release_all(session, drop.id)
    outbox.record(session, DropCancelled(drop.id))
    audit.note(session, now, person_id, drop.artist_id, "drop.cancel", f"drop:{drop.id}", orders=count)
    return count


def _drop(session: Session, drop_id: int) -> DropRow:
    drop = queries.drop(session, drop_id)
    if drop is None:
        raise NotFound()
    return drop


def _step(
    session: Session, drop: DropRow, person_id: int, name: str, column: str, now: datetime, *after: str, **why: str
) -> None:
    if not store.step(session, drop.id, column, now, *after):
        raise Refused("wrong-step", N_("That step is done already, or it is not its turn yet."))
    kept = {key: value for key, value in why.items() if value}
    audit.note(session, now, person_id, drop.artist_id, f"drop.{name}", f"drop:{drop.id}", **kept)


def _standing(drop_id: int, after: int, only: Sequence[int] | None) -> Sequence[int]:
    ids = desk_counts.sendable(db.session(), drop_id, after, BATCH, only)
    db.session.rollback()
    return ids


def _ship(ids: Sequence[int], person_id: int, tracking: str, now: datetime) -> int:
    with transaction() as session:
        sent = [parcels.send_in(session, each, None, "", tracking, person_id, now) for each in ids]
    return sum(shipment_id is not None for shipment_id in sent)
