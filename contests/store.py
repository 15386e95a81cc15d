"""Every write about contests, in the caller's transaction; a conditional UPDATE's answer is the race's."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from contests.models import Contest, ContestChange, ContestProduct
from contests.phases import Schedule
from webapp.infra.db import changed, insert_once

_LIVE = (Contest.published_at.is_not(None), Contest.cancelled_at.is_(None))


def add(session: Session, **values: Any) -> int | None:
    """Write a new draft; return its id, or None when its public name is taken."""
    return insert_once(session, Contest, **values)


def update_draft(session: Session, contest_id: int, **values: Any) -> bool:
    """Change fields of a draft; return False when it is published already."""
    return _set(session, contest_id, (Contest.published_at.is_(None),), values)


def replace_products(session: Session, contest_id: int, rows: list[dict[str, Any]]) -> None:
    """Write a draft's products anew, in the given order."""
    session.execute(delete(ContestProduct).where(ContestProduct.contest_id == contest_id))
    session.add_all(ContestProduct(contest_id=contest_id, position=at, **row) for at, row in enumerate(rows))
    session.flush()


def publish(session: Session, contest_id: int, person_id: int, rights_hash: str, at: datetime) -> bool:
    """Publish a draft; return False when somebody was faster."""
    values = {"published_at": at, "published_by": person_id, "rights_hash": rights_hash}
    return _set(session, contest_id, (Contest.published_at.is_(None), Contest.cancelled_at.is_(None)), values)


def set_dates(session: Session, contest_id: int, before: Schedule, dates: dict[str, Any]) -> bool:
    """Change dates of a running contest; return False when it was changed, decided or cancelled meanwhile."""
    same = [
        getattr(Contest, name).is_(None) if old is None else getattr(Contest, name) == old
        for name, old in vars(before).items()
    ]
    values = {**dates, "lapse_told_at": None} if "decide_by" in dates else dates
    return _set(session, contest_id, (*_LIVE, Contest.decided_at.is_(None), *same), values)


def cancel(session: Session, contest_id: int, person_id: int, reason: str, at: datetime) -> bool:
    """Call a published, undecided contest off; return False when it no longer can be."""
    values = {"cancelled_at": at, "cancelled_by": person_id, "cancel_reason": reason}
    return _set(session, contest_id, (*_LIVE, Contest.decided_at.is_(None)), values)


def decide(session: Session, contest_id: int, at: datetime) -> bool:
    """Mark a contest decided; return False when it is already, or was cancelled."""
    return _set(session, contest_id, (*_LIVE, Contest.decided_at.is_(None)), {"decided_at": at})


def undecide(session: Session, contest_id: int) -> bool:
    """Take the decision back; return False when there was none."""
    return _set(session, contest_id, (Contest.decided_at.is_not(None),), {"decided_at": None})


def mark_voting_told(session: Session, contest_id: int, at: datetime) -> bool:
    """Note that the opening of the vote was recorded; True for the first caller only."""
    return _set(session, contest_id, (Contest.voting_told_at.is_(None),), {"voting_told_at": at})


def mark_lapse_told(session: Session, contest_id: int, at: datetime) -> bool:
    """Note that the lapse was recorded; True for the first caller only (again after a prolongation)."""
    return _set(session, contest_id, (Contest.lapse_told_at.is_(None),), {"lapse_told_at": at})


def add_change(session: Session, **values: Any) -> int:
    """Write a public line about a change; return its id."""
    line = ContestChange(**values)
    session.add(line)
    session.flush()
    return line.id


def _set(session: Session, contest_id: int, conditions: Any, values: dict[str, Any]) -> bool:
    return bool(changed(session, update(Contest).where(Contest.id == contest_id, *conditions).values(**values)))
