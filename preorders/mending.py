"""Counters of stock set to what orders and standing offers say: after a restore, or a hand in the database.

Orders are the truth: people were told of them. What comes free goes to those who wait, in the same transaction.
Where the orders themselves are more than the edition, the database's own CHECK refuses, and the drop stays as it is.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from preorders import recount
from preorders.models import Drop, Variant
from preorders.waitlist import offering
from preorders.waitlist import store as waitlist
from webapp.infra.db import changed, db, transaction


def wrong(session: Session) -> list[int]:
    """Return the drops whose counters, or those of whose SKUs, are not what orders and offers say."""
    rows = (row for asked in (recount.of_drops(), recount.of_variants()) for row in session.execute(asked))
    return sorted({row.drop_id for row in rows if _differs(row)})


def mend(now: datetime) -> tuple[list[str], list[str]]:
    """Set the counters of all drops that need it; return (drops that were mended, drops that hold too much)."""
    ids = wrong(db.session())
    names = dict(db.session.execute(select(Drop.id, Drop.slug).where(Drop.id.in_(ids))).all())
    db.session.rollback()
    mended, over = list[str](), list[str]()
    for drop_id in ids:
        try:
            _mend(drop_id, now)
        except IntegrityError:
            db.session.rollback()
            over.append(names[drop_id])
        else:
            mended.append(names[drop_id])
    return mended, over


def _mend(drop_id: int, now: datetime) -> None:
    with transaction() as session:
        waitlist.hold(session, drop_id)
        waitlist.hold_variants(session, drop_id)
        for row in session.execute(recount.of_variants().where(Variant.drop_id == drop_id)).all():
            _set(session, Variant, row)
        for row in session.execute(recount.of_drops().where(Drop.id == drop_id)).all():
            _set(session, Drop, row)
        offering.offer_freed(session, drop_id, now)


def _set(session: Session, model: Any, row: Any) -> None:
    if _differs(row):
        values = {"reserved": row.held, "offered": row.kept}
        changed(session, update(model).where(model.id == row.id).values(values))


def _differs(row: Any) -> bool:
    return (row.reserved, row.offered) != (row.held, row.kept)
