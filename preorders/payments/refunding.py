"""Money back: what is left of each payment, once, by the buyer's or the team's cancelling, or as it came too late."""

from datetime import datetime

from sqlalchemy.orm import Session

from preorders import queries as drops
from preorders.payments import queries, store, waking
from preorders.payments.rows import PaymentRow
from webapp.accounts import audit
from webapp.infra.db import after_commit, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

LONGEST_REASON = 500


def refund(preorder_id: int, staff_id: int | None, reason: str, now: datetime) -> int:
    """Give back all an order has paid and return how many refunds that began; called again it begins none.

    `staff_id` is who asks for it, None for the system. Raises NotFound; Refused for somebody of the team
    without a reason, or when there is nothing to give back.
    """
    reason = reason.replace("\0", "").strip()[:LONGEST_REASON]  # no database keeps a NUL
    if staff_id is not None and not reason:
        raise Refused("no-reason", N_("Say why: the buyer reads it."), 422)
    with transaction() as session:
        order = drops.preorder(session, preorder_id)
        drop = drops.drop(session, order.drop_id) if order else None
        if order is None or drop is None:
            raise NotFound()
        store.hold(session, preorder_id)
        owed = queries.refundable(session, preorder_id)
        begun = [give_back(session, payment, reason, staff_id, now) for payment in owed]
        if staff_id is not None:
            if not any(begun):
                raise Refused("nothing-paid", N_("There is nothing to give back, or it is on its way already."))
            subject = f"preorder:{preorder_id}"
            audit.note(session, now, staff_id, drop.artist_id, "preorder.refund", subject, reason=reason)
        return sum(begun)


def give_back(session: Session, payment: PaymentRow, reason: str, by_id: int | None, now: datetime) -> bool:
    """Write in the caller's transaction that a payment is to be refunded; return whether this call did.

    The order's row is locked from here on, so that of several refunds of an order each gets its own attempt.
    """
    store.hold(session, payment.preorder_id)
    left = payment.amount_minor - queries.given_back(session, payment)
    if left <= 0:
        return False
    refund_id = store.add(
        session,
        preorder_id=payment.preorder_id,
        provider=payment.provider,
        kind="refund",
        attempt=queries.last_attempt(session, payment.preorder_id, "refund") + 1,
        intent=payment.intent,
        amount_minor=left,
        currency=payment.currency,
        reason=reason,
        by_id=by_id,
        created_at=now,
        look_at=now,
    )
    if refund_id is None:
        return False
    after_commit(waking.waker(refund_id))
    return True
