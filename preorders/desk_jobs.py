"""What the desk's steps set off: the notice before the lock, the question for an address. Every handler may run twice.

They take the fields of their fact as keywords.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from preorders import desk_counts, locking, queries
from preorders.checklist import NOTICE
from preorders.models import Drop
from webapp.accounts import queries as accounts
from webapp.infra.db import db, transaction
from webapp.kernel.now import now
from webapp.notices import store as notices
from webapp.notices import values

ALL = 1_000_000_000


def announce_locks() -> int:
    """Ticker: announce each lock that is at most 48 hours away, once; return how many."""
    moment = now()
    ending = (Drop.closes_at > moment, Drop.closes_at <= moment + NOTICE, Drop.lock_told_at.is_(None))
    open_ = (Drop.published_at.is_not(None), Drop.locked_at.is_(None), Drop.cancelled_at.is_(None))
    due = db.session.scalars(select(Drop.id).where(*ending, *open_).order_by(Drop.id)).all()
    db.session.rollback()
    return sum(locking.announce(drop_id, moment) for drop_id in due)


def tell_lock_soon(drop_id: int) -> None:
    """LockAnnounced: tell everybody whose order stands until when it can be changed."""
    with transaction() as session:
        drop = queries.drop(session, drop_id)
        if drop is None or drop.cancelled_at:
            return
        people = queries.buyers(session, drop_id, "awaiting", "reserved")
        until = values.at(drop.closes_at, drop.timezone)
        params = {"title": drop.title, "artist": _artist(session, drop.artist_id), "until": until}
        key = f"drop-lock-soon:{drop_id}:{drop.closes_at}"  # told once for each end of the window
        notices.notify(session, sorted(people), "drop-lock-soon", key, {**params, "path": "/mine"}, now())


def tell_addresses_wanted(drop_id: int) -> None:
    """AddressesWanted: ask each order's buyer for the address that is missing."""
    with transaction() as session:
        for order in desk_counts.without_address(session, drop_id, ALL):
            params = {"number": order.number, "path": f"/preorders/{order.number}"}
            notices.notify(session, [order.person_id], "address-missing", f"address-missing:{order.id}", params, now())


def _artist(session: Session, artist_id: int) -> str:
    found = accounts.artist(session, artist_id)
    return found.name if found else ""
