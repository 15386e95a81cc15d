"""Placing and cancelling: one use case, one transaction each.

Order of locks everywhere: the drop's row, then SKUs in id order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from preorders import pricing, queries, rules, store
from preorders.events import PreorderCancelled, PreorderPlaced
from preorders.numbers import order_number
from preorders.rows import Catalogue, DropRow, PreorderRow
from preorders.rules import Item
from webapp.accounts import audit
from webapp.accounts import queries as accounts
from webapp.infra import outbox
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

NUMBERS_TRIED = 5


@dataclass(frozen=True)
class Contact:
    """Where the parcel goes. `country` is an ISO 3166 code; `phone` and `note` may be empty."""

    name: str
    line1: str
    postcode: str
    city: str
    country: str
    phone: str = ""
    note: str = ""

    def address(self) -> dict[str, str]:
        """Return what is kept as the address; the name has a column of its own."""
        fields = ("line1", "postcode", "city", "country", "phone", "note")
        return {name: getattr(self, name) for name in fields}


class _AlreadyPlaced(Exception):
    """The key has its order; what this transaction took must be given back."""


def quote(drop: DropRow, catalogue: Catalogue, items: Sequence[Item]) -> tuple[pricing.Line, ...]:
    """Return the priced lines of what somebody wants, promising nothing; raises Refused for misfits."""
    rules.require_items(items, catalogue.choices, catalogue.offers)
    return pricing.lines_of(items, catalogue.choices, catalogue.offers)


def place(
    drop_id: int, person_id: int, items: Sequence[Item], contact: Contact, idempotency_key: str, now: datetime
) -> PreorderRow:
    """Reserve the pieces and return the order; the same key of the same person returns the same order.

    Raises Refused: not-open, closed, drop-cancelled, sold-out, size-sold-out, limit-reached, or the
    codes of rules.require_items. A refusal takes nothing.
    """
    if not 8 <= len(idempotency_key) <= 80:
        raise Refused("bad-key", N_("The idempotency key must have 8 to 80 characters."), 422)
    try:
        with transaction() as session:
            return _place(session, drop_id, person_id, items, contact, idempotency_key, now)
    except _AlreadyPlaced:
        standing = queries.by_key(db.session(), drop_id, person_id, idempotency_key)
        db.session.rollback()
        if standing is None:
            raise
        return standing


def cancel(preorder_id: int, person_id: int, now: datetime) -> None:
    """Cancel one's own order while the drop is open, and give its pieces back.

    Raises NotFound for another's order, Refused('closed') after the lock, Refused('not-standing').
    """
    with transaction() as session:
        order = queries.preorder(session, preorder_id)
        if order is None or order.person_id != person_id:
            raise NotFound()
        if not store.hold_open(session, order.drop_id, now):
            raise Refused("closed", N_("The orders are fixed now. Write to us and we will see what we can do."))
        _cancel(session, order, "", now)


def cancel_for(preorder_id: int, artist_id: int, staff_id: int, reason: str, now: datetime) -> None:
    """Cancel somebody's order for the shop, with a reason they are told; raises NotFound or Refused."""
    if not reason.strip():
        raise Refused("no-reason", N_("Say why: the buyer reads it."), 422)
    with transaction() as session:
        order = queries.preorder(session, preorder_id)
        drop = queries.drop(session, order.drop_id) if order else None
        if order is None or drop is None or drop.artist_id != artist_id:
            raise NotFound()
        if not store.hold(session, drop.id):
            raise Refused("drop-cancelled", N_("This drop was called off."))
        _cancel(session, order, reason.strip(), now)
        audit.note(session, now, staff_id, artist_id, "preorder.cancel", f"preorder:{order.id}", reason=reason)


def _place(
    session: Session,
    drop_id: int,
    person_id: int,
    items: Sequence[Item],
    contact: Contact,
    key: str,
    now: datetime,
) -> PreorderRow:
    drop = queries.drop(session, drop_id)
    if drop is None or drop.published_at is None:
        raise NotFound()
    lines = quote(drop, queries.catalogue(session, drop_id), items)
    pieces = pricing.pieces_of(lines)
    if not store.reserve(session, drop_id, pieces.edition, now):
        _refuse(session, drop_id, person_id, key, now)
    rules.require_limit(drop.per_person, _held(session, drop_id, person_id, key), pieces)
    for variant_id, count in pricing.per_variant(lines).items():
        if not store.reserve_variant(session, variant_id, count):
            raise Refused("size-sold-out", N_("That size and colour has just gone. Another one may be left."))
    order_id = _write(session, drop, person_id, lines, contact, key, now)
    outbox.record(session, PreorderPlaced(order_id))
    placed = queries.preorder(session, order_id)
    assert placed is not None
    return placed


def _held(session: Session, drop_id: int, person_id: int, key: str) -> rules.Pieces:
    """The pieces the person holds; the drop's row is locked, so an order of the same key is seen here."""
    if queries.by_key(session, drop_id, person_id, key):
        raise _AlreadyPlaced
    return queries.held_by(session, drop_id, person_id)


def _refuse(session: Session, drop_id: int, person_id: int, key: str, now: datetime) -> None:
    """Say why nothing could be taken; a repeated request of a placed order is no refusal."""
    if queries.by_key(session, drop_id, person_id, key):
        raise _AlreadyPlaced
    drop = queries.drop(session, drop_id)
    assert drop is not None
    rules.require_open(drop.dates, now)
    left = max(0, drop.left or 0)
    if left:
        raise Refused("sold-out", N_("Only %(left)s left of the edition. Order fewer, or be quick."), left=left)
    raise Refused("sold-out", N_("The edition is sold out. If somebody cancels, a piece comes back here."), left=0)


def _write(
    session: Session,
    drop: DropRow,
    person_id: int,
    lines: Sequence[pricing.Line],
    contact: Contact,
    key: str,
    now: datetime,
) -> int:
    person = accounts.person(session, person_id)
    values = {
        "drop_id": drop.id,
        "person_id": person_id,
        "idempotency_key": key,
        "email": (person.email if person else "") or "",
        "name": contact.name,
        "address": contact.address(),
        "country": contact.country,
        "pieces": pricing.pieces_of(lines).edition,
        "items_minor": pricing.total_of(lines),
        "total_minor": pricing.total_of(lines),
        "currency": drop.currency,
        "placed_at": now,
        "confirmed_at": now,
    }
    for _ in range(NUMBERS_TRIED):
        order_id = store.add_preorder(session, number=order_number(), **values)
        if order_id is not None:
            store.add_lines(session, order_id, lines)
            return order_id
    raise RuntimeError("no free order number found")


def _cancel(session: Session, order: PreorderRow, reason: str, now: datetime) -> None:
    if not store.cancel(session, order.id, reason, now):
        raise Refused("not-standing", N_("This order is cancelled or sent already."))
    store.release(session, order.drop_id, order.pieces, queries.pieces_by_variant(session, order.id))
    outbox.record(session, PreorderCancelled(order.id))
