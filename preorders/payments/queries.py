"""Every SELECT of payments."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from preorders.models import Drop, Payment, PaymentEvent, Preorder
from preorders.payments.rows import Charged, EventRow, PaymentRow
from preorders.payments.rules import HELD

COLUMNS = [getattr(Payment, name) for name in PaymentRow.__dataclass_fields__]
PAGES = ("checkout", "setup")  # kinds for which the buyer goes to a page of the provider
MONEY = ("checkout", "charge")  # kinds that bring money
GIVEN = ("open", "succeeded")  # states of a refund in which its money is gone, or going


def payment(session: Session, payment_id: int) -> PaymentRow | None:
    """Return one payment."""
    return next(iter(_rows(session, Payment.id == payment_id)), None)


def of_order(session: Session, preorder_id: int) -> list[PaymentRow]:
    """Return all payments of an order, oldest first."""
    return _rows(session, Payment.preorder_id == preorder_id)


def by_object(session: Session, provider: str, object_id: str) -> list[PaymentRow]:
    """Return the payments a provider's object belongs to: by its own id, or by the payment behind a checkout."""
    mine = or_(Payment.reference == object_id, Payment.intent == object_id)
    return _rows(session, and_(Payment.provider == provider, mine)) if object_id else []


def open_pages(session: Session, preorder_id: int) -> list[PaymentRow]:
    """Return the checkouts of an order that may still be used."""
    return _rows(session, and_(Payment.preorder_id == preorder_id, Payment.kind.in_(PAGES), Payment.state == "open"))


def may_still_pay(session: Session, preorder_id: int) -> bool:
    """Return whether an order that awaits its payment may still be, or has just been, paid."""
    used = and_(Payment.state == "succeeded", Preorder.awaits_payment.is_(True))
    found = select(Payment.id).join(Preorder, Preorder.id == Payment.preorder_id)
    mine = (Payment.preorder_id == preorder_id, Payment.kind.in_(PAGES), or_(Payment.state == "open", used))
    return session.scalar(select(found.where(*mine).exists())) or False


def last_attempt(session: Session, preorder_id: int, kind: str) -> int:
    """Return the number of the latest attempt of a kind; 0 for none."""
    mine = (Payment.preorder_id == preorder_id, Payment.kind == kind)
    return session.scalar(select(func.coalesce(func.max(Payment.attempt), 0)).where(*mine)) or 0


def saved_method(session: Session, preorder_id: int) -> PaymentRow | None:
    """Return the latest setup of an order that left a method to charge."""
    mine = (Payment.preorder_id == preorder_id, Payment.kind == "setup", Payment.state == "succeeded")
    return next(reversed(_rows(session, and_(*mine, Payment.method.is_not(None)))), None)


def refundable(session: Session, preorder_id: int) -> list[PaymentRow]:
    """Return the payments of an order that brought money which was not, and is not being, given back in full."""
    return _rows(session, and_(Payment.preorder_id == preorder_id, Payment.intent.is_not(None), kept()))


def refundable_orders(session: Session, drop_id: int, after: int, limit: int) -> Sequence[int]:
    """Return orders of a drop that are over while money of theirs is here, or a page to pay at is open."""
    open_page = and_(Payment.kind.in_(PAGES), Payment.state == "open")
    found = select(Preorder.id).join(Payment, Payment.preorder_id == Preorder.id)
    over = (Preorder.drop_id == drop_id, Preorder.state.in_(("cancelled", "expired")), Preorder.id > after)
    return session.scalars(
        found.where(*over, or_(kept(), open_page)).distinct().order_by(Preorder.id).limit(limit)
    ).all()


def paid_here(session: Session, preorder_id: int) -> int:
    """Return what an order has brought and not got back, in minor units."""
    sign = case((Payment.kind == "refund", -Payment.amount_minor), else_=Payment.amount_minor)
    mine = (Payment.preorder_id == preorder_id, Payment.state == "succeeded", Payment.kind != "setup")
    return int(session.scalar(select(func.coalesce(func.sum(sign), 0)).where(*mine)) or 0)


def may_charge_again(session: Session, preorder_id: int) -> bool:
    """Return whether nothing of an order is in flight: no charge without an answer, no page that may be used."""
    open_ones = (Payment.preorder_id == preorder_id, Payment.state == "open", Payment.kind != "refund")
    return not session.scalar(select(select(Payment.id).where(*open_ones).exists()))


def to_charge(session: Session, drop_id: int, again: bool, after: int, limit: int) -> Sequence[int]:
    """Return standing, unpaid orders without a charge; with `again` also those whose charges were all refused."""
    bars = ("open", "succeeded") if again else ("open", "succeeded", "failed", "expired")
    charged = exists().where(Payment.preorder_id == Preorder.id, Payment.kind == "charge", Payment.state.in_(bars))
    owing = (Preorder.drop_id == drop_id, Preorder.id > after, Preorder.state == "reserved", Preorder.paid_at.is_(None))
    found = select(Preorder.id).where(*owing, Preorder.total_minor > 0, ~charged)
    return session.scalars(found.order_by(Preorder.id).limit(limit)).all()


def charges(session: Session, drop_id: int) -> Charged:
    """Return how far the charges of a drop are; one statement."""
    latest = aliased(Payment)
    newest = (
        select(func.max(latest.id)).where(latest.preorder_id == Preorder.id, latest.kind == "charge").scalar_subquery()
    )
    paid = Preorder.paid_at.is_not(None)
    failed = and_(~paid, Payment.state.in_(("failed", "expired")))
    row = session.execute(
        select(func.count(), func.sum(case((paid, 1), else_=0)), func.sum(case((failed, 1), else_=0)))
        .select_from(Preorder)
        .outerjoin(Payment, Payment.id == newest)
        .where(Preorder.drop_id == drop_id, Preorder.state.in_(HELD), Preorder.total_minor > 0)
    ).one()
    done, refused = int(row[1] or 0), int(row[2] or 0)
    return Charged(done, refused, int(row[0]) - done - refused)


def charging_drops(session: Session) -> Sequence[int]:
    """Return locked drops whose charges are under way."""
    locked = (Drop.payment == "at_lock", Drop.locked_at.is_not(None), Drop.charged_at.is_(None))
    begun = exists().where(Payment.kind == "charge", Payment.preorder_id == Preorder.id, Preorder.drop_id == Drop.id)
    return session.scalars(select(Drop.id).where(*locked, Drop.cancelled_at.is_(None), begun)).all()


def charging_begun(session: Session, drop_id: int) -> bool:
    """Return whether a drop's orders are being, or were, charged at the lock."""
    charged = exists().where(Payment.kind == "charge", Payment.preorder_id == Preorder.id, Preorder.drop_id == Drop.id)
    begun = (Drop.id == drop_id, Drop.payment == "at_lock", Drop.cancelled_at.is_(None))
    return bool(session.scalar(select(Drop.id).where(*begun, or_(Drop.charged_at.is_not(None), charged))))


def due(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Return open payments the provider is to be asked about."""
    found = select(Payment.id).where(Payment.state == "open", Payment.look_at <= now)
    return session.scalars(found.order_by(Payment.look_at, Payment.id).limit(limit)).all()


def unhandled(session: Session, limit: int) -> Sequence[int]:
    """Return messages of the provider that were kept and not dealt with, oldest first."""
    found = select(PaymentEvent.id).where(PaymentEvent.handled_at.is_(None))
    return session.scalars(found.order_by(PaymentEvent.id).limit(limit)).all()


def event(session: Session, event_row_id: int) -> EventRow | None:
    """Return a message that was kept."""
    columns = [getattr(PaymentEvent, name) for name in EventRow.__dataclass_fields__]
    row = session.execute(select(*columns).where(PaymentEvent.id == event_row_id)).first()
    return EventRow(*row) if row else None


def heard_before(session: Session, provider: str, object_id: str) -> Sequence[int]:
    """Return messages of refunds of a payment that were dealt with, perhaps before it was known here."""
    about = (PaymentEvent.provider == provider, PaymentEvent.object_id == object_id)
    dealt = (PaymentEvent.type.contains("refund"), PaymentEvent.handled_at.is_not(None))
    return session.scalars(select(PaymentEvent.id).where(*about, *dealt).order_by(PaymentEvent.id)).all()


def event_of(session: Session, provider: str, event_id: str) -> int | None:
    """Return the row of a message that was kept before."""
    return session.scalar(
        select(PaymentEvent.id).where(PaymentEvent.provider == provider, PaymentEvent.event_id == event_id)
    )


def given_back(session: Session, payment: PaymentRow) -> int:
    """Return how much of a payment went back, or is on its way, in minor units."""
    back = (Payment.preorder_id == payment.preorder_id, Payment.kind == "refund", Payment.intent == payment.intent)
    found = select(func.coalesce(func.sum(Payment.amount_minor), 0)).where(*back, Payment.state.in_(GIVEN))
    return int(session.scalar(found) or 0)


def known(session: Session, provider: str, references: Iterable[str]) -> set[str]:
    """Return those of a provider's names for payments that stand here."""
    found = select(Payment.reference).where(Payment.provider == provider, Payment.reference.in_(list(references)))
    return {reference for reference in session.scalars(found) if reference}


def kept() -> ColumnElement[bool]:
    """Return the condition that a payment brought money which was not, and is not being, given back in full."""
    back = aliased(Payment)
    given = (
        select(func.coalesce(func.sum(back.amount_minor), 0))
        .where(back.preorder_id == Payment.preorder_id, back.kind == "refund", back.intent == Payment.intent)
        .where(back.state.in_(GIVEN))
        .correlate(Payment)
        .scalar_subquery()
    )
    return and_(Payment.kind.in_(MONEY), Payment.state == "succeeded", given < Payment.amount_minor)


def _rows(session: Session, condition: Any) -> list[PaymentRow]:
    found = session.execute(select(*COLUMNS).where(condition).order_by(Payment.id))
    return [PaymentRow(**row._mapping) for row in found]
