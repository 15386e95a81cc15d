"""Asking the provider: what was written down is sent, what was sent is asked about, what is known is settled.

Nothing here is inside a transaction but the lease before and the settling after. A process that dies in between
leaves an open row; whoever looks next finds what had come of it before anything is sent again.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import monotonic

import structlog

from preorders import queries as drops
from preorders.payments import outside, queries, store
from preorders.payments.port import Answer, Asked, Provider, Rejected, Unreachable
from preorders.payments.provider import provider
from preorders.payments.rows import PaymentRow
from preorders.payments.rules import next_look
from preorders.payments.settling import hold_of, settle
from preorders.rows import PreorderRow
from webapp.infra.db import db, transaction

AT_ONCE = 8  # requests to the provider at the same time
LONGEST_RUN = 60  # seconds a batch goes on

log = structlog.get_logger()


def look(payment_id: int, now: datetime, asked_for: bool = False) -> str | None:
    """Ask the provider about one open payment, and send it if it was not; return its state then.

    None when it is not due, over, or another looks at it. With `asked_for` (a message came, somebody waits) it
    need not be due. Raises Unreachable.
    """
    found = _taken(payment_id, now, asked_for)
    if found is None:
        return None
    state = settle(payment_id, _ask(provider(), *found, now), now)
    if found[0].kind == "refund" and state == "expired":
        look_outside(payment_id, now)
    return state


def look_at_all(now: datetime) -> int:
    """Look at everything due, several at a time, for at most a minute; return how many answers came."""
    until, answers = monotonic() + LONGEST_RUN, 0
    while monotonic() < until:
        ids = queries.due(db.session(), now, AT_ONCE)
        db.session.rollback()
        taken = [found for found in (_taken(payment_id, now, False) for payment_id in ids) if found]
        if not taken:
            return answers
        answers += _ask_together(taken, now)
    return answers


def refresh(payment_id: int, now: datetime) -> None:
    """Read a payment anew because a message speaks of it, over or not; raises Unreachable.

    An open one is looked at in full; of one that is over only the way forward is believed.
    """
    payment, order = read(payment_id)
    if payment.state == "open":
        look(payment_id, now, asked_for=True)
    elif payment.reference and (payment.state != "succeeded" or payment.kind == "refund"):
        answer = provider().fetch(asked_of(payment, order))
        if answer and answer.state in ("succeeded", "failed"):
            settle(payment_id, answer, now)


def look_outside(payment_id: int, now: datetime) -> None:
    """Look for what went back of the same payment without us; raises Unreachable."""
    payment, order = read(payment_id)
    if payment.intent:
        outside.notice(payment, asked_of(payment, order), now)


def asked_of(payment: PaymentRow, order: PreorderRow) -> Asked:
    """Return a payment as the port knows it."""
    same = ("kind", "attempt", "amount_minor", "currency", "reference", "intent", "method", "customer")
    values = {name: getattr(payment, name) for name in same}
    return Asked(payment_id=payment.id, order=order.number, **values)


def _taken(payment_id: int, now: datetime, asked_for: bool) -> tuple[PaymentRow, PreorderRow] | None:
    with transaction() as session:
        if not store.lease(session, payment_id, now, asked_for):
            return None
    return read(payment_id)


def read(payment_id: int) -> tuple[PaymentRow, PreorderRow]:
    session = db.session()
    payment = queries.payment(session, payment_id)
    assert payment is not None, payment_id
    order = drops.preorder(session, payment.preorder_id)
    db.session.rollback()
    assert order is not None
    return payment, order


def _ask_together(taken: list[tuple[PaymentRow, PreorderRow]], now: datetime) -> int:
    """Only requests run beside each other; the database is spoken to from here."""
    here, answers = provider(), 0
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        asked = [(*found, pool.submit(_ask, here, *found, now)) for found in taken]
    for payment, order, future in asked:
        try:
            state = settle(payment.id, future.result(), now)
            answers += 1
            if payment.kind == "refund" and state == "expired":
                look_outside(payment.id, now)
        except Unreachable as error:
            log.warning("payment not answered", payment=payment.id, error=str(error))
            with transaction() as session:
                store.look_later(session, payment.id, next_look(payment.tries, now, hold_of(order)))
    return answers


def _ask(here: Provider, payment: PaymentRow, order: PreorderRow, now: datetime) -> Answer:
    """Return where a payment stands; sends it when it is ours to send and never was.

    A page is closed when its order is over, or has waited long enough.
    """
    asked = asked_of(payment, order)
    if payment.kind in ("checkout", "setup"):
        # Without a reference nobody ever saw its page: nobody can have used it.
        hold = hold_of(order)
        if payment.reference and (order.state in ("cancelled", "expired") or (hold and hold <= now)):
            return here.expire(asked)
        return (here.fetch(asked) if payment.reference else None) or Answer("expired")
    if payment.tries > 1 and (known := here.fetch(asked)):
        return known
    if payment.reference:
        return here.fetch(asked) or Answer("failed", failure="unknown")
    if payment.kind == "charge" and order.state != "reserved":
        return Answer("expired")
    try:
        return here.charge(asked) if payment.kind == "charge" else here.refund(asked)
    except Rejected as rejected:
        return Answer("failed", failure=rejected.code)
