"""Freezing statements, and noting that one was paid out. Each is one transaction."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from contests.submissions.credits import queries as credits
from contests.submissions.credits import store as credit_store
from preorders import queries as drops
from preorders.models import RoyaltyStatement
from preorders.rows import DropRow
from preorders.royalties import queries, rules
from preorders.royalties.rules import Terms
from webapp.accounts import audit
from webapp.infra.db import changed, insert_once, transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def freeze(drop_id: int, now: datetime) -> list[int]:
    """Freeze what is owed for a closed drop; return the ids of the statements this call wrote. Safe to repeat.

    Nothing is written for a drop without a design or that pays no royalty.
    """
    with transaction() as session:
        drop = drops.drop(session, drop_id)
        if drop is None or drop.closed_at is None or drop.submission_id is None:
            return []
        terms = Terms(drop.royalty_minor, drop.royalty_bp)
        if not terms.any or queries.statements(session, drop_id):
            return []
        return _write(session, drop, terms, now)


def freeze_credit(drop_id: int, now: datetime) -> None:
    """Fix who shares the winner's credit, from the lock of its orders on. Safe to repeat."""
    with transaction() as session:
        drop = drops.drop(session, drop_id)
        if drop and drop.submission_id and drop.locked_at:
            credit_store.freeze(session, drop.submission_id, now)


def paid_out(statement_id: int, artist_id: int, staff_id: int, now: datetime) -> None:
    """Note that a statement was paid; raises NotFound for another artist's, Refused('paid-out') the second time."""
    with transaction() as session:
        found = queries.statement(session, statement_id)
        drop = drops.drop(session, found.drop_id) if found else None
        if found is None or drop is None or drop.artist_id != artist_id:
            raise NotFound()
        statement = update(RoyaltyStatement).where(
            RoyaltyStatement.id == statement_id, RoyaltyStatement.paid_out_at.is_(None)
        )
        if not changed(session, statement.values(paid_out_at=now)):
            raise Refused("paid-out", N_("That was noted already."))
        audit.note(session, now, staff_id, artist_id, "royalty.paid", f"statement:{statement_id}")


def _write(session: Session, drop: DropRow, terms: Terms, now: datetime) -> list[int]:
    sold = queries.sold(session, drop.id)
    shares = credits.shares(session, drop.submission_id or 0)
    found = rules.parts(sold, terms, [(each.person_id, each.role, each.share_bp) for each in shares])
    ids = [
        insert_once(
            session,
            RoyaltyStatement,
            drop_id=drop.id,
            position=position,
            person_id=part.person_id,
            share_bp=part.share_bp,
            parts=[{"role": part.role, "share_bp": part.share_bp}],
            pieces=sold.pieces,
            net_minor=sold.net_minor,
            amount_minor=part.amount_minor,
            currency=drop.currency,
            frozen_at=now,
        )
        for position, part in enumerate(found)
    ]
    return [statement_id for statement_id in ids if statement_id is not None]
