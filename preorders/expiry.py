"""Orders that awaited their payment or their guardian for too long: they expire, and their pieces go on."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from preorders import queries, store, timeline
from preorders.events import PreorderExpired
from preorders.models import Payment, Preorder
from preorders.waitlist import offering
from webapp.infra import outbox
from webapp.infra.db import changed, db, transaction
from webapp.kernel.now import now as clock
from webapp.kernel.refusal import N_
from webapp.notices import store as notices
from webapp.notices import values
from webapp.notices.kinds import Kind

AT_ONCE = 500  # orders one round looks at; the next round goes on
# Asked before an unpaid order expires, outside of any transaction: closes what could still be paid with, and answers
# whether it is closed. Filled in boot.wiring.
GIVE_UP: list[Callable[[int, datetime], bool]] = []

MONEY_LATE = N_("It was not paid in time, so what we kept for you went on to others.")
GUARDIAN_LATE = N_("Your guardian did not agree in time, so what we kept for you went on to others.")
KINDS = (
    Kind(
        "order-expired",
        N_("Your preorder %(number)s has expired"),
        N_("%(why)s Nothing will be sent and you owe nothing. You can order again while there are pieces left."),
        N_("See your order"),
        transactional=True,
        title=N_("Your preorders, expired"),
    ),
)


def expire_due(now: datetime) -> int:
    """Expire every order whose time is up and that nobody paid or confirmed; return how many expired.

    Safe to run twice and beside payments: a conditional UPDATE decides. What came free is offered to the waitlist.
    """
    due = _due(db.session(), now)
    db.session.rollback()
    return sum(_expire(preorder_id, awaits_payment, now) for preorder_id, awaits_payment in due)


def sweep() -> int:
    """Ticker: expire what is due."""
    return expire_due(clock())


def tell_expired(preorder_id: int) -> None:
    """PreorderExpired: tell the buyer once, kindly, and why."""
    with transaction() as session:
        order = queries.preorder(session, preorder_id)
        assert order is not None, preorder_id
        why = values.word(MONEY_LATE if order.awaits_payment else GUARDIAN_LATE)
        params = {"number": order.number, "why": why, "path": f"/preorders/{order.number}"}
        notices.notify(session, [order.person_id], "order-expired", f"order-expired:{order.id}", params, clock())


def _due(session: Session, now: datetime) -> list[tuple[int, bool]]:
    due = (Preorder.state == "awaiting", Preorder.expires_at <= now)
    found = select(Preorder.id, Preorder.awaits_payment).where(*due).order_by(Preorder.expires_at).limit(AT_ONCE)
    return [(row.id, row.awaits_payment) for row in session.execute(found)]


def _expire(preorder_id: int, awaits_payment: bool, now: datetime) -> bool:
    if awaits_payment and not all(give_up(preorder_id, now) for give_up in GIVE_UP):
        return False  # it was paid after all, or the provider can't be reached: the next round asks again
    with transaction() as session:
        order = queries.preorder(session, preorder_id)
        assert order is not None
        store.hold(session, order.drop_id)
        if not _end(session, preorder_id, now):
            return False
        # Read under the lock: the order may have been changed in between.
        order = queries.preorder(session, preorder_id) or order
        store.release(session, order.drop_id, order.pieces, queries.pieces_by_variant(session, preorder_id))
        timeline.note(session, preorder_id, now, None, "expired")
        outbox.record(session, PreorderExpired(preorder_id))
        offering.offer_freed(session, order.drop_id, now)
        return True


def _end(session: Session, preorder_id: int, now: datetime) -> bool:
    paid = exists().where(
        Payment.preorder_id == Preorder.id,
        Payment.state == "succeeded",
        Payment.kind != "refund",
        Preorder.awaits_payment,
    )
    due = update(Preorder).where(
        Preorder.id == preorder_id, Preorder.state == "awaiting", Preorder.expires_at <= now, ~paid
    )
    return changed(session, due.values(state="expired", cancelled_at=now)) == 1
