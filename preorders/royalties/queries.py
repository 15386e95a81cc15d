"""Every SELECT on royalties: what was sold, and the frozen statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from preorders.models import Drop, Preorder, PreorderLine, Product, RoyaltyStatement, Variant
from preorders.queries import owing
from preorders.royalties.rules import Sold

# What is owed for: orders whose pieces are made for somebody. Those that still wait for money or a guardian are not.
SOLD = ("reserved", "part-shipped", "shipped")


@dataclass(frozen=True)
class StatementRow:
    """A frozen statement, with its drop in words."""

    id: int
    drop_id: int
    position: int
    person_id: int | None
    share_bp: int
    parts: list[Any]
    pieces: int
    net_minor: int
    amount_minor: int
    currency: str
    frozen_at: datetime
    paid_out_at: datetime | None
    slug: str
    title: str

    @property
    def role(self) -> str:
        """Return what the share is for."""
        return str(self.parts[0]["role"]) if self.parts else "designer"


def sold(session: Session, drop_id: int) -> Sold:
    """Return what a drop sold of its edition; one statement.

    A price that holds its tax is counted without it; one to which tax is added is net already.
    """
    net = PreorderLine.price_minor - case((Preorder.tax_included, PreorderLine.tax_minor), else_=0)
    row = session.execute(
        select(func.coalesce(func.sum(PreorderLine.quantity), 0), func.coalesce(func.sum(net), 0))
        .join(Preorder, Preorder.id == PreorderLine.preorder_id)
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Preorder.drop_id == drop_id, Preorder.state.in_(SOLD), Product.in_edition)
        .where(~and_(Preorder.state == "reserved", owing(drop_id)))  # its charge was refused: sold once paid, or sent
    ).one()
    return Sold(int(row[0]), int(row[1]))


def statements(session: Session, drop_id: int) -> list[StatementRow]:
    """Return the frozen statements of a drop, the designer's first; empty until it is closed."""
    return _rows(session, RoyaltyStatement.drop_id == drop_id)


def of_person(session: Session, person_id: int) -> list[StatementRow]:
    """Return everything a person is owed, newest first."""
    return _rows(session, RoyaltyStatement.person_id == person_id)[::-1]


def statement(session: Session, statement_id: int) -> StatementRow | None:
    """Return one statement."""
    return next(iter(_rows(session, RoyaltyStatement.id == statement_id)), None)


def _rows(session: Session, condition: Any) -> list[StatementRow]:
    own = [getattr(RoyaltyStatement, name) for name in list(StatementRow.__dataclass_fields__)[:-2]]
    found = select(*own, Drop.slug, Drop.title).join(Drop, Drop.id == RoyaltyStatement.drop_id).where(condition)
    rows = session.execute(found.order_by(RoyaltyStatement.drop_id, RoyaltyStatement.position))
    return [StatementRow(**row._mapping) for row in rows]
