"""The way to pay: a page of the provider is opened for an order, used again while it fits, closed when it does not."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import structlog
from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from preorders import ordering
from preorders import queries as drops
from preorders.payments import looking, queries, rules, store
from preorders.payments.port import Asked, Rejected, Unreachable
from preorders.payments.provider import provider
from preorders.payments.rows import PaymentRow
from preorders.payments.settling import settle
from preorders.payments.words import failure_message
from preorders.rows import DropRow, PreorderRow
from webapp.accounts import queries as accounts
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

AWAY = N_("The payment page can't be reached right now. Your order is kept; try again in some minutes.")
OVER = N_("There is nothing to pay for this order.")
LATE = N_("The time to pay for this order is over. If pieces are left you can order again.")
OPENING = rules.SLACK  # how long a page may take to open before another is opened

log = structlog.get_logger()


def begin(preorder_id: int, person_id: int, now: datetime) -> str | None:
    """Open a page to pay one's order at, or find the open one; return where to go, None when nothing is to be paid.

    What is returned is a page of ours that leads on at once: browsers follow no form to another site from ours.
    The provider's own address is `queries.open_pages(…)[0].url`. Raises NotFound, Refused.
    """
    order, drop, kind = _wanted(preorder_id, person_id, now)
    if kind is None:
        return None
    for page in _open_pages(preorder_id):
        if _fits(page, order, kind, now):
            return f"/preorders/{order.number}/pay"
        if not _closed(page, order, now):
            return f"/preorders/{order.number}/payment"  # used meanwhile, or being used
    payment_id, until = _written(order, drop, kind, now)
    if payment_id is not None:
        _open(payment_id, order, kind, until, now)
    return f"/preorders/{order.number}/pay"


def give_up(preorder_id: int, now: datetime) -> bool:
    """Close every page an order could still be paid at; return whether nothing can be paid any more.

    False when it was paid in the last moment (the order is confirmed then) or when the provider can't be reached.
    """
    order = drops.preorder(db.session(), preorder_id)
    db.session.rollback()
    if order is None:
        return True
    try:
        closed = [close(page, order, now) for page in _open_pages(preorder_id)]
    except Unreachable as error:
        log.warning("checkout not closed", preorder=preorder_id, error=str(error))
        return False
    return all(closed)


def nothing_open(preorder_id: int, now: datetime) -> bool:
    """Return whether no page of an order is open: asked before it expires, where nobody may wait for a provider.

    Workers close the pages of orders whose time is over; until then the answer is no.
    """
    return not _open_pages(preorder_id)


def close(page: PaymentRow, order: PreorderRow, now: datetime) -> bool:
    """Close one page at the provider; return whether it was closed unused. Raises Unreachable."""
    if page.reference is None:
        with transaction() as session:
            store.expire(session, page.id, now)  # whoever is opening it now finds it closed
        return True
    answer = provider().expire(looking.asked_of(page, order))
    return settle(page.id, answer, now) in ("expired", "failed")


def _wanted(preorder_id: int, person_id: int, now: datetime) -> tuple[PreorderRow, DropRow, str | None]:
    """Return the order, its drop and the kind of page it needs; keeps its pieces for as long as that is open."""
    with transaction() as session:
        order = drops.preorder(session, preorder_id)
        if order is None or order.person_id != person_id:
            raise NotFound()
        drop = drops.drop(session, order.drop_id)
        assert drop is not None
        if order.state == "awaiting" and order.awaits_payment:
            if order.total_minor == 0:
                ordering.confirm(session, order.id, "payment", now)
                return order, drop, None
            until = rules.hold_until(order.expires_at, order.placed_at)
            if not store.hold_for_payment(session, order.id, until, now):
                raise Refused("too-late", LATE)
            return order, drop, "setup" if drop.payment == "at_lock" else "checkout"
        if not owes_after_charge(session, order):
            if order.state in rules.HELD or order.state == "awaiting":
                return order, drop, None
            raise Refused("nothing-to-pay", OVER)
        return order, drop, "checkout"


def owes_after_charge(session: Session, order: PreorderRow) -> bool:
    """Return whether an order stands unpaid after its charge at the lock was refused."""
    if order.state not in rules.HELD or order.paid_at:
        return False
    charges = [payment for payment in queries.of_order(session, order.id) if payment.kind == "charge"]
    return bool(charges) and charges[-1].state == "failed"


def _open_pages(preorder_id: int) -> list[PaymentRow]:
    found = queries.open_pages(db.session(), preorder_id)
    db.session.rollback()
    return found


def _closed(page: PaymentRow, order: PreorderRow, now: datetime) -> bool:
    try:
        return close(page, order, now)
    except Unreachable as error:
        raise Refused("payment-away", AWAY, 503) from error


def _fits(page: PaymentRow, order: PreorderRow, kind: str, now: datetime) -> bool:
    same = page.kind == kind and (page.amount_minor, page.currency) == (order.total_minor, order.currency)
    if page.url is None:
        return same and page.created_at + OPENING > now
    return same and (page.expires_at is None or page.expires_at > now + rules.SLACK)


def _written(order: PreorderRow, drop: DropRow, kind: str, now: datetime) -> tuple[int | None, datetime]:
    """Write the row first; None when a request beside this one has, or the order is being charged."""
    hold = rules.hold_until(order.expires_at, order.placed_at) if order.state == "awaiting" else None
    until = rules.checkout_until(hold, now)
    with transaction() as session:
        store.hold(session, order.id)
        beside = kind == "checkout" and order.state != "awaiting" and not owes_after_charge(session, order)
        if beside or queries.open_pages(session, order.id):
            return None, until
        payment_id = store.add(
            session,
            preorder_id=order.id,
            provider=provider().name,
            kind=kind,
            attempt=queries.last_attempt(session, order.id, kind) + 1,
            amount_minor=order.total_minor,
            currency=order.currency,
            created_at=now,
            expires_at=until,
            look_at=now + rules.LEASE,
        )
    return payment_id, until


def _open(payment_id: int, order: PreorderRow, kind: str, until: datetime, now: datetime) -> None:
    asked = _asked(payment_id, order, kind, until)
    here = provider()
    try:
        answer = here.open_setup(asked) if kind == "setup" else here.open_checkout(asked)
    except Unreachable as error:
        # If it did open nobody knows its address: it can't be used.
        with transaction() as session:
            store.expire(session, payment_id, now)
        raise Refused("payment-away", AWAY, 503) from error
    except Rejected as rejected:
        with transaction() as session:
            store.expire(session, payment_id, now)
        log.error("checkout rejected", preorder=order.id, code=rejected.code)
        raise Refused("payment-refused", failure_message(rejected.code), 409) from rejected
    if settle(payment_id, answer, now) != "open":
        _close_unseen(replace(asked, reference=answer.reference))
        raise Refused("too-late", LATE)


def _close_unseen(asked: Asked) -> None:
    """The order's time was over while its page opened: nobody has seen it, nobody shall."""
    with suppress(Unreachable):
        provider().expire(asked)


def _asked(payment_id: int, order: PreorderRow, kind: str, until: datetime) -> Asked:
    payment, _order = looking.read(payment_id)
    here = f"{current_app.config['SETTINGS'].base_url}/preorders/{order.number}"
    return replace(
        looking.asked_of(payment, order),
        email=order.email,
        parts=_parts(order) if kind == "checkout" else (),
        until=until,
        return_url=f"{here}/payment",
        cancel_url=f"{here}/payment?left=1",
    )


def _parts(order: PreorderRow) -> tuple[rules.Part, ...]:
    """Return the lines of the order in the buyer's language."""
    buyer = accounts.person(db.session(), order.person_id)
    lines = [(f"{line.quantity} × {line.words}", line.price_minor) for line in drops.lines(db.session(), order.id)]
    db.session.rollback()
    with force_locale(buyer.locale if buyer else "en"):
        shipping = rules.Part(gettext("Shipping"), order.shipping_minor)
        tax = rules.Part(gettext("Tax"), order.tax_minor)
        whole = f"{gettext('Order')} {order.number}"
    return rules.parts_of(lines, shipping, tax, order.tax_included, order.total_minor, whole)
