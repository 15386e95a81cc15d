"""Who waits for whom. Always in this order: a browser's lock, a round's, then the ballot's row.

A vote holds the round's lock shared and the seal holds it exclusively, so that no vote lands after the
seal and votes never wait for each other. The locks end with the transaction. On SQLite a writing
transaction is alone from its first statement (BEGIN IMMEDIATE), so there is nothing to lock.
"""

from datetime import datetime

from sqlalchemy import DateTime, Integer, bindparam, func, select
from sqlalchemy.orm import Session

from webapp.infra import one_clock
from webapp.infra.short_ways import run_one

# The first key of the two-key advisory locks says what is locked, the second which one.
ROUND, SEQUENCER, DEVICE = 4101, 4102, 4103
# The time comes with the lock: PostgreSQL evaluates from left to right, so it is that of holding it.
_CLOCK = func.clock_timestamp(type_=DateTime(timezone=True)).label("told")
_SHARE = select(func.pg_advisory_xact_lock_shared(ROUND, bindparam("round", type_=Integer)), _CLOCK)


def share_round(session: Session, contest_id: int, kind: str, now: datetime) -> datetime:
    """Hold off the seal of a contest's round until this transaction ends. Read the round only after this.

    Return when the request that is at work came, by the clock of the database: what decides whether it was in time.
    """
    if not _postgres(session):
        return now
    (_held, told), *_ = run_one(session, _SHARE, {"round": _number(contest_id, kind)}).rows
    return one_clock.received(told, now)


def seize_round(session: Session, contest_id: int, kind: str) -> None:
    """Wait for every vote under way, and hold off new ones."""
    if _postgres(session):
        session.execute(select(func.pg_advisory_xact_lock(ROUND, _number(contest_id, kind))))


def become_sequencer(session: Session, round_id: int) -> None:
    """Be the only one who folds this round's ledger."""
    if _postgres(session):
        session.execute(select(func.pg_advisory_xact_lock(SEQUENCER, round_id)))


def hold_device(session: Session, device_id: str) -> None:
    """Let one browser's pending votes be changed one after the other."""
    if _postgres(session):
        session.execute(select(func.pg_advisory_xact_lock(DEVICE, func.hashtext(device_id))))


def _number(contest_id: int, kind: str) -> int:
    # By contest and kind, not by the row's id: the row may not be there yet.
    return 2 * contest_id + (kind == "final")


def _postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
