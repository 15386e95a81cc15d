"""Rows that one worker at a time makes something of: taken, put back, finished, failed, tried again.

The row's `state` (waiting, processing, done, failed), `lease_until` and `attempts` are the truth, whatever a
queue says. The caller's transaction; no commit.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from webapp.infra.db import changed

Leased = Any
"""A model with these columns and `failure_code`, `report`, `created_at`, `done_at`."""


def take(session: Session, model: Leased, row_id: int, now: datetime, length: timedelta) -> bool:
    """Take a row that waits, or whose worker was not heard of again; return whether it is ours."""
    free = or_(model.state == "waiting", and_(model.state == "processing", model.lease_until <= now))
    values = {"state": "processing", "lease_until": now + length, "attempts": model.attempts + 1}
    return bool(changed(session, update(model).where(model.id == row_id, free).values(**values)))


def put_back(session: Session, model: Leased, row_id: int, attempt: int, not_before: datetime) -> bool:
    """Let a taken row wait again; the sweep wakes it after `not_before`."""
    return bool(changed(session, _taken(model, row_id, attempt).values(state="waiting", lease_until=not_before)))


def nudged(session: Session, model: Leased, row_ids: list[int], until: datetime) -> None:
    """Remember until when the queue need not be told of these waiting rows again."""
    statement = update(model).where(model.id.in_(row_ids), model.state == "waiting")
    changed(session, statement.values(lease_until=until))


def finish(session: Session, model: Leased, row_id: int, now: datetime, **values: Any) -> bool:
    """Mark a taken row done with what was made of it; return False when it was done already."""
    statement = update(model).where(model.id == row_id, model.state == "processing")
    changes = {"state": "done", "failure_code": "", "lease_until": None, "done_at": now, **values}
    return bool(changed(session, statement.values(**changes)))


def fail(session: Session, model: Leased, row_id: int, attempt: int, code: str, report: dict[str, Any]) -> bool:
    """Mark a taken row failed, with a reason code; return False when it is not ours any more."""
    values = {"state": "failed", "failure_code": code, "lease_until": None, "report": report}
    return bool(changed(session, _taken(model, row_id, attempt).values(**values)))


def wait_again(session: Session, model: Leased, row_id: int) -> bool:
    """Let a failed row be tried anew; return False when it has not failed."""
    statement = update(model).where(model.id == row_id, model.state == "failed")
    fresh = {"state": "waiting", "failure_code": "", "attempts": 0, "lease_until": None, "report": {}}
    return bool(changed(session, statement.values(**fresh)))


def due(session: Session, model: Leased, now: datetime, fresh: datetime, limit: int) -> tuple[list[int], list[int]]:
    """Return rows that nobody works on: (waiting ones made before `fresh`, those of silent workers)."""
    heard_of = or_(model.lease_until.is_(None), model.lease_until <= now)
    waiting = and_(model.state == "waiting", model.created_at <= fresh, heard_of)
    silent = and_(model.state == "processing", heard_of)
    return _ids(session, model, waiting, limit), _ids(session, model, silent, limit)


def _ids(session: Session, model: Leased, which: Any, limit: int) -> list[int]:
    return list(session.scalars(select(model.id).where(which).order_by(model.id).limit(limit)))


def _taken(model: Leased, row_id: int, attempt: int) -> Any:
    return update(model).where(model.id == row_id, model.state == "processing", model.attempts == attempt)
