"""Every write of the waitlist, in the caller's transaction. Locks: the drop's row, SKUs in id order, then entries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from preorders.models import Drop, Product, Variant, WaitlistEntry
from webapp.infra.db import changed, insert_once


def hold_open(session: Session, drop_id: int, now: datetime) -> bool:
    """Lock the row of a drop whose orders are taken; return whether they are."""
    return changed(session, update(Drop).where(Drop.id == drop_id, _taking(now)).values(offered=Drop.offered)) == 1


def hold(session: Session, drop_id: int) -> None:
    """Lock a drop's row, whatever its phase."""
    changed(session, update(Drop).where(Drop.id == drop_id).values(offered=Drop.offered))


def hold_variants(session: Session, drop_id: int) -> None:
    """Lock the rows of all SKUs of a drop, in id order (PostgreSQL; SQLite has one writer anyway)."""
    session.execute(select(Variant.id).where(Variant.drop_id == drop_id).order_by(Variant.id).with_for_update())


def add_entry(session: Session, **values: Any) -> int | None:
    """Put somebody at the end of the queue; None when they stand in it for that SKU already."""
    return insert_once(session, WaitlistEntry, **values)


def keep(session: Session, drop_id: int, edition: int, by_variant: Mapping[int, int]) -> None:
    """Move the counters of what is kept for offers, by as many pieces (negative: give back)."""
    changed(session, update(Drop).where(Drop.id == drop_id).values(offered=Drop.offered + edition))
    for variant_id in sorted(by_variant):
        count = Variant.offered + by_variant[variant_id]
        changed(session, update(Variant).where(Variant.id == variant_id).values(offered=count))


def offer(session: Session, entry_id: int, pieces: int, until: datetime, now: datetime) -> None:
    """Offer pieces to a waiting entry; the caller has counted them."""
    statement = update(WaitlistEntry).where(WaitlistEntry.id == entry_id, WaitlistEntry.state == "waiting")
    offered = {"state": "offered", "offered_quantity": pieces, "offered_at": now, "offer_until": until}
    assert changed(session, statement.values(offered)) == 1, entry_id


def take_offer(session: Session, entry_id: int, person_id: int, now: datetime) -> tuple[int, int] | None:
    """Take one's own standing offer: return (variant id, pieces), or None when it lapsed or never was theirs.

    Locks the drop's row first. The entry is taken, or waits on in its old place for what was not offered. The caller
    then counts the pieces as reserved with `convert`, and notes the order with `ordered`.
    """
    entry = session.execute(
        select(WaitlistEntry.drop_id, WaitlistEntry.variant_id).where(
            WaitlistEntry.id == entry_id, WaitlistEntry.person_id == person_id
        )
    ).first()
    if entry is None or not hold_open(session, entry.drop_id, now):
        return None
    standing = and_(WaitlistEntry.id == entry_id, WaitlistEntry.state == "offered", WaitlistEntry.offer_until > now)
    found = session.execute(
        select(WaitlistEntry.quantity, WaitlistEntry.offered_quantity).where(standing)  # the drop's row is ours
    ).first()
    if found is None:
        return None
    rest = found.quantity - found.offered_quantity
    over = {"state": "taken", "standing": None, "ended_at": now}
    waits_on = {"state": "waiting", "quantity": rest, "offered_at": None}
    values = {"offer_until": None, "offered_quantity": 0, **(waits_on if rest else over)}
    if changed(session, update(WaitlistEntry).where(standing).values(values)) != 1:
        return None
    return entry.variant_id, found.offered_quantity


def convert(session: Session, drop_id: int, variant_id: int, pieces: int) -> None:
    """Count taken pieces as reserved instead of offered, at the SKU and, where it is of the edition, at the drop."""
    edition = pieces if _in_edition(session, variant_id) else 0
    counts = {"offered": Drop.offered - edition, "reserved": Drop.reserved + edition}
    changed(session, update(Drop).where(Drop.id == drop_id).values(counts))
    counts = {"offered": Variant.offered - pieces, "reserved": Variant.reserved + pieces}
    changed(session, update(Variant).where(Variant.id == variant_id, Variant.drop_id == drop_id).values(counts))


def ordered(session: Session, entry_id: int, preorder_id: int) -> None:
    """Note which order came of an offer (the latest, where a rest waited on)."""
    changed(session, update(WaitlistEntry).where(WaitlistEntry.id == entry_id).values(preorder_id=preorder_id))


def end(session: Session, entry_id: int, was: str, state: str, now: datetime) -> bool:
    """Take an entry out of the queue if it is still what it was; return whether. The caller gives back pieces."""
    statement = update(WaitlistEntry).where(WaitlistEntry.id == entry_id, WaitlistEntry.state == was)
    over = {"state": state, "standing": None, "offer_until": None, "ended_at": now}
    return changed(session, statement.values(over)) == 1


def _in_edition(session: Session, variant_id: int) -> bool:
    found = select(Product.in_edition).join(Variant, Variant.product_id == Product.id).where(Variant.id == variant_id)
    return bool(session.scalar(found))


def _taking(now: datetime) -> Any:
    return and_(
        Drop.published_at.is_not(None),
        Drop.opens_at <= now,
        Drop.closes_at > now,
        Drop.locked_at.is_(None),
        Drop.cancelled_at.is_(None),
    )
