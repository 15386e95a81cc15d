"""Forgetting who ordered: what is unpaid is cancelled, what is over loses its names, files that name people go.

An order that is paid, or whose drop takes no more changes, keeps name and address until it is sent; then the daily
clock takes them (`forget_settled`). Amounts, dates and lines stay: they are the books.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from preorders import ordering, queries, store
from preorders.models import (
    Drop,
    ExportLog,
    OrderBatch,
    OrderEvent,
    OrderWord,
    Payment,
    Preorder,
    ProductionPack,
    Shipment,
    WaitlistEntry,
)
from preorders.shipping.models import ParcelImport
from preorders.waitlist import joining
from webapp.accounts.models import AuditLine, Person
from webapp.infra.db import changed, db, transaction
from webapp.infra.storage import storage
from webapp.kernel.refusal import Refused

OVER = ("shipped", "cancelled", "expired")
NEVER_SENT = timedelta(days=180)  # after the drop was closed: what has not left by then does not leave any more
BATCH = 500
WORDS = ("note", "cancelled", "shipped", "payment-failed", "refunded")  # events with words of people in them


def leave_waitlists(person_id: int, now: datetime) -> None:
    """Leave every queue; what was offered goes on to the next."""
    standing = (WaitlistEntry.person_id == person_id, WaitlistEntry.state.in_(("waiting", "offered")))
    entries = list(db.session.scalars(select(WaitlistEntry.id).where(*standing)))
    db.session.rollback()
    for entry_id in entries:
        try:
            joining.leave(entry_id, person_id, now)
        except Refused:  # ended by the clock a moment ago
            continue


def cancel_unpaid(person_id: int, now: datetime) -> None:
    """Cancel what is not paid and not fixed; its pieces go to the waitlist, in order."""
    open_ones = (
        Preorder.person_id == person_id,
        Preorder.state.in_(("awaiting", "reserved")),
        Preorder.paid_at.is_(None),
    )
    orders = list(db.session.scalars(select(Preorder.id).where(*open_ones)))
    db.session.rollback()
    for order_id in orders:
        _cancel(order_id, now)


def forget_orders(person_id: int, now: datetime) -> None:
    """Take names and addresses out of the person's orders that are over."""
    _forget(and_(Preorder.person_id == person_id, Preorder.state.in_(OVER)))


def forget_settled(now: datetime) -> int:
    """Take names and addresses out of erased people's orders that have ended since; return how many. Daily."""
    closed = select(Drop.id).where(or_(Drop.closed_at < now - NEVER_SENT, Drop.cancelled_at < now - NEVER_SENT))
    erased = select(Person.id).where(Person.erased_at.is_not(None))
    over = or_(Preorder.state.in_(OVER), Preorder.drop_id.in_(closed))
    return _forget(and_(Preorder.person_id.in_(erased), Preorder.email != "", over))


def delete_files(person_id: int, now: datetime) -> None:
    """Delete files of drops the person ordered from that wait to be fetched; one being written is begun anew."""
    drops = select(Preorder.drop_id).where(Preorder.person_id == person_id)
    for model in (ExportLog, ProductionPack):
        there = select(model.id, model.file_key).where(model.drop_id.in_(drops), model.file_key.is_not(None))
        rows = db.session.execute(there).all()
        db.session.rollback()
        for row in rows:
            storage().delete(row.file_key)
        with transaction() as session:
            gone = update(model).where(model.id.in_([row.id for row in rows]))
            changed(session, gone.values(file_key=None))
            begun = (model.drop_id.in_(drops), model.done_at.is_(None), model.attempts > 0, model.failure == "")
            changed(session, update(model).where(*begun).values(attempts=model.attempts + 1, lease_until=now))


def _cancel(order_id: int, now: datetime) -> None:
    with transaction() as session:
        order = queries.preorder(session, order_id)
        if order is None or order.paid_at:
            return
        taking = store.hold_open(session, order.drop_id, now)
        if not taking and not (order.state == "awaiting" and store.hold(session, order.drop_id)):
            return  # fixed: it is made, and goes out
        try:
            ordering.cancel_standing(session, order, "", None, now)
        except Refused:  # paid, expired or sent a moment ago
            return


def _forget(which: ColumnElement[bool]) -> int:
    """Empty orders, what the desk finds them by, and what was written about them; batch by batch."""
    done = 0
    while True:
        with transaction() as session:
            ids = list(session.scalars(select(Preorder.id).where(which, Preorder.email != "").limit(BATCH)))
            if not ids:
                return done
            _empty(session, ids)
        done += len(ids)


def _empty(session: Session, ids: list[int]) -> None:
    numbers = list(session.scalars(select(Preorder.number).where(Preorder.id.in_(ids))))
    drops = set(session.scalars(select(Preorder.drop_id).where(Preorder.id.in_(ids))))
    _empty_imports(session, drops, set(numbers))
    changed(session, delete(OrderWord).where(OrderWord.preorder_id.in_(ids)))
    said = (OrderEvent.preorder_id.in_(ids), OrderEvent.kind.in_(WORDS))
    changed(session, update(OrderEvent).where(*said).values(params={}))
    changed(session, update(Shipment).where(Shipment.preorder_id.in_(ids)).values(tracking=None))
    settled = (Payment.preorder_id.in_(ids), Payment.state != "open")
    known = {"customer": None, "method": None, "url": None, "failure": "", "reason": ""}
    changed(session, update(Payment).where(*settled).values(**known))
    words: dict[str, Any] = {"email": "", "name": "", "address": {}, "cancel_reason": "", "tracking": "", "asked": None}
    changed(session, update(Preorder).where(Preorder.id.in_(ids)).values(**words))
    _empty_searches(session, drops)


def _empty_searches(session: Session, drops: set[int]) -> None:
    """Forget what was searched for among these drops' orders: it may have been a name. What waits keeps it."""
    over = (OrderBatch.drop_id.in_(drops), OrderBatch.done_at.is_not(None))
    for row in session.scalars(select(OrderBatch).where(*over)):
        row.filters = row.filters | {"q": ""}
    for log in session.scalars(select(ExportLog).where(ExportLog.drop_id.in_(drops), ExportLog.state != "waiting")):
        log.filters = log.filters | {"q": ""}
    said = (AuditLine.subject.in_([f"drop:{each}" for each in drops]), AuditLine.action == "drop.export")
    for line in session.scalars(select(AuditLine).where(*said)):
        line.details = line.details | {"filters": (line.details.get("filters") or {}) | {"q": ""}}


def _empty_imports(session: Session, drops: set[int], numbers: set[str]) -> None:
    """Take the lines of these orders out of the imports of tracking numbers."""
    for row in session.scalars(select(ParcelImport).where(ParcelImport.drop_id.in_(drops))):
        left = [each for each in row.rows if not numbers & {str(value) for value in _values(each)}]
        if left != row.rows:
            row.rows = left


def _values(row: object) -> list[object]:
    if isinstance(row, dict):
        return list(row.values())
    return list(row) if isinstance(row, (list, tuple)) else [row]
