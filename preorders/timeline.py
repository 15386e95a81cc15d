"""What happened to an order, in words: who did what, and when. Append-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import JSON, delete, insert, literal, select, update
from sqlalchemy.orm import Session

from preorders import name_words
from preorders.models import OrderEvent, OrderWord, Preorder
from preorders.rows import PreorderRow
from webapp.infra.db import BIG, UtcDateTime, changed
from webapp.infra.short_ways import rows_of
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
# Of tables, and built once: every order of a rush sends them while it holds the drop.
_EVENT = insert(OrderEvent.__table__)  # type: ignore[arg-type]
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
    """One entry: `words` in the reader's language, why staff did it (or ''), who did (None: the system)."""

    at: datetime
    by_id: int | None
    kind: str
    words: str
    reason: str


def note(session: Session, preorder_id: int, now: datetime, by_id: int | None, kind: str, **params: Any) -> None:
    """Write down what has just happened to an order, in the caller's transaction: after the change itself.

    Raises KeyError for a kind without words. The desk's search and its view of what needs a look follow from here.

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
    if not preorder_ids:
        return
    session.execute(insert(OrderEvent), [{"preorder_id": each, **event} for each in preorder_ids])
    if kind in ("placed", "offered", "address"):
        _index_names(session, preorder_ids, anew=kind == "address")
    marks: dict[str, dict[str, Any]] = {
        "paid": {"payment_failed_at": None},
        "payment-failed": {"payment_failed_at": now},
        "address": {"addressed_at": now},
    }
    if kind in marks:
        changed(session, update(Preorder).where(Preorder.id.in_(preorder_ids)).values(marks[kind]))


def placing(order: PreorderRow, now: datetime, kind: str) -> list[tuple[Any, dict[str, Any]]]:
    """Return what writes down that an order was placed ("placed", or "offered": from the waitlist) by its buyer, just
    now, for `run_each`."""
    event = {"preorder_id": order.id, "at": now, "by_id": order.person_id, "kind": kind, "params": {}}
    words = [{"preorder_id": order.id, "drop_id": order.drop_id, "word": each} for each in name_words.words(order.name)]
    return [(_EVENT, event), *([rows_of(OrderWord.__table__, words)] if words else [])]


def note_fallen(session: Session, drop_id: int, now: datetime, by_id: int | None, reason: str) -> None:
    """Write down that orders were cancelled with their drop, at this moment; one statement for any number."""
    fell = (Preorder.drop_id == drop_id, Preorder.state == "cancelled", Preorder.cancelled_at == now)
    event = (literal(now, UtcDateTime), literal(by_id, BIG), literal("cancelled"), literal({"reason": reason}, JSON))
    found = select(Preorder.id, *event).where(*fell)
    session.execute(insert(OrderEvent).from_select(["preorder_id", "at", "by_id", "kind", "params"], found))


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


def _index_names(session: Session, preorder_ids: Sequence[int], anew: bool) -> None:
    """Keep the words of these orders' names, as they stand now."""
    if anew:
        session.execute(delete(OrderWord).where(OrderWord.preorder_id.in_(preorder_ids)))
    columns = (Preorder.id, Preorder.drop_id, Preorder.name)
    rows = session.execute(select(*columns).where(Preorder.id.in_(preorder_ids))).all()
    words = [
        {"preorder_id": row.id, "drop_id": row.drop_id, "word": word}
        for row in rows
        for word in name_words.words(row.name)
    ]
    if words:
        session.execute(insert(OrderWord), words)


def _reason(row: Any) -> str:
    return "" if row.kind == "cancelled" else str(row.params.get("reason") or "")
