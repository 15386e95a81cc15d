"""The charge at the lock: a row for each order first, then workers send them; whoever was refused is told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from preorders import printable, timeline
from preorders import queries as drops
from preorders.payments import opening, queries, store, waking
from preorders.payments.events import PaymentFailed
from preorders.payments.rows import Charged
from preorders.payments.rules import TIME_TO_FIX
from preorders.payments.words import failure_message
from preorders.rows import PreorderRow
from webapp.infra import outbox
from webapp.infra.db import after_commit, db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

BATCH = 200  # rows a transaction
NO_METHOD = "no-method"


def charge_all(drop_id: int, now: datetime, again: bool = False) -> Charged:
    """Have every standing, unpaid order of a locked drop charged once; return how far that is.

    Workers do it; the same call, or `queries.charges`, tells how far they are. `again` charges those that were
    refused once more. May be called at any time, by several at once, and after a crash: an order has one charge
    in flight at most. Raises NotFound; Refused: not-at-lock, not-locked, goal-missed.
    """
    drop = drops.drop(db.session(), drop_id)
    may_print = drop is not None and printable.may_print(db.session(), drop)
    db.session.rollback()
    if drop is None:
        raise NotFound()
    if drop.payment != "at_lock":
        raise Refused("not-at-lock", N_("This drop is not charged at the lock."))
    if drop.locked_at is None or drop.cancelled_at:
        raise Refused("not-locked", N_("Fix the orders first: then they can be charged."))
    if not may_print:
        raise Refused("goal-missed", printable.NOT_YET)
    after = 0
    while ids := _next(drop_id, again, after):
        after = ids[-1]
        _write(_without_open_pages(ids, now) if again else ids, again, now)
    with transaction() as session:
        store.charged(session, drop_id, now)  # when there is nothing to charge, or the last answer was here before
        return queries.charges(session, drop_id)


def charge_again(preorder_id: int, now: datetime) -> None:
    """Charge one order once more after a refusal; raises NotFound, Refused."""
    order = drops.preorder(db.session(), preorder_id)
    owes = order is not None and opening.owes_after_charge(db.session(), order)
    db.session.rollback()
    if order is None:
        raise NotFound()
    if not owes or not opening.give_up(preorder_id, now):
        raise Refused("nothing-owed", N_("This order is paid, or a payment is on its way."))
    _write([preorder_id], True, now)


def charge_late(preorder_id: int, now: datetime) -> None:
    """Charge an order that was confirmed after its drop's charges had begun; nothing for any other."""
    order = drops.preorder(db.session(), preorder_id)
    begun = order is not None and queries.charging_begun(db.session(), order.drop_id)
    db.session.rollback()
    if begun:
        _write([preorder_id], False, now)


def _next(drop_id: int, again: bool, after: int) -> Sequence[int]:
    ids = queries.to_charge(db.session(), drop_id, again, after, BATCH)
    db.session.rollback()
    return ids


def _without_open_pages(ids: Sequence[int], now: datetime) -> list[int]:
    """Whoever is just paying otherwise must not be charged beside it."""
    return [preorder_id for preorder_id in ids if opening.give_up(preorder_id, now)]


def _write(ids: Sequence[int], again: bool, now: datetime) -> None:
    """Write the rows. Each order's row is locked and read again first, so that two at once write one."""
    with transaction() as session:
        if sum(_write_one(session, preorder_id, again, now) for preorder_id in ids):
            after_commit(waking.wake_all)


def _write_one(session: Session, preorder_id: int, again: bool, now: datetime) -> bool:
    store.hold(session, preorder_id)
    order = drops.preorder(session, preorder_id)
    if order is None or order.state != "reserved" or order.paid_at:
        return False
    attempt = queries.last_attempt(session, preorder_id, "charge") + 1
    if attempt > 1 and not (again and queries.may_charge_again(session, preorder_id)):
        return False
    method = queries.saved_method(session, preorder_id)
    values = {"amount_minor": order.total_minor, "currency": order.currency, "created_at": now, "attempt": attempt}
    if method is None:
        return attempt == 1 and _cannot(session, order, values, now)
    known = {"provider": method.provider, "method": method.method, "customer": method.customer}
    added = store.add(session, preorder_id=preorder_id, kind="charge", look_at=now, **known, **values)
    return added is not None


def _cannot(session: Session, order: PreorderRow, values: dict[str, object], now: datetime) -> bool:
    """Nothing to charge was saved with the order: its buyer is asked to pay, as after a refusal."""
    over = {"state": "failed", "failure": NO_METHOD, "settled_at": now, "expires_at": now + TIME_TO_FIX}
    added = store.add(session, preorder_id=order.id, kind="charge", provider="none", **{**values, **over})
    if added is None:
        return False
    timeline.note(session, order.id, now, None, "payment-failed", why=failure_message(NO_METHOD))
    outbox.record(session, PaymentFailed(added))
    return True
