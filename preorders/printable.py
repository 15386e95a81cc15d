"""Whether enough was ordered to print a drop. Counted are pieces of orders that await nothing."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from preorders.models import Preorder
from preorders.rows import DropRow
from webapp.kernel.refusal import N_, Refused

CONFIRMED = ("reserved", "part-shipped", "shipped")
NOT_YET = N_("The goal is not reached. Decide to print anyway first.")


def may_print(session: Session, drop: DropRow) -> bool:
    """Return whether nothing about its goal keeps a drop from being charged and produced."""
    return bool(
        drop.goal is None
        or drop.goal_reached_at
        or drop.print_anyway_at
        or confirmed_pieces(session, drop.id) >= drop.goal
    )


def require_print(session: Session, drop: DropRow) -> None:
    """Refuse unless a drop may be printed."""
    if not may_print(session, drop):
        raise Refused("goal-missed", NOT_YET)


def confirmed_pieces(session: Session, drop_id: int) -> int:
    """Return how many pieces of the edition the orders hold that await nothing."""
    mine = (Preorder.drop_id == drop_id, Preorder.state.in_(CONFIRMED))
    return int(session.scalar(select(func.coalesce(func.sum(Preorder.pieces), 0)).where(*mine)) or 0)
