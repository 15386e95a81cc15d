"""What the desk counts of orders, each number from an index and no further than `MOST`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from preorders import queries
from preorders.checklist import Counts
from preorders.models import Preorder
from preorders.models.orders import LEFT, LOOK

MOST = 10_000
SENDABLE = (Preorder.state.in_(("reserved", "part-shipped")), Preorder.addressed_at.is_not(None))


def counts(session: Session, drop_id: int) -> Counts:
    """Return the counts of the checklist; one statement."""
    missing = (text(LOOK), Preorder.addressed_at.is_(None))
    failed = (text(LOOK), Preorder.payment_failed_at.is_not(None), Preorder.paid_at.is_(None))
    numbers = (
        _bounded(drop_id, Preorder.state == "awaiting"),
        _bounded(drop_id, Preorder.state.in_(("reserved", "part-shipped"))),
        _bounded(drop_id, text(LEFT), Preorder.state == "shipped"),
        _bounded(drop_id, *missing),
        _bounded(drop_id, *failed),
    )
    return Counts(*session.execute(select(*numbers)).one())


def without_address(session: Session, drop_id: int, limit: int) -> Sequence[Any]:
    """Return the newest orders that stand without an address: id, number, email, person_id."""
    columns = (Preorder.id, Preorder.number, Preorder.email, Preorder.person_id)
    found = select(*columns).where(Preorder.drop_id == drop_id, text(LOOK), Preorder.addressed_at.is_(None))
    return session.execute(found.order_by(Preorder.id.desc()).limit(limit)).all()


def sendable(session: Session, drop_id: int, after: int, limit: int, only: Sequence[int] | None) -> Sequence[int]:
    """Return orders that can leave, in id order after `after`: paid, with an address; of `only` these."""
    able = (*SENDABLE, ~queries.owing(drop_id), Preorder.id > after)
    found = select(Preorder.id).where(Preorder.drop_id == drop_id, *able)
    if only is not None:
        found = found.where(Preorder.id.in_(only))
    return session.scalars(found.order_by(Preorder.id).limit(limit)).all()


def unpaid(session: Session, drop_id: int) -> int:
    """Return how many orders are ready to be made but for their money; up to `MOST`."""
    waits = _bounded(drop_id, Preorder.state.in_(("reserved", "part-shipped")), queries.owing(drop_id))
    return int(session.scalar(select(waits)) or 0)


def marks(session: Session, preorder_id: int) -> Any:
    """Return what an order's state is told from: state, awaits_guardian, addressed_at, payment_failed_at, paid_at."""
    columns = (Preorder.state, Preorder.awaits_guardian, Preorder.addressed_at, Preorder.payment_failed_at)
    return session.execute(select(*columns, Preorder.paid_at).where(Preorder.id == preorder_id)).one()


def _bounded(drop_id: int, *conditions: Any) -> Any:
    found = select(Preorder.id).where(Preorder.drop_id == drop_id, *conditions).limit(MOST + 1).subquery()
    return select(func.count()).select_from(found).scalar_subquery()
