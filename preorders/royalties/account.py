"""A drop's royalties as they stand: from the orders while it runs, from the frozen statements afterwards."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from contests.submissions.credits import queries as credits
from preorders.rows import DropRow
from preorders.royalties import queries, rules
from preorders.royalties.rules import Sold, Terms
from webapp.accounts import queries as accounts


@dataclass(frozen=True)
class Line:
    """What one person is owed. `statement_id` once it is frozen."""

    name: str
    role: str
    share_bp: int
    amount_minor: int
    statement_id: int | None = None
    paid_out: bool = False


@dataclass(frozen=True)
class Account:
    """All that is owed for a drop."""

    sold: Sold
    terms: Terms
    total_minor: int
    lines: list[Line]
    frozen: bool


def account(session: Session, drop: DropRow) -> Account:
    """Return what is owed for a drop."""
    terms = Terms(drop.royalty_minor, drop.royalty_bp)
    frozen = queries.statements(session, drop.id)
    if frozen:
        names = accounts.names(session, [row.person_id for row in frozen if row.person_id])
        lines = [
            Line(
                names.get(row.person_id or 0, accounts.A_FAN),
                row.role,
                row.share_bp,
                row.amount_minor,
                row.id,
                row.paid_out_at is not None,
            )
            for row in frozen
        ]
        sold = Sold(frozen[0].pieces, frozen[0].net_minor)
        return Account(sold, terms, sum(line.amount_minor for line in lines), lines, True)
    sold = queries.sold(session, drop.id)
    shares = credits.shares(session, drop.submission_id) if drop.submission_id else []
    found = rules.parts(sold, terms, [(each.person_id, each.role, each.share_bp) for each in shares]) if shares else []
    names = {each.person_id: each.name for each in shares}
    lines = [Line(names[part.person_id], part.role, part.share_bp, part.amount_minor) for part in found]
    return Account(sold, terms, rules.owed(sold, terms) if shares else 0, lines, False)
