"""Every write of payments, in the caller's transaction. States only go forward: a late answer changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, update
from sqlalchemy.orm import Session

from preorders.models import Drop, Payment, PaymentEvent, Preorder
from preorders.payments.port import Answer, Message
from preorders.payments.rows import PaymentRow
from preorders.payments.rules import LEASE
from webapp.infra.db import changed, insert_once


def add(session: Session, **values: Any) -> int | None:
    """Insert an open payment; None when that attempt stands already."""
    return insert_once(session, Payment, **{"state": "open", "failure": "", "reason": "", "tries": 0, **values})


def lease(session: Session, payment_id: int, now: datetime, asked_for: bool = False) -> bool:
    """Take an open payment that is due, to ask the provider; `asked_for` takes one that is not due yet as well."""
    due = [] if asked_for else [Payment.look_at <= now]
    statement = update(Payment).where(Payment.id == payment_id, Payment.state == "open", *due)
    return changed(session, statement.values(look_at=now + LEASE, tries=Payment.tries + 1)) == 1


def look_later(session: Session, payment_id: int, at: datetime) -> None:
    """Say when an open payment is looked at again."""
    changed(session, update(Payment).where(Payment.id == payment_id, Payment.state == "open").values(look_at=at))


def learn(session: Session, payment_id: int, answer: Answer) -> bool:
    """Write what is known of an open payment; False when it is over, and somebody else said how."""
    known = ("reference", "intent", "method", "customer", "url", "amount_minor")
    values = {name: getattr(answer, name) for name in known if getattr(answer, name) is not None}
    statement = update(Payment).where(Payment.id == payment_id, Payment.state == "open")
    return changed(session, statement.values({"tries": Payment.tries, **values})) == 1


def succeed(session: Session, payment_id: int, answer: Answer, now: datetime) -> bool:
    """Mark a payment as succeeded, whatever was thought before; return whether this call did it."""
    known = {name: getattr(answer, name) for name in ("reference", "intent", "method", "customer")}
    values: dict[str, Any] = {name: value for name, value in known.items() if value is not None}
    if answer.amount_minor is not None:
        values["amount_minor"] = answer.amount_minor
    statement = update(Payment).where(Payment.id == payment_id, Payment.state != "succeeded")
    over = {"state": "succeeded", "failure": "", "settled_at": now, "url": None, "look_at": None}
    return changed(session, statement.values({**values, **over})) == 1


def fail(session: Session, payment: PaymentRow, answer: Answer, now: datetime, until: datetime | None) -> bool:
    """Mark a payment as failed; `until` is when its buyer has to have paid otherwise.

    Only an open one fails; but a refund may fail after it had seemed to succeed: a bank sends it back.
    """
    before = ["open", "succeeded"] if payment.kind == "refund" else ["open"]
    values: dict[str, Any] = {"state": "failed", "failure": answer.failure, "settled_at": now, "look_at": None}
    if answer.reference:
        values["reference"] = answer.reference
    if until:
        values["expires_at"] = until
    statement = update(Payment).where(Payment.id == payment.id, Payment.state.in_(before))
    return changed(session, statement.values({**values, "url": None})) == 1


def expire(session: Session, payment_id: int, now: datetime) -> bool:
    """Mark an open payment as closed without use."""
    statement = update(Payment).where(Payment.id == payment_id, Payment.state == "open")
    return changed(session, statement.values(state="expired", settled_at=now, url=None, look_at=None)) == 1


def hold(session: Session, preorder_id: int) -> None:
    """Lock an order's row until the commit: who begins a charge, a page or a refund of it waits for the other."""
    changed(session, update(Preorder).where(Preorder.id == preorder_id).values(number=Preorder.number))


def hold_for_payment(session: Session, preorder_id: int, until: datetime, now: datetime) -> bool:
    """Keep the pieces of an order that awaits its payment until then; False when its time is over."""
    waits = (Preorder.state == "awaiting", Preorder.awaits_payment.is_(True), Preorder.expires_at > now)
    return changed(session, update(Preorder).where(Preorder.id == preorder_id, *waits).values(expires_at=until)) == 1


def pay(session: Session, preorder_id: int, amount_minor: int, now: datetime) -> bool:
    """Mark a standing, unpaid order of that total as paid; this decides between two payments, and against an end."""
    owing = (Preorder.state.not_in(("cancelled", "expired")), Preorder.paid_at.is_(None))
    statement = update(Preorder).where(Preorder.id == preorder_id, *owing, Preorder.total_minor == amount_minor)
    return changed(session, statement.values(paid_at=now, refunded_at=None)) == 1


def refunded(session: Session, preorder_id: int, at: datetime | None) -> None:
    """Note when all of an order's money had gone back; None: it came back to us."""
    changed(session, update(Preorder).where(Preorder.id == preorder_id).values(refunded_at=at))


def charged(session: Session, drop_id: int, now: datetime) -> bool:
    """Date the step `charge` of a locked drop once every charge has its answer; return whether this call did it."""
    mine = exists().where(Payment.preorder_id == Preorder.id, Payment.kind == "charge", Payment.state != "open")
    owing = (Preorder.drop_id == Drop.id, Preorder.state == "reserved", Preorder.paid_at.is_(None))
    waiting = exists().where(*owing, Preorder.total_minor > 0, ~mine)
    open_charge = exists().where(
        Payment.preorder_id == Preorder.id,
        Preorder.drop_id == Drop.id,
        Payment.kind == "charge",
        Payment.state == "open",
    )
    locked = (Drop.id == drop_id, Drop.locked_at.is_not(None), Drop.charged_at.is_(None), Drop.payment == "at_lock")
    return changed(session, update(Drop).where(*locked, ~waiting, ~open_charge).values(charged_at=now)) == 1


def keep_event(session: Session, provider: str, message: Message, now: datetime) -> int | None:
    """Keep a message once by its id; None when it was kept before."""
    values = {"event_id": message.event_id, "type": message.type, "object_id": message.object_id}
    return insert_once(session, PaymentEvent, provider=provider, received_at=now, **values)


def hear_again(session: Session, event_row_ids: Sequence[int]) -> None:
    """Have messages dealt with once more: what they speak of was not known when they came."""
    changed(session, update(PaymentEvent).where(PaymentEvent.id.in_(event_row_ids)).values(handled_at=None))


def handled(session: Session, event_row_id: int, now: datetime) -> None:
    """Note that a message was dealt with."""
    mine = (PaymentEvent.id == event_row_id, PaymentEvent.handled_at.is_(None))
    changed(session, update(PaymentEvent).where(*mine).values(handled_at=now))
