"""What happens after facts, and by the clock. Everything may run twice. Handlers take their fact's fields."""

from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy.orm import Session

from preorders import queries as drops
from preorders.payments import queries, service, store, waking
from preorders.payments.port import Unreachable
from preorders.payments.rows import PaymentRow
from preorders.payments.words import CALLED_OFF, CANCELLED, REASONS, failure_message
from preorders.rows import DropRow, PreorderRow
from webapp.accounts import queries as accounts
from webapp.infra.db import db, transaction
from webapp.kernel.now import now
from webapp.notices import store as notices
from webapp.notices import values

BATCH = 100

log = structlog.get_logger()


def look_at(payment_id: int) -> None:
    """Job: look at one payment, if it is due."""
    _quietly(lambda: service.look(payment_id, now()))


def look_now(payment_id: int) -> None:
    """Job: look at one payment, due or not."""
    _quietly(lambda: service.look(payment_id, now(), asked_for=True))


def look_at_due() -> None:
    """Job: look at all that is due, and hear what was not heard."""
    for event_row_id in _read(lambda session: queries.unhandled(session, BATCH)):
        hear(event_row_id)
    service.look_at_all(now())


def hear(event_row_id: int) -> None:
    """Job: deal with a provider's message."""
    _quietly(lambda: service.hear(event_row_id, now()))


def sweep() -> None:
    """Ticker: wake a worker when something is due, and date the charges of drops that have all their answers."""
    moment = now()
    if _read(lambda s: queries.due(s, moment, 1)) or _read(lambda s: queries.unhandled(s, 1)):
        waking.wake_all()
    for drop_id in _read(queries.charging_drops):
        with transaction() as session:
            store.charged(session, drop_id, moment)


def order_confirmed(preorder_id: int) -> None:
    """PreorderConfirmed: a card saved, or a guardian's word, after the others were charged."""
    service.charge_late(preorder_id, now())


def order_over(preorder_id: int) -> None:
    """PreorderCancelled, PreorderExpired: nothing may be paid any more, and what was paid goes back, once."""
    if not service.give_up(preorder_id, now()):
        log.info("a page of an order that is over was used, or is not closed yet", preorder=preorder_id)
    service.refund(preorder_id, None, CANCELLED, now())


def drop_over(drop_id: int) -> None:
    """DropCancelled: the same for each of its orders."""
    ids: Sequence[int] = ()
    while ids := _money_of_the_over(drop_id, after=ids[-1] if ids else 0):
        for preorder_id in ids:
            service.give_up(preorder_id, now())
            service.refund(preorder_id, None, CALLED_OFF, now())


def tell_arrived(payment_id: int) -> None:
    """PaymentArrived: a receipt."""
    with transaction() as session:
        payment, order, drop = _of(session, payment_id)
        amount = values.money(payment.amount_minor, payment.currency)
        _tell(session, "payment-arrived", payment, order, amount=amount, title=drop.title)


def tell_failed(payment_id: int) -> None:
    """PaymentFailed: say why, and until when it can be put right; nothing when it was put right meanwhile."""
    with transaction() as session:
        payment, order, drop = _of(session, payment_id)
        if order.paid_at or order.state in ("cancelled", "expired"):
            return
        until = values.at(payment.expires_at or order.expires_at, drop.timezone)
        why = values.word(failure_message(payment.failure or "other"))
        _tell(session, "payment-failed", payment, order, until=until, why=why)


def tell_refunded(payment_id: int) -> None:
    """PaymentRefunded: say how much went back, and why."""
    with transaction() as session:
        payment, order, _drop = _of(session, payment_id)
        why: Any = values.word(payment.reason) if payment.reason in REASONS else payment.reason
        amount = values.money(payment.amount_minor, payment.currency)
        _tell(session, "payment-refunded", payment, order, amount=amount, why=why)


def tell_refund_failed(payment_id: int) -> None:
    """RefundFailed: tell the team; somebody has to give the money back in another way."""
    with transaction() as session:
        payment, order, drop = _of(session, payment_id)
        artist = accounts.artist(session, drop.artist_id)
        assert artist is not None
        team = accounts.team(session, drop.artist_id, "merch_staff")
        path = f"/team/{artist.slug}/drops/{drop.id}/orders/{order.number}"
        amount = values.money(payment.amount_minor, payment.currency)
        why = values.word(failure_message(payment.failure or "other"))
        params = {"number": order.number, "amount": amount, "why": why, "path": path}
        notices.notify(session, team, "refund-failed", f"refund-failed:{payment.id}", params, now())


def _tell(session: Session, kind: str, payment: PaymentRow, order: PreorderRow, **params: Any) -> None:
    known = {"number": order.number, "path": f"/preorders/{order.number}", **params}
    notices.notify(session, [order.person_id], kind, f"{kind}:{payment.id}", known, now())


def _of(session: Session, payment_id: int) -> tuple[PaymentRow, PreorderRow, DropRow]:
    payment = queries.payment(session, payment_id)
    order = drops.preorder(session, payment.preorder_id) if payment else None
    drop = drops.drop(session, order.drop_id) if order else None
    assert payment is not None and order is not None and drop is not None, payment_id
    return payment, order, drop


def _money_of_the_over(drop_id: int, after: int) -> Sequence[int]:
    return list(_read(lambda session: queries.refundable_orders(session, drop_id, after, BATCH)))


def _read(ask: Any) -> Any:
    found = ask(db.session())
    db.session.rollback()
    return found


def _quietly(act: Any) -> None:
    """The ticker asks again: a provider that is away is no failure of the job."""
    try:
        act()
    except Unreachable as error:
        log.warning("payment provider away", error=str(error))
