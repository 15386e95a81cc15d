"""What this room's queries return."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PaymentRow:
    """A payment: all its columns."""

    id: int
    preorder_id: int
    provider: str
    kind: str
    attempt: int
    reference: str | None
    intent: str | None
    method: str | None
    customer: str | None
    url: str | None
    amount_minor: int
    currency: str
    state: str
    failure: str
    reason: str
    by_id: int | None
    tries: int
    look_at: datetime | None
    created_at: datetime
    expires_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True)
class EventRow:
    """A message of the provider: what it speaks of, and when it was dealt with."""

    provider: str
    type: str
    object_id: str
    handled_at: datetime | None


@dataclass(frozen=True)
class Charged:
    """How far the charges at the lock are, in orders: paid; refused, so that their buyer has to act; not known yet."""

    done: int
    failed: int
    waiting: int
