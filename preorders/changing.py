"""Changing an order that stands: size, colour, quantity, address. When the new is gone the old is kept.

Locks as everywhere: the drop's row, SKUs in id order, then the order's row. What a buyer saw goes along as a version,
so that a change is made to that order and not to one somebody else changed meanwhile.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from preorders import ordering, pricing, queries, rules, store, timeline
from preorders.events import PreorderChanged
from preorders.ordering import CLOSED, Contact
from preorders.phases import Phase
from preorders.pricing import Quote
from preorders.rows import Catalogue, DropRow, LineRow, PreorderRow
from preorders.rules import Item
from preorders.waitlist import offering
from webapp.accounts import audit
from webapp.accounts import queries as accounts
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused


@dataclass(frozen=True)
class Change:
    """What becomes of an order: all its items anew (None: they stay), another address (None: it stays).

    `country` is for an order without an address yet. `version` is `version_of` what was changed from; '' takes
    the order as it is.
    """

    items: Sequence[Item] | None = None
    contact: Contact | None = None
    country: str = ""
    version: str = ""


def change(preorder_id: int, person_id: int, wanted: Change, now: datetime) -> bool:
    """Change one's own order: items until the orders are fixed, the address until addresses are.

    Returns whether anything changed; a repeated change is none. Raises NotFound for another's order; Refused:
    closed, not-standing, changed-meanwhile, size-sold-out, sold-out, limit-reached, total-changes, pay-first, or the
    codes of placing. A refusal changes nothing.
    """
    with transaction() as session:
        order = queries.preorder(session, preorder_id)
        if order is None or order.person_id != person_id:
            raise NotFound()
        taking = store.hold_open(session, order.drop_id, now)
        if not taking:
            _require_address_only(session, order, wanted)
        return _change(session, order.id, wanted, person_id, "", taking, now)


def change_for(preorder_id: int, artist_id: int, staff_id: int, wanted: Change, reason: str, now: datetime) -> bool:
    """Change somebody's order for the shop, with a reason they are told; items until production begins.

    Returns whether anything changed. Raises as `change` does, and Refused('no-reason').
    """
    if not reason.strip():
        raise Refused("no-reason", N_("Say why: the buyer reads it."), 422)
    with transaction() as session:
        order = queries.preorder(session, preorder_id)
        drop = queries.drop(session, order.drop_id) if order else None
        if order is None or drop is None or drop.artist_id != artist_id:
            raise NotFound()
        if not store.hold(session, drop.id):
            raise Refused("drop-cancelled", N_("This drop was called off."))
        if wanted.items is not None and drop.production_at:
            raise Refused("in-production", N_("Production has begun: only the address can be changed."))
        if not _change(session, order.id, wanted, staff_id, reason.strip(), False, now):
            return False
        audit.note(session, now, staff_id, artist_id, "preorder.change", f"preorder:{order.id}", reason=reason)
        outbox.record(session, PreorderChanged(order.id, reason.strip()))
        return True


def items_of(lines: Iterable[LineRow], catalogue: Catalogue) -> list[Item]:
    """Return the items an order's lines came from: a bundle's lines stand together, one for each of its products."""
    items, rest = [], list(lines)
    while rest:
        line = rest[0]
        offer = catalogue.offers.get(line.bundle_id) if line.bundle_id else None
        part = rest[: len(offer.components) if offer else 1]
        rest = rest[len(part) :]
        each = offer.components[catalogue.choices[line.variant_id].product_id] if offer else 1
        items.append(Item(tuple(row.variant_id for row in part), line.bundle_id, line.quantity // each))
    return items


def version_of(order: PreorderRow, lines: Iterable[LineRow]) -> str:
    """Return a short text that changes with what an order holds and where it goes."""
    held = [(line.variant_id, line.bundle_id, line.quantity, line.price_minor) for line in lines]
    told = repr((order.name, sorted(order.address.items()), order.country, held))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _require_address_only(session: Session, order: PreorderRow, wanted: Change) -> None:
    drop = queries.drop(session, order.drop_id)
    if wanted.items is not None or drop is None or drop.cancelled_at or not store.hold(session, order.drop_id):
        raise Refused("closed", CLOSED)
    if drop.address_locked_at or drop.shipping_at:
        raise Refused("closed", N_("Addresses are fixed now. Write to us and we will see what we can do."))


def _change(
    session: Session, preorder_id: int, wanted: Change, by_id: int, reason: str, own: bool, now: datetime
) -> bool:
    """Change an order whose drop's row is ours; `own`: a buyer's change while orders are taken."""
    order, lines = queries.preorder(session, preorder_id), queries.lines(session, preorder_id)
    assert order is not None
    drop = queries.drop(session, order.drop_id)
    assert drop is not None
    if not order.open:
        raise Refused("not-standing", N_("This order is cancelled or sent already."))
    catalogue = queries.catalogue(session, drop.id)
    quote = _quoted(session, drop, catalogue, order, lines, wanted)
    same_items = quote is None or _counts(quote.lines) == _counts(lines)
    if same_items and _same_address(order, wanted):
        return False  # done already, by a first press of the same button
    if wanted.version and wanted.version != version_of(order, lines):
        raise Refused("changed-meanwhile", N_("This order was changed meanwhile. Look at it once more."))
    if quote and same_items and quote.country == order.country:
        quote = None  # the price stays, whatever became of rates and zones meanwhile
    if quote:
        _require_total(session, order, drop, quote, own, now)
        if not same_items:
            _take(session, drop, order, lines, quote, own, now)
        store.replace_lines(session, order.id, quote.lines)
    if not store.change_preorder(session, order.id, **_values(wanted, quote)):
        raise Refused("not-standing", N_("This order is cancelled or sent already."))
    told = {"reason": reason} if reason else {}
    if quote and not same_items:
        what = f"{_words(catalogue, lines)} → {_words(catalogue, quote.lines)}"
        timeline.note(session, order.id, now, by_id, "changed", what=what, **told)
        offering.offer_freed(session, drop.id, now)
    if not _same_address(order, wanted):
        timeline.note(session, order.id, now, by_id, "address", **told)
    return True


def _quoted(
    session: Session, drop: DropRow, catalogue: Catalogue, order: PreorderRow, lines: list[LineRow], wanted: Change
) -> Quote | None:
    """Price what is wanted; None when neither items nor country change, whatever is served now."""
    country = wanted.contact.country if wanted.contact else wanted.country or order.country
    if wanted.items is None and country == order.country:
        return None
    items = items_of(lines, catalogue) if wanted.items is None else wanted.items
    tariff = queries.tariff(session, drop)
    tariff.require_country(country)
    # What was an order of add-ons alone may stay one; another becomes one only beside an order that stands.
    alone = rules.only_addons(items_of(lines, catalogue), catalogue.choices)
    beside = alone or queries.stands_beside(session, drop.id, order.person_id, but=order.id)
    return ordering.quote(catalogue, tariff, items, country, beside)


def _take(
    session: Session,
    drop: DropRow,
    order: PreorderRow,
    lines: list[LineRow],
    quote: Quote,
    own: bool,
    now: datetime,
) -> None:
    """Free and take in one go, the drop first, then SKUs in id order."""
    before, after = queries.pieces_by_variant(session, order.id), pricing.per_variant(quote.lines)
    if not store.shift(session, drop.id, quote.pieces.edition - order.pieces):
        left = max(0, drop.left or 0)
        raise Refused("sold-out", N_("Only %(left)s left of the edition. Order fewer, or be quick."), left=left)
    if own:
        held = queries.held_by(session, drop.id, order.person_id)
        other = sum(line.quantity for line in lines) - order.pieces
        rest = rules.Pieces(held.edition - order.pieces, held.other - other)
        rules.require_limit(drop.per_person, rest, quote.pieces)
    for variant_id in sorted({*before, *after}):
        more = after.get(variant_id, 0) - before.get(variant_id, 0)
        if more and not store.reserve_variant(session, variant_id, more):
            raise Refused("size-sold-out", N_("That size and colour is gone. Your order stays as it was."))


def _require_total(session: Session, order: PreorderRow, drop: DropRow, quote: Quote, own: bool, now: datetime) -> None:
    """Refuse another total once money has moved or a guardian has agreed, or the orders are fixed."""
    total = quote.bill.total_minor
    if total == order.total_minor:
        return
    if order.paid_at or drop.charged_at:
        raise Refused(
            "total-changes",
            N_("This order is paid. Choose something of the same price, or cancel it and order again."),
        )
    # A page to pay this very amount may be open; and what was free has no way to be paid.
    if drop.payment == "now" or (drop.payment == "at_lock" and not order.total_minor):
        raise Refused("pay-first", N_("What is owed for this order is fixed. Cancel it to order something else."))
    if drop.payment != "none" and drop.phase(now) not in (Phase.OPEN, Phase.UPCOMING):
        raise Refused("total-changes", N_("The orders are fixed: the total can't change any more."))
    person = accounts.person(session, order.person_id) if own and order.confirmed_at else None
    if person and person.minor and total > order.total_minor:
        raise Refused("guardian-agreed", N_("Your guardian agreed to this total. Choose something that costs no more."))


def _values(wanted: Change, quote: Quote | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if quote:
        values = {"pieces": quote.pieces.edition, "country": quote.country, **ordering.amounts(quote.bill)}
    if wanted.contact:
        values |= {"name": wanted.contact.name, "address": wanted.contact.address()}
    return values


def _same_address(order: PreorderRow, wanted: Change) -> bool:
    if wanted.contact is None:
        return wanted.country in ("", order.country)
    return wanted.contact.name == order.name and wanted.contact.address() == order.address


def _counts(lines: Iterable[Any]) -> list[tuple[int | None, int, int]]:
    return sorted((line.bundle_id or 0, line.variant_id, line.quantity) for line in lines)


def _words(catalogue: Catalogue, lines: Iterable[Any]) -> str:
    said = []
    for line in lines:
        variant = catalogue.variant(line.variant_id)
        product = catalogue.product(variant.product_id)
        said.append(f"{line.quantity} × {', '.join(filter(None, (product.title if product else '', variant.words)))}")
    return ", ".join(said)
