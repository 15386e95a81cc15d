"""What was given back outside of here, on the provider's own pages: found when a message tells of a refund.

A refund is known by the provider's name for it, which a unique constraint keeps once; so it makes no difference how
often, or in which order, messages tell of it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from preorders.payments import queries, store
from preorders.payments.port import Answer, Asked
from preorders.payments.provider import provider
from preorders.payments.rows import PaymentRow
from preorders.payments.rules import next_look
from preorders.payments.settling import settle_in
from preorders.payments.words import OUTSIDE
from webapp.infra.db import transaction


def notice(payment: PaymentRow, asked: Asked, now: datetime) -> int:
    """Write down what went back of a payment and was not begun here; return how many refunds were new.

    The order's timeline, its buyer and the team's exports learn of it as of any refund. Raises Unreachable.
    """
    found = [each for each in provider().refunds(asked) if each.reference and each.state != "failed"]
    if not found:
        return 0
    with transaction() as session:
        store.hold(session, payment.preorder_id)
        known = queries.known(session, payment.provider, [each.reference or "" for each in found])
        return sum(_write(session, payment, each, now) for each in found if each.reference not in known)


def _write(session: Session, payment: PaymentRow, answer: Answer, now: datetime) -> bool:
    refund_id = store.add(
        session,
        preorder_id=payment.preorder_id,
        provider=payment.provider,
        kind="refund",
        attempt=queries.last_attempt(session, payment.preorder_id, "refund") + 1,
        reference=answer.reference,
        intent=payment.intent,
        amount_minor=answer.amount_minor or 0,
        currency=payment.currency,
        reason=OUTSIDE,
        created_at=now,
        look_at=next_look(0, now),
    )
    if refund_id is None:
        return False
    settle_in(session, refund_id, answer, now)
    return True
