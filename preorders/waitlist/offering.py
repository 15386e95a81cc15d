"""Offers: free pieces go to those who wait, in order, for a while.

Free pieces and somebody waiting for them never stand side by side after a commit: whoever frees pieces or raises a
cap calls `offer_freed` before it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from preorders import queries as drops
from preorders.rows import DropRow
from preorders.waitlist import queries, rules, store
from preorders.waitlist.events import WaitlistOffered
from webapp.infra import outbox

BATCH = 200  # entries looked at in one statement


def offer_freed(session: Session, drop_id: int, now: datetime) -> int:
    """Offer what is free of a drop to those who wait, first come first served; return how many offers were made.

    Somebody who waits for more than is left is offered what is left. Works in the caller's transaction, after the
    pieces were given back; nothing happens unless the drop takes orders. An offer ends with the window.
    """
    if not store.hold_open(session, drop_id, now) or not queries.anybody_waits(session, drop_id):
        return 0
    store.hold_variants(session, drop_id)
    drop = drops.drop(session, drop_id)
    assert drop is not None and drop.closes_at is not None
    free, made = queries.free(session, drop), 0
    until = min(now + timedelta(hours=drop.offer_hours), drop.closes_at)
    while waiting := queries.waiting(session, drop_id, _worth_asking(session, drop, free), BATCH):
        given = list(rules.offers(waiting, free))
        for entry, pieces in given:
            store.offer(session, entry.entry_id, pieces, until, now)
            outbox.record(session, WaitlistOffered(entry.entry_id, now.isoformat()))
        _count(session, drop_id, given)
        made += len(given)
    return made


def give_back(session: Session, drop_id: int, ended: Sequence[rules.Waiting]) -> None:
    """Count the pieces of ended offers (`quantity`: what was offered) as free again. The drop's row is locked."""
    by_variant: dict[int, int] = {}
    for each in ended:
        by_variant[each.variant_id] = by_variant.get(each.variant_id, 0) - each.quantity
    if by_variant:
        store.keep(session, drop_id, -sum(each.quantity for each in ended if each.in_edition), by_variant)


def _worth_asking(session: Session, drop: DropRow, free: rules.Free) -> list[int]:
    """The SKUs of which something is free: whoever waits for another is not even read."""
    in_edition = queries.in_edition(session, drop.id)
    return [variant_id for variant_id in free.by_variant if free.of(variant_id, in_edition[variant_id]) != 0]


def _count(session: Session, drop_id: int, given: list[tuple[rules.Waiting, int]]) -> None:
    by_variant: dict[int, int] = {}
    for entry, pieces in given:
        by_variant[entry.variant_id] = by_variant.get(entry.variant_id, 0) + pieces
    store.keep(session, drop_id, sum(pieces for entry, pieces in given if entry.in_edition), by_variant)
