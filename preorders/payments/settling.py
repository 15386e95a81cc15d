"""What a provider's answer changes, in one transaction: the payment, its order, the facts. Safe to repeat."""

from datetime import datetime

from sqlalchemy.orm import Session

from preorders import ordering, timeline
from preorders import queries as drops
from preorders.payments import queries, refunding, store, waking, words
from preorders.payments.events import PaymentArrived, PaymentFailed, PaymentRefunded, RefundFailed
from preorders.payments.port import Answer
from preorders.payments.rows import PaymentRow
from preorders.payments.rules import TIME_TO_FIX, next_look
from preorders.rows import PreorderRow
from webapp.infra import outbox
from webapp.infra.db import after_commit, transaction


def settle(payment_id: int, answer: Answer, now: datetime) -> str:
    """Write an answer down with all that follows from it; return the payment's state now."""
    with transaction() as session:
        return settle_in(session, payment_id, answer, now)


def settle_in(session: Session, payment_id: int, answer: Answer, now: datetime) -> str:
    """Do what `settle` does in the caller's transaction."""
    payment = _again(session, payment_id)
    if answer.state == "open":
        if store.learn(session, payment_id, answer):
            store.look_later(session, payment_id, next_look(payment.tries, now, hold_of(_order(session, payment))))
    elif answer.state == "succeeded":
        if store.succeed(session, payment_id, answer, now):
            _succeeded(session, _again(session, payment_id), now)
    elif answer.state == "failed":
        _failed(session, payment, answer, now)
    else:
        store.expire(session, payment_id, now)
    return _again(session, payment_id).state


def hold_of(order: PreorderRow) -> datetime | None:
    """Return until when an order that awaits its payment keeps its pieces; None for any other."""
    return order.expires_at if order.state == "awaiting" and order.awaits_payment else None


def _succeeded(session: Session, payment: PaymentRow, now: datetime) -> None:
    if payment.kind == "setup":
        ordering.confirm(session, payment.preorder_id, "payment", now)
    elif payment.kind == "refund":
        _money_went_back(session, payment, now)
    else:
        _money_came(session, payment, now)
        _hear_again(session, payment)


def _money_came(session: Session, payment: PaymentRow, now: datetime) -> None:
    """Pay the order with it; what the order has no use for goes back, once."""
    if not store.pay(session, payment.preorder_id, payment.amount_minor, now):
        refunding.give_back(session, payment, _why_not(_order(session, payment), payment), None, now)
        return
    ordering.confirm(session, payment.preorder_id, "payment", now)
    amount = words.plain_amount(payment.amount_minor, payment.currency)
    timeline.note(session, payment.preorder_id, now, None, "paid", amount=amount)
    outbox.record(session, PaymentArrived(payment.id))


def _hear_again(session: Session, payment: PaymentRow) -> None:
    """A message of its refund may have come before anybody knew whose payment that was."""
    came_early = queries.heard_before(session, payment.provider, payment.intent or "")
    if came_early:
        store.hear_again(session, came_early)
        after_commit(waking.wake_all)


def _why_not(order: PreorderRow, payment: PaymentRow) -> str:
    if order.state in ("cancelled", "expired"):
        return words.TOO_LATE
    return words.TWICE if order.paid_at else words.CHANGED


def _money_went_back(session: Session, refund: PaymentRow, now: datetime) -> None:
    order = _order(session, refund)
    over = order.state in ("cancelled", "expired")
    if (order.paid_at or over) and queries.paid_here(session, order.id) <= 0:
        store.refunded(session, order.id, now)
    amount = words.plain_amount(refund.amount_minor, refund.currency)
    timeline.note(session, order.id, now, refund.by_id, "refunded", amount=amount, reason=refund.reason)
    outbox.record(session, PaymentRefunded(refund.id))


def _failed(session: Session, payment: PaymentRow, answer: Answer, now: datetime) -> None:
    until = now + TIME_TO_FIX if payment.kind == "charge" else None
    if not store.fail(session, payment, answer, now, until):
        return
    if payment.kind == "refund":
        store.refunded(session, payment.preorder_id, None)
        outbox.record(session, RefundFailed(payment.id))
        return
    why = words.failure_message(answer.failure or "other")
    timeline.note(session, payment.preorder_id, now, None, "payment-failed", why=why)
    outbox.record(session, PaymentFailed(payment.id))


def _order(session: Session, payment: PaymentRow) -> PreorderRow:
    order = drops.preorder(session, payment.preorder_id)
    assert order is not None, payment.preorder_id
    return order


def _again(session: Session, payment_id: int) -> PaymentRow:
    payment = queries.payment(session, payment_id)
    assert payment is not None, payment_id
    return payment
