"""Every write of exports and their templates. The caller's transaction; no commit."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, update
from sqlalchemy.orm import Session

from preorders.models import ExportLog, ExportTemplate
from webapp.infra.db import changed, insert_once

WAITING = ExportLog.state == "waiting"


def log(session: Session, **values: Any) -> int:
    """Write down an export; return its id."""
    row = ExportLog(**values)
    session.add(row)
    session.flush()
    return row.id


def take(session: Session, export_id: int, now: datetime, length: timedelta) -> bool:
    """Take a waiting export that nobody works on, or whose worker fell silent; return whether it is ours."""
    free = or_(ExportLog.lease_until.is_(None), ExportLog.lease_until <= now)
    taking = update(ExportLog).where(ExportLog.id == export_id, WAITING, free)
    return bool(changed(session, taking.values(lease_until=now + length, attempts=ExportLog.attempts + 1, written=0)))


def progress(session: Session, export_id: int, attempt: int, written: int, until: datetime) -> bool:
    """Note how far a taken export is and keep it taken; return False when it is not ours any more."""
    return bool(changed(session, _ours(export_id, attempt).values(written=written, lease_until=until)))


def finish(session: Session, export_id: int, attempt: int, **values: Any) -> bool:
    """Mark a taken export done; return False when it is not ours any more."""
    return bool(
        changed(session, _ours(export_id, attempt).values(state="done", failure="", lease_until=None, **values))
    )


def put_back(session: Session, export_id: int, attempt: int, not_before: datetime) -> bool:
    """Let a taken export wait for its next try."""
    return bool(changed(session, _ours(export_id, attempt).values(lease_until=not_before, written=0)))


def fail(session: Session, export_id: int, attempt: int, code: str) -> bool:
    """Mark a taken export failed, with a code of words.FAILURES."""
    return bool(changed(session, _ours(export_id, attempt).values(state="failed", failure=code, lease_until=None)))


def wait_again(session: Session, drop_id: int, export_id: int) -> bool:
    """Let a failed export be tried anew; return False when it has not failed."""
    failed = and_(ExportLog.id == export_id, ExportLog.drop_id == drop_id, ExportLog.state == "failed")
    fresh = {"state": "waiting", "failure": "", "attempts": 0, "written": 0, "lease_until": None}
    return bool(changed(session, update(ExportLog).where(failed).values(**fresh)))


def forget_file(session: Session, export_id: int, key: str) -> bool:
    """Note that the file is gone; the row stays."""
    kept = and_(ExportLog.id == export_id, ExportLog.file_key == key)
    return bool(changed(session, update(ExportLog).where(kept).values(file_key=None)))


def add_template(session: Session, **values: Any) -> int | None:
    """Keep a template; return its id, or None when the team has one of that name."""
    return insert_once(session, ExportTemplate, **values)


def remove_template(session: Session, artist_id: int, template_id: int, by_id: int) -> bool:
    """Remove somebody's own template; return whether there was one."""
    mine = and_(ExportTemplate.id == template_id, ExportTemplate.artist_id == artist_id, ExportTemplate.by_id == by_id)
    return bool(changed(session, delete(ExportTemplate).where(mine)))


def _ours(export_id: int, attempt: int) -> Any:
    return update(ExportLog).where(ExportLog.id == export_id, WAITING, ExportLog.attempts == attempt)
