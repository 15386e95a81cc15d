"""Every SELECT of the waitlist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from preorders import queries as drops
from preorders.models import Drop, Product, Variant, WaitlistEntry
from preorders.phases import Phase
from preorders.rows import DropRow
from preorders.waitlist.rules import Free, Waiting

STANDING = WaitlistEntry.state.in_(("waiting", "offered"))


@dataclass(frozen=True)
class EntryRow:
    """An entry with its drop and SKU in words. `ahead` counts who waits before it for the same SKU."""

    id: int
    drop_id: int
    variant_id: int
    person_id: int
    quantity: int
    offered_quantity: int
    state: str
    placed_at: datetime
    offered_at: datetime | None
    offer_until: datetime | None
    ended_at: datetime | None
    drop_title: str
    drop_slug: str
    timezone: str
    product_id: int
    product: str
    addon: bool
    size: str
    colour: str
    ahead: int

    @property
    def words(self) -> str:
        """Return the piece in words, e.g. 'Tour tee, M, Navy'."""
        return ", ".join(word for word in (self.product, self.size, self.colour) if word)


@dataclass(frozen=True)
class DemandRow:
    """How long the queue of a SKU is: persons, pieces they want, pieces on offer now, pieces taken from offers."""

    variant_id: int
    sku: str
    product: str
    size: str
    colour: str
    cap: int | None
    reserved: int
    persons: int
    pieces: int
    offered: int


def anybody_waits(session: Session, drop_id: int) -> bool:
    """Return whether the drop's queue has somebody without an offer."""
    found = select(WaitlistEntry.id).where(WaitlistEntry.drop_id == drop_id, WaitlistEntry.state == "waiting")
    return session.scalar(found.limit(1)) is not None


def waiting(session: Session, drop_id: int, variant_ids: Sequence[int], limit: int) -> list[Waiting]:
    """Return the first of those who wait for one of these SKUs, in order."""
    if not variant_ids:
        return []
    rows = session.execute(
        select(WaitlistEntry.id, WaitlistEntry.variant_id, Product.in_edition, WaitlistEntry.quantity)
        .join(Variant, Variant.id == WaitlistEntry.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(WaitlistEntry.drop_id == drop_id, WaitlistEntry.state == "waiting", Variant.id.in_(variant_ids))
        .order_by(WaitlistEntry.id)
        .limit(limit)
    )
    return [Waiting(*row) for row in rows]


def free(session: Session, drop: DropRow) -> Free:
    """Return what nobody holds and nobody is offered."""
    rows = session.execute(
        select(Variant.id, Variant.cap, Variant.reserved, Variant.offered)
        .where(Variant.drop_id == drop.id)
        .order_by(Variant.id)
    )
    left = {row.id: None if row.cap is None else row.cap - row.reserved - row.offered for row in rows}
    return Free(drop.left, left)


def in_edition(session: Session, drop_id: int) -> dict[int, bool]:
    """Return which SKUs of a drop count against its edition."""
    found = select(Variant.id, Product.in_edition).join(Product, Product.id == Variant.product_id)
    return {row.id: bool(row.in_edition) for row in session.execute(found.where(Variant.drop_id == drop_id))}


def entry(session: Session, entry_id: int) -> EntryRow | None:
    """Return one entry."""
    return next(iter(_entries(session, WaitlistEntry.id == entry_id)), None)


def of_person(session: Session, person_id: int, since: datetime) -> list[EntryRow]:
    """Return a person's entries that stand, or ended after `since`: offers first, then newest first; one statement."""
    lately = or_(STANDING, WaitlistEntry.ended_at >= since)
    found = _entries(session, and_(WaitlistEntry.person_id == person_id, lately))
    return sorted(found, key=lambda row: (row.state != "offered", row.state != "waiting", -row.id))


def offered(
    session: Session, drop_id: int, *, entry_id: int | None = None, late_at: datetime | None = None, limit: int = 1000
) -> list[Waiting]:
    """Return standing offers of a drop with `quantity` what is offered: of one entry, or those whose time is up."""
    found = (
        select(WaitlistEntry.id, WaitlistEntry.variant_id, Product.in_edition, WaitlistEntry.offered_quantity)
        .join(Variant, Variant.id == WaitlistEntry.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(WaitlistEntry.drop_id == drop_id, WaitlistEntry.state == "offered")
    )
    if entry_id is not None:
        found = found.where(WaitlistEntry.id == entry_id)
    if late_at is not None:
        found = found.where(WaitlistEntry.offer_until <= late_at)
    return [Waiting(*row) for row in session.execute(found.order_by(WaitlistEntry.id).limit(limit))]


def waiting_ids(session: Session, drop_id: int, limit: int) -> Sequence[int]:
    """Return entries of a drop without an offer."""
    found = select(WaitlistEntry.id).where(WaitlistEntry.drop_id == drop_id, WaitlistEntry.state == "waiting")
    return session.scalars(found.order_by(WaitlistEntry.id).limit(limit)).all()


def drops_with_late_offers(session: Session, now: datetime) -> Sequence[int]:
    """Return the drops with offers whose time is up."""
    late = (WaitlistEntry.state == "offered", WaitlistEntry.offer_until <= now)
    return session.scalars(select(WaitlistEntry.drop_id).where(*late).distinct()).all()


def drops_over(session: Session, now: datetime, drop_id: int | None = None) -> Sequence[int]:
    """Return the drops (or this one) that take no more orders while entries stand."""
    over = or_(Drop.closes_at <= now, Drop.locked_at.is_not(None), Drop.cancelled_at.is_not(None))
    found = select(WaitlistEntry.drop_id).join(Drop, Drop.id == WaitlistEntry.drop_id).where(STANDING, over)
    if drop_id is not None:
        found = found.where(Drop.id == drop_id)
    return session.scalars(found.distinct()).all()


def drops_waited_for(session: Session, now: datetime) -> list[DropRow]:
    """Return the drops that take orders and have somebody waiting without an offer."""
    waited = select(WaitlistEntry.drop_id).where(WaitlistEntry.state == "waiting").distinct()
    found = [drops.drop(session, drop_id) for drop_id in session.scalars(waited).all()]
    return [drop for drop in found if drop and drop.phase(now) is Phase.OPEN]


def variants_waited_for(session: Session, drop_id: int) -> Sequence[int]:
    """Return the SKUs of a drop that somebody waits for without an offer."""
    waited = (WaitlistEntry.drop_id == drop_id, WaitlistEntry.state == "waiting")
    return session.scalars(select(WaitlistEntry.variant_id).where(*waited).distinct()).all()


def demand(session: Session, drop_id: int) -> list[DemandRow]:
    """Return the queue of each SKU that has or had one to show; one statement."""
    pieces = func.coalesce(func.sum(WaitlistEntry.quantity), 0)
    rows = session.execute(
        select(
            Variant.id.label("variant_id"),
            Variant.sku,
            Product.title.label("product"),
            Variant.size,
            Variant.colour,
            Variant.cap,
            Variant.reserved,
            func.count(WaitlistEntry.id).label("persons"),
            pieces.label("pieces"),
            Variant.offered,
        )
        .join(WaitlistEntry, WaitlistEntry.variant_id == Variant.id)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.drop_id == drop_id, STANDING)
        .group_by(Variant.id, Product.id)
        .order_by(Product.position, Variant.position, Variant.id)
    )
    return [DemandRow(**{**row._mapping, "pieces": int(row.pieces)}) for row in rows]


def _entries(session: Session, condition: Any) -> list[EntryRow]:
    before = aliased(WaitlistEntry)
    ahead = select(func.count(before.id)).where(
        before.drop_id == WaitlistEntry.drop_id,
        before.variant_id == WaitlistEntry.variant_id,
        before.state == "waiting",
        before.id < WaitlistEntry.id,
    )
    own = [getattr(WaitlistEntry, name) for name in EntryRow.__dataclass_fields__ if hasattr(WaitlistEntry, name)]
    rows = session.execute(
        select(
            *own,
            Drop.title.label("drop_title"),
            Drop.slug.label("drop_slug"),
            Drop.timezone,
            Product.id.label("product_id"),
            Product.title.label("product"),
            Product.addon,
            Variant.size,
            Variant.colour,
            ahead.correlate(WaitlistEntry).scalar_subquery().label("ahead"),
        )
        .join(Drop, Drop.id == WaitlistEntry.drop_id)
        .join(Variant, Variant.id == WaitlistEntry.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(condition)
        .order_by(WaitlistEntry.id)
    )
    return [EntryRow(**row._mapping) for row in rows]
