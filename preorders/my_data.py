"""What drops keep of people: orders, places in waitlists, royalties; by number also what staff did."""

from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from preorders import forgetting
from preorders.models import (
    Drop,
    ExportLog,
    ExportTemplate,
    OrderBatch,
    OrderEvent,
    Payment,
    Preorder,
    PreorderLine,
    ProductionPack,
    RoyaltyStatement,
    SavedView,
    Shipment,
    WaitlistEntry,
)
from preorders.shipping.models import ParcelImport
from webapp.accounts.my_data import tables
from webapp.accounts.my_data.rooms import Chapter, Holding, Kept, Room, Rows
from webapp.kernel.refusal import N_

_AT_PROVIDER = ("intent", "method", "customer", "url", "by_id", "look_at", "tries")


def lines_of(session: Session, person_id: int) -> Rows:
    """Return what somebody ordered, line by line."""
    return tables.rows(session, PreorderLine, PreorderLine.preorder_id.in_(_orders(person_id)))


def events_of(session: Session, person_id: int) -> Rows:
    """Return what happened to somebody's orders; not which member of the team did it."""
    return tables.rows(session, OrderEvent, OrderEvent.preorder_id.in_(_orders(person_id)), hidden=("by_id",))


def payments_of(session: Session, person_id: int) -> Rows:
    """Return what was paid and refunded."""
    return tables.rows(session, Payment, Payment.preorder_id.in_(_orders(person_id)), hidden=_AT_PROVIDER)


def shipments_of(session: Session, person_id: int) -> Rows:
    """Return the parcels of somebody's orders."""
    return tables.rows(session, Shipment, Shipment.preorder_id.in_(_orders(person_id)))


def in_drops(session: Session, submission_ids: Iterable[int]) -> set[int]:
    """Return those designs that are printed: of drops that were not called off."""
    chosen = Drop.submission_id.in_(list(submission_ids))
    return {
        each for each in session.scalars(select(Drop.submission_id).where(chosen, Drop.cancelled_at.is_(None))) if each
    }


def kept(session: Session, person_id: int) -> list[Kept]:
    """Return what stays: orders on their way, and what the books need."""
    found = []
    for number in session.scalars(
        select(Preorder.number).where(Preorder.person_id == person_id, Preorder.email != "").order_by(Preorder.id)
    ):
        sentence = N_(
            "Order %(number)s, with name and address: it is paid or already in production. They are deleted when it "
            "is sent or cancelled, by itself."
        )
        found.append(Kept(sentence, {"number": number}))
    if session.scalar(select(Preorder.id).where(Preorder.person_id == person_id).limit(1)):
        found.append(
            Kept(N_("What was ordered, paid and sent to which country, without your name: the books have to keep it."))
        )
    if session.scalar(select(RoyaltyStatement.id).where(RoyaltyStatement.person_id == person_id).limit(1)):
        found.append(Kept(N_("What you were owed for designs, without your name: the books have to keep it.")))
    return found


def _orders(person_id: int) -> Select[int]:
    return select(Preorder.id).where(Preorder.person_id == person_id)


ROOM = Room(
    "drops",
    holdings=(
        Holding(Preorder.person_id, "step", "orders"),
        Holding(WaitlistEntry.person_id, "step", "waitlist"),
        Holding(RoyaltyStatement.person_id, "kept", "royalties"),
        Holding(SavedView.by_id, "gone", "saved_views", only=SavedView.shared.is_(False)),
        Holding(ExportTemplate.by_id, "gone", "export_templates", only=ExportTemplate.shared.is_(False)),
        Holding(OrderEvent.by_id, "kept"),
        Holding(Payment.by_id, "kept"),
        Holding(ExportLog.by_id, "kept"),
        Holding(ProductionPack.by_id, "kept"),
        Holding(OrderBatch.by_id, "kept"),
        Holding(ParcelImport.by_id, "kept"),
        Holding(Drop.published_by, "kept"),
    ),
    chapters=(
        Chapter("order_lines", lines_of),
        Chapter("order_events", events_of),
        Chapter("payments", payments_of),
        Chapter("shipments", shipments_of),
    ),
    steps=(forgetting.leave_waitlists, forgetting.cancel_unpaid, forgetting.forget_orders, forgetting.delete_files),
    gone=(N_("Unpaid orders were cancelled, and you left every waitlist; addresses of finished orders are deleted."),),
    kept=kept,
)
