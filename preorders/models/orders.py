"""Tables of orders: reservations, their lines, what happened to them, the waitlist, parcels and money."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key

# Views of the desk, word for word in the indexes and in order_list: a partial index answers only its own words.
STANDING = "state NOT IN ('cancelled', 'expired')"
LOOK = f"(state = 'awaiting' OR ({STANDING} AND (addressed_at IS NULL OR payment_failed_at IS NOT NULL)))"
PAID = "(paid_at IS NOT NULL AND refunded_at IS NULL)"
LEFT = "state IN ('part-shipped', 'shipped')"
OVER = "state IN ('cancelled', 'expired')"


def _addressed_at(context: Any) -> datetime | None:
    """When an order is placed with an address, it has one since then."""
    values = context.get_current_parameters()
    return values["placed_at"] if values.get("address") else None


def _view(name: str, words: str) -> Index:
    where = text(words)
    return Index(f"ix_preorders_{name}", "drop_id", "id", sqlite_where=where, postgresql_where=where)


class Preorder(Base):
    """A reservation of pieces by one person; `idempotency_key` makes a repeated request the same order.

    States: awaiting (its payment or its guardian, until `expires_at`), reserved, part-shipped, shipped;
    cancelled and expired ones hold nothing. `total_minor` = items + shipping, plus the tax where it is not
    included in prices; where it is, `tax_minor` is the tax they contain.
    """

    __tablename__ = "preorders"
    __table_args__ = (
        UniqueConstraint("drop_id", "person_id", "idempotency_key"),
        CheckConstraint(
            "state IN ('awaiting', 'reserved', 'part-shipped', 'shipped', 'cancelled', 'expired')", name="state_known"
        ),
        CheckConstraint("(state IN ('cancelled', 'expired')) = (cancelled_at IS NOT NULL)", name="cancelled_iff_date"),
        CheckConstraint("state <> 'awaiting' OR awaits_payment OR awaits_guardian", name="awaits_something"),
        Index("ix_preorders_desk", "drop_id", "state", "id"),
        Index("ix_preorders_expiring", "state", "expires_at"),
        Index("ix_preorders_all", "drop_id", "id"),
        Index("ix_preorders_country", "drop_id", "country", "id"),
        Index("ix_preorders_email", "drop_id", "email", "id"),
        _view("standing", STANDING),
        _view("look", LOOK),
        _view("paid", PAID),
        _view("left", LEFT),
        _view("over", OVER),
    )
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(80))
    asked: Mapped[str | None] = mapped_column(String(16))  # tells a repeated request from another with its key
    state: Mapped[str] = mapped_column(String(12), default="reserved")
    awaits_payment: Mapped[bool] = mapped_column(default=False)
    awaits_guardian: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime | None]  # of an awaiting order
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str] = mapped_column(String(2), default="")  # of the address; '' until there is one
    address: Mapped[dict[str, Any]]  # line1, postcode, city, country, phone, note; {} until it is asked
    addressed_at: Mapped[datetime | None] = mapped_column(default=_addressed_at)  # null: the address is missing
    pieces: Mapped[int]  # pieces of the edition
    items_minor: Mapped[int]
    shipping_minor: Mapped[int] = mapped_column(default=0)
    tax_minor: Mapped[int] = mapped_column(default=0)
    tax_included: Mapped[bool] = mapped_column(default=True)
    total_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    placed_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # nothing is awaited any more
    paid_at: Mapped[datetime | None]
    refunded_at: Mapped[datetime | None]
    payment_failed_at: Mapped[datetime | None]  # until it is paid after all; the timeline keeps it
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    shipped_at: Mapped[datetime | None]
    tracking: Mapped[str] = mapped_column(String(80), default="")  # of the latest parcel


class PreorderLine(Base):
    """One SKU of a preorder; `bundle_id` when it came in a bundle, the price then its share."""

    __tablename__ = "preorder_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)
    id: Mapped[int] = primary_key()
    preorder_id: Mapped[int] = mapped_column(ForeignKey("preorders.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("bundles.id"))
    quantity: Mapped[int]
    price_minor: Mapped[int]  # of the whole line
    tax_bp: Mapped[int] = mapped_column(default=0)
    tax_minor: Mapped[int] = mapped_column(default=0)


class OrderEvent(Base):
    """The timeline of an order, append-only: placed, changed, paid, refunded, note … `params` fill its words."""

    __tablename__ = "order_events"
    __table_args__ = (Index("ix_order_events_order", "preorder_id", "id"),)
    id: Mapped[int] = primary_key()
    preorder_id: Mapped[int] = mapped_column(ForeignKey("preorders.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # null: the system
    kind: Mapped[str] = mapped_column(String(30))
    params: Mapped[dict[str, Any]]


class WaitlistEntry(Base):
    """Somebody waits for pieces of a sold-out SKU, first come first served.

    waiting -> offered (until `offer_until`; the pieces are counted in `offered` of the drop and the SKU) -> taken,
    lapsed or left. `quantity` is what is wanted, `offered_quantity` what is kept for the offer.
    """

    __tablename__ = "waitlist_entries"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'offered', 'taken', 'lapsed', 'left')", name="state_known"),
        CheckConstraint("quantity BETWEEN 1 AND 100", name="quantity_sane"),
        CheckConstraint("(state = 'offered') = (offer_until IS NOT NULL)", name="offered_until"),
        Index("ix_waitlist_queue", "drop_id", "state", "id"),
        Index("ix_waitlist_offers", "state", "offer_until"),
        Index("ix_waitlist_person", "person_id"),
        # One place in the queue for each person and SKU, as long as it stands.
        UniqueConstraint("person_id", "variant_id", "standing"),
    )
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    quantity: Mapped[int]
    offered_quantity: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    standing: Mapped[bool | None] = mapped_column(default=True)  # null once it is over
    placed_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    offer_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    preorder_id: Mapped[int | None] = mapped_column(ForeignKey("preorders.id"))


class Payment(Base):
    """Money of an order at a provider: a checkout, a saved method, a charge or a refund.

    `reference` is the provider's id (null until it answered), `attempt` makes our request the same one when it
    is sent again. While it is open the provider is asked again at `look_at`; `tries` counts how often it was.
    `reason` and `by_id` are a refund's: why, and who of the team (null: the system).
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("provider", "reference"),
        UniqueConstraint("preorder_id", "kind", "attempt"),
        CheckConstraint("kind IN ('checkout', 'setup', 'charge', 'refund')", name="kind_known"),
        CheckConstraint("state IN ('open', 'succeeded', 'failed', 'expired')", name="state_known"),
        CheckConstraint("amount_minor >= 0", name="amount_sane"),
        Index("ix_payments_state", "state", "id"),
        Index("ix_payments_due", "state", "look_at"),
    )
    id: Mapped[int] = primary_key()
    preorder_id: Mapped[int] = mapped_column(ForeignKey("preorders.id"))
    provider: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    attempt: Mapped[int] = mapped_column(default=1)
    reference: Mapped[str | None] = mapped_column(String(120))
    intent: Mapped[str | None] = mapped_column(String(120), index=True)  # the provider's payment behind a checkout
    method: Mapped[str | None] = mapped_column(String(120))  # a saved method, to be charged at the lock
    customer: Mapped[str | None] = mapped_column(String(120))
    url: Mapped[str | None] = mapped_column(Text)  # where the buyer pays
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(10), default="open")
    failure: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    tries: Mapped[int] = mapped_column(default=0)
    look_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]


class PaymentEvent(Base):
    """A provider's message, once by its id; what it says is read again from the provider, not from here."""

    __tablename__ = "payment_events"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        Index("ix_payment_events_handled", "handled_at", "id"),
        Index("ix_payment_events_object", "provider", "object_id"),
    )
    id: Mapped[int] = primary_key()
    provider: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[str] = mapped_column(String(120))
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class Shipment(Base):
    """A parcel of an order; an order may leave in several."""

    __tablename__ = "shipments"
    __table_args__ = (UniqueConstraint("preorder_id", "position"), UniqueConstraint("preorder_id", "tracking"))
    id: Mapped[int] = primary_key()
    preorder_id: Mapped[int] = mapped_column(ForeignKey("preorders.id"))
    position: Mapped[int]
    carrier: Mapped[str] = mapped_column(String(40), default="")
    tracking: Mapped[str | None] = mapped_column(String(80))
    shipped_at: Mapped[datetime]


class ShipmentLine(Base):
    """How many pieces of a line are in a parcel."""

    __tablename__ = "shipment_lines"
    __table_args__ = (
        UniqueConstraint("shipment_id", "line_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )
    id: Mapped[int] = primary_key()
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("preorder_lines.id"), index=True)
    quantity: Mapped[int]
