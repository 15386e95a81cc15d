"""Joining and leaving the waitlist: one use case, one transaction each."""

from datetime import datetime

from sqlalchemy.orm import Session

from preorders import queries as drops
from preorders import rules as ordering_rules
from preorders.rows import DropRow
from preorders.waitlist import offering, queries, rules, store
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def join(drop_id: int, person_id: int, variant_id: int, quantity: int, now: datetime) -> int:
    """Put somebody at the end of the queue of a sold-out SKU; return the entry's id.

    Raises NotFound for a stranger's SKU; Refused: not-open, closed, drop-cancelled, not-sold-out, bad-quantity,
    limit-reached, waiting-already.
    """
    with transaction() as session:
        drop = _open_drop(session, drop_id, now)
        in_edition = queries.in_edition(session, drop_id).get(variant_id)
        if in_edition is None:
            raise NotFound()
        rules.require_sold_out(queries.free(session, drop).of(variant_id, in_edition))
        held = drops.held_by(session, drop_id, person_id)
        rules.require_quantity(quantity, held.edition if in_edition else held.other, drop.per_person)
        values = {"drop_id": drop_id, "variant_id": variant_id, "person_id": person_id, "quantity": quantity}
        entry_id = store.add_entry(session, **values, placed_at=now, standing=True)
        if entry_id is None:
            raise Refused("waiting-already", N_("You wait for that already. Your place in the queue is kept."))
        return entry_id


def leave(entry_id: int, person_id: int, now: datetime) -> None:
    """Leave the queue, or let an offer go: its pieces go on to the next. Raises NotFound, Refused('not-waiting')."""
    with transaction() as session:
        entry = queries.entry(session, entry_id)
        if entry is None or entry.person_id != person_id:
            raise NotFound()
        store.hold(session, entry.drop_id)
        offered = queries.offered(session, entry.drop_id, entry_id=entry_id)
        if not store.end(session, entry_id, "offered" if offered else "waiting", "left", now):
            raise Refused("not-waiting", N_("You don't wait for that any more."))
        offering.give_back(session, entry.drop_id, offered)
        if offered:
            offering.offer_freed(session, entry.drop_id, now)


def _open_drop(session: Session, drop_id: int, now: datetime) -> DropRow:
    """Lock the drop, so that no piece comes free between the look and the queue."""
    is_open = store.hold_open(session, drop_id, now)
    drop = drops.drop(session, drop_id)
    if drop is None or drop.published_at is None:
        raise NotFound()
    if not is_open:
        ordering_rules.require_open(drop.dates, now)
    return drop
