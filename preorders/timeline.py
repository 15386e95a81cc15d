"""What happened to an order, in words: who did what, and when. Append-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from preorders.models import OrderEvent
from webapp.kernel.refusal import N_

# Each kind in words; what stands in %( )s comes from the event's params, and is left out when it is empty.
KINDS: dict[str, tuple[str, str]] = {
    "placed": (N_("Placed"), ""),
    "changed": (N_("Changed"), N_("Changed: %(what)s")),
    "address": (N_("Address given"), ""),
    "paid": (N_("Paid"), N_("Paid: %(amount)s")),
    "payment-failed": (N_("Payment failed"), N_("Payment failed: %(why)s")),
    "refunded": (N_("Refunded"), N_("Refunded: %(amount)s")),
    "offered": (N_("Placed from an offer to the waitlist"), ""),
    "confirmed": (N_("Confirmed"), ""),
    "cancelled": (N_("Cancelled"), N_("Cancelled: %(reason)s")),
    "expired": (N_("Expired; its pieces were released"), ""),
    "shipped": (N_("Sent"), N_("Sent: %(tracking)s")),
    "note": (N_("Note"), N_("Note: %(text)s")),
    "resent": (N_("Confirmation sent again"), ""),
}
FILLS = {
    "changed": "what",
    "paid": "amount",
    "payment-failed": "why",
    "refunded": "amount",
    "cancelled": "reason",
    "shipped": "tracking",
    "note": "text",
}


@dataclass(frozen=True)
class Event:
    """One entry: `words` in the reader's language, `reason` why staff did it ('' for none), `by_id` None: the system."""

    at: datetime
    by_id: int | None
    kind: str
    words: str
    reason: str


def note(session: Session, preorder_id: int, now: datetime, by_id: int | None, kind: str, **params: Any) -> None:
    """Write down what happened to an order, in the caller's transaction; raises KeyError for a kind without words.

    `by_id` is who did it, None for the system. `params` fill the words (`what`, `amount`, `why`, `reason`,
    `tracking`, `text`); a `reason` beside other words is kept with them. They are plain JSON values.
    """
    note_all(session, [preorder_id], now, by_id, kind, **params)


def note_all(
    session: Session, preorder_ids: Sequence[int], now: datetime, by_id: int | None, kind: str, **params: Any
) -> None:
    """Write the same for many orders, in one statement."""
    KINDS[kind]  # a kind nobody can read is a mistake of the caller
    event = {"at": now, "by_id": by_id, "kind": kind, "params": params}
    if preorder_ids:
        session.execute(insert(OrderEvent), [{"preorder_id": each, **event} for each in preorder_ids])


def of_order(session: Session, preorder_id: int) -> list[Event]:
    """Return an order's events, oldest first."""
    columns = (OrderEvent.at, OrderEvent.by_id, OrderEvent.kind, OrderEvent.params)
    rows = session.execute(select(*columns).where(OrderEvent.preorder_id == preorder_id).order_by(OrderEvent.id))
    return [Event(row.at, row.by_id, row.kind, words(row.kind, row.params), _reason(row)) for row in rows]


def words(kind: str, params: dict[str, Any]) -> str:
    """Return an event in the reader's language."""
    plain, filled = KINDS.get(kind, (kind, ""))
    fill = params.get(FILLS.get(kind, ""))
    return str(gettext(filled, **{FILLS[kind]: fill}) if filled and fill else gettext(plain))


def _reason(row: Any) -> str:
    return "" if row.kind == "cancelled" else str(row.params.get("reason") or "")
