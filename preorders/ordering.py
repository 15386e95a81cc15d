"""Placing, confirming and cancelling: one use case, one transaction each.

Order of locks everywhere: the drop's row, then SKUs in id order, then the order's row. A new order, which nobody else
can see or wait for, may be written before them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from preorders import pricing, queries, rules, store, till, timeline
from preorders.events import PreorderCancelled, PreorderConfirmed, PreorderPlaced
from preorders.numbers import order_number
from preorders.phases import is_early
from preorders.pricing import Quote
from preorders.rows import Catalogue, DropRow, PreorderRow
from preorders.rules import Item
from preorders.tariffs import Tariff
from preorders.till import Buyer, Till
from preorders.waitlist import offering
from preorders.waitlist import store as waitlist
from voting import audience
from webapp.accounts import audit
from webapp.infra import outbox
from webapp.infra.db import db, transaction
from webapp.infra.short_ways import run_each
from webapp.kernel.refusal import N_, NotFound, Refused

NUMBERS_TRIED = 5
GUARDIAN_TIME = timedelta(days=7)  # how long an order waits for a guardian, at most until the window's end
SOLD_OUT = N_("The edition is sold out. If somebody cancels, a piece comes back here.")
KEY_REUSED = N_(
    "This key has its order already, with something else in it. That order stands; another one needs a key of its own."
)
CLOSED = N_("The orders are fixed now. Write to us and we will see what we can do.")


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


@dataclass(frozen=True)
class _Wish:
    """What is to be placed: everything that could be read and priced before the drop's row is locked."""

    drop: DropRow
    person: Buyer
    quote: Quote
    contact: Contact | None
    key: str
    offer_id: int | None
    early: bool
    asked: str


class _AlreadyPlaced(Exception):
    """The key has its order; what this transaction took must be given back."""


def quote(
    catalogue: Catalogue, tariff: Tariff, items: Sequence[Item], country: str = "", beside: bool = False
) -> Quote:
    """Return what somebody wants, priced line by line, promising nothing; raises Refused for misfits.

    `beside` is what `goes_beside` says: add-ons may come alone.
    """
    rules.require_items(items, catalogue.choices, catalogue.offers, beside)
    return pricing.quoted(items, catalogue.choices, catalogue.offers, tariff, country)


def goes_beside(
    session: Session, drop_id: int, person_id: int | None, items: Sequence[Item], catalogue: Catalogue
) -> bool:
    """Return whether nothing but add-ons is wanted, by somebody whose order of the drop stands and awaits nothing."""
    if person_id is None or not rules.only_addons(items, catalogue.choices):
        return False
    return queries.stands_beside(session, drop_id, person_id)


def may_order_early(session: Session, drop: DropRow, person_id: int | None, now: datetime) -> bool:
    """Return whether the drop is open already for this person, who took part, and not yet for everybody."""
    if person_id is None or drop.contest_id is None or not is_early(drop.dates, now):
        return False
    return audience.has_taken_part(session, drop.contest_id, person_id)


def place(
    drop_id: int,
    person_id: int,
    items: Sequence[Item],
    contact: Contact | None,
    idempotency_key: str,
    now: datetime,
    offer_id: int | None = None,
    country: str = "",
    priced: Quote | None = None,
) -> PreorderRow:
    """Reserve the pieces and return the order; the same key of the same person returns the same order.

    `contact` None: the address is asked later, `country` alone prices the parcel. `offer_id` is an entry of the
    waitlist whose pieces are kept for this person; `priced` is the quote of these very items, where the caller has
    just made it. Raises Refused: not-open, closed, drop-cancelled, sold-out, size-sold-out, limit-reached,
    not-served, country-needed, address-needed, offer-over, offer-other, key-reused (its order holds something else),
    or the codes of rules.require_items. A refusal takes nothing.
    """
    if not 8 <= len(idempotency_key) <= 80:
        raise Refused("bad-key", N_("The idempotency key must have 8 to 80 characters."), 422)
    at = till.by_id(drop_id, person_id, idempotency_key)
    return place_at(at, items, contact, idempotency_key, now, offer_id, country, priced)


def place_at(
    at: Till | None,
    items: Sequence[Item],
    contact: Contact | None,
    idempotency_key: str,
    now: datetime,
    offer_id: int | None = None,
    country: str = "",
    priced: Quote | None = None,
) -> PreorderRow:
    """Reserve the pieces where drop and buyer were just read, like `place`."""
    if at is None or at.drop.published_at is None or at.buyer is None:
        raise NotFound()
    country = contact.country if contact else country
    asked = told_apart(items, contact, country)
    try:
        if priced is None or priced.country != country:
            catalogue = at.catalogue()
            beside = goes_beside(db.session(), at.drop.id, at.buyer.id, items, catalogue)
            priced = quote(catalogue, at.tariff(), items, country, beside)
        early = may_order_early(db.session(), at.drop, at.buyer.id, now)
        wish = _Wish(at.drop, at.buyer, priced, contact, idempotency_key, offer_id, early, asked)
        _require(at, wish, now)
        with transaction() as session:
            return _place(session, wish, now)
    except (_AlreadyPlaced, Refused):
        # Sold out meanwhile, or at the limit: a repeated request of a placed order is still that order.
        db.session.rollback()
        standing = queries.by_key(db.session(), at.drop.id, at.buyer.id, idempotency_key)
        db.session.rollback()
        if standing is None:
            raise
        if standing.asked not in (None, asked):
            raise Refused("key-reused", KEY_REUSED, 422) from None
        return standing


def told_apart(items: Sequence[Item], contact: Contact | None, country: str) -> str:
    """Return a short text that tells what one request wants from what another does, whatever the order of items."""
    wanted = sorted((item.bundle_id or 0, item.variant_ids, item.quantity) for item in items)
    told = repr((wanted, contact.name if contact else "", contact.address() if contact else {}, country))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]


def confirm(session: Session, preorder_id: int, what: str, now: datetime) -> bool:
    """Note in the caller's transaction that what an order awaited is there; return whether it awaited it.

    `what` is "payment" or "guardian". Once nothing is awaited the order is reserved and PreorderConfirmed is
    recorded. Safe to repeat.
    """
    order = queries.preorder(session, preorder_id)
    drop = queries.drop(session, order.drop_id) if order else None
    if drop is None or not store.confirm(session, preorder_id, what, _guardian_until(drop, now), now):
        return False
    after = queries.preorder(session, preorder_id)
    if after and after.state == "reserved":
        timeline.note(session, preorder_id, now, None, "confirmed")
        outbox.record(session, PreorderConfirmed(preorder_id))
    return True


def cancel(preorder_id: int, person_id: int, now: datetime) -> None:
    """Cancel one's own order while the drop is open, and give its pieces back.

    Raises NotFound for another's order, Refused('closed') after the lock, Refused('not-standing').
    """
    with transaction() as session:
        order = queries.preorder(session, preorder_id)
        if order is None or order.person_id != person_id:
            raise NotFound()
        if not store.hold_open(session, order.drop_id, now):
            raise Refused("closed", CLOSED)
        cancel_standing(session, order, "", person_id, now)


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
        cancel_standing(session, order, reason.strip(), staff_id, now)
        audit.note(session, now, staff_id, artist_id, "preorder.cancel", f"preorder:{order.id}", reason=reason)


def _require(at: Till, wish: _Wish, now: datetime) -> None:
    """Refuse before anything is locked: what can't change once a drop is published, and an edition that was gone."""
    rules.require_open(wish.drop.dates, now, wish.early)
    if not wish.quote.country:
        at.tariff().require_country("")
    if wish.contact is None and wish.drop.address_when == "order":
        raise Refused("address-needed", N_("Say where the parcel goes."), 422)
    left = wish.drop.left
    if wish.offer_id is None and left is not None and left < wish.quote.pieces.edition:
        raise _sold_out(left)


def _place(session: Session, wish: _Wish, now: datetime) -> PreorderRow:
    if wish.offer_id is not None:
        return _place_offered(session, wish, wish.offer_id, now)
    # What nobody waits for comes first, so that the drop's row is held for as few statements as can be.
    order = _write(session, wish, "placed", now)
    _reserve(session, wish, pricing.per_variant(wish.quote.lines), wish.quote.pieces.edition, order.id, now)
    return order


def _place_offered(session: Session, wish: _Wish, offer_id: int, now: datetime) -> PreorderRow:
    wanted, edition = pricing.per_variant(wish.quote.lines), wish.quote.pieces.edition
    variant_id, kept = _take_offer(session, wish, offer_id, wanted, now)
    wanted[variant_id] -= kept  # below nought: fewer than were kept, the rest goes on to the next
    in_edition = any(line.in_edition for line in wish.quote.lines if line.variant_id == variant_id)
    _reserve(session, wish, wanted, edition - kept if in_edition else edition, None, now)
    order = _write(session, wish, "offered", now)
    waitlist.ordered(session, offer_id, order.id)
    if min(wanted.values()) < 0:
        offering.offer_freed(session, wish.drop.id, now)
    return order


def _reserve(
    session: Session, wish: _Wish, wanted: dict[int, int], edition: int, order_id: int | None, now: datetime
) -> None:
    """Take the pieces; `order_id` is the order itself where it is written already.

    What is sent while the drop's row is held is sent together. Each statement is asked after the row is ours, so the
    person's pieces are counted with those of an order that was just before this one; a refusal undoes all of them.
    """
    drop_id = wish.drop.id
    taken, held, *sizes = run_each(session, [
        store.taking(drop_id, edition, now, wish.early),
        queries.holding(drop_id, wish.person.id, order_id),
        *(store.taking_variant(each, count) for each, count in wanted.items()),
    ])  # fmt: skip
    if taken.count != 1:
        _refuse(session, wish, now)
    if wish.quote.addons_alone and not queries.stands_beside(session, drop_id, wish.person.id):
        raise Refused("addon-alone", rules.ALONE, 422)
    rules.require_limit(wish.drop.per_person, queries.held_in(held.rows), wish.quote.pieces)
    if any(each.count != 1 for each in sizes):
        raise Refused("size-sold-out", N_("That size and colour has just gone. Another one may be left."))


def _take_offer(session: Session, wish: _Wish, offer_id: int, wanted: dict[int, int], now: datetime) -> tuple[int, int]:
    taken = waitlist.take_offer(session, offer_id, wish.person.id, now)
    if taken is None:
        raise Refused("offer-over", N_("This offer is over: its pieces went on to the next in line."))
    if not wanted.get(taken[0]):
        raise Refused("offer-other", N_("The offer was for another size or colour. Order that one."), 422)
    waitlist.convert(session, wish.drop.id, *taken)
    return taken


def _refuse(session: Session, wish: _Wish, now: datetime) -> None:
    """Say why nothing could be taken."""
    drop = queries.drop(session, wish.drop.id)
    assert drop is not None
    rules.require_open(drop.dates, now, wish.early)
    raise _sold_out(drop.left or 0)


def _sold_out(left: int) -> Refused:
    if left > 0:
        return Refused("sold-out", N_("Only %(left)s left of the edition. Order fewer, or be quick."), left=left)
    return Refused("sold-out", SOLD_OUT, left=0)


def _write(session: Session, wish: _Wish, kind: str, now: datetime) -> PreorderRow:
    """Write the order, its lines and what is told of it; `kind` is "placed" or "offered"."""
    values = _values(wish, now)
    for _ in range(NUMBERS_TRIED):
        number = order_number()
        order_id = store.add_preorder(session, number=number, **values)
        if order_id is not None:
            order = PreorderRow(**{**_UNTOLD, **values, "id": order_id, "number": number})
            run_each(session, [store.lines_of(order_id, wish.quote.lines), *timeline.placing(order, now, kind)])
            outbox.record(session, PreorderPlaced(order_id))
            return order
        if queries.by_key(session, wish.drop.id, wish.person.id, wish.key):
            raise _AlreadyPlaced
    raise RuntimeError("no free order number found")


# Columns no order has when it is placed.
_UNTOLD: dict[str, Any] = {
    **dict.fromkeys(("paid_at", "refunded_at", "cancelled_at", "shipped_at")),
    **dict.fromkeys(("cancel_reason", "tracking"), ""),
}


def _values(wish: _Wish, now: datetime) -> dict[str, Any]:
    bill, contact = wish.quote.bill, wish.contact
    return {
        "drop_id": wish.drop.id,
        "person_id": wish.person.id,
        "idempotency_key": wish.key,
        "asked": wish.asked,
        "email": wish.person.email or "",
        "name": contact.name if contact else wish.person.display_name[:120],
        "address": contact.address() if contact else {},
        "country": wish.quote.country,
        "pieces": wish.quote.pieces.edition,
        **amounts(bill),
        "currency": wish.drop.currency,
        "placed_at": now,
        **_awaited(wish, now),
    }


def amounts(bill: pricing.Bill) -> dict[str, Any]:
    """Return the columns in which an order keeps its bill."""
    return {
        "items_minor": bill.items_minor,
        "shipping_minor": bill.shipping_minor,
        "tax_minor": bill.tax_minor,
        "tax_included": bill.included,
        "total_minor": bill.total_minor,
    }


def _awaited(wish: _Wish, now: datetime) -> dict[str, Any]:
    """What the order waits for: money unless an invoice follows or nothing is owed, a guardian under 18."""
    payment = wish.drop.payment != "none" and wish.quote.bill.total_minor > 0
    guardian = wish.person.minor
    if not payment and not guardian:
        nothing = {"awaits_payment": False, "awaits_guardian": False, "expires_at": None}
        return {**nothing, "state": "reserved", "confirmed_at": now}
    until = now + timedelta(minutes=wish.drop.hold_minutes) if payment else _guardian_until(wish.drop, now)
    awaited = {"awaits_payment": payment, "awaits_guardian": guardian, "expires_at": until}
    return {**awaited, "state": "awaiting", "confirmed_at": None}


def _guardian_until(drop: DropRow, now: datetime) -> datetime:
    return min(now + GUARDIAN_TIME, drop.closes_at) if drop.closes_at else now + GUARDIAN_TIME


def cancel_standing(session: Session, order: PreorderRow, reason: str, by_id: int | None, now: datetime) -> None:
    """Cancel an order in the caller's transaction, which holds the drop's row; raises Refused('not-standing')."""
    # Read again now that the drop's row is ours: it may have been changed in between.
    order, held = queries.preorder(session, order.id) or order, queries.pieces_by_variant(session, order.id)
    if not store.cancel(session, order.id, reason, now):
        raise Refused("not-standing", N_("This order is cancelled or sent already."))
    store.release(session, order.drop_id, order.pieces, held)
    timeline.note(session, order.id, now, by_id, "cancelled", reason=reason)
    outbox.record(session, PreorderCancelled(order.id))
    offering.offer_freed(session, order.drop_id, now)
