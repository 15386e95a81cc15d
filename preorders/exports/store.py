"""Every write of exports and their templates. The caller's transaction; no commit."""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, update
from sqlalchemy.orm import Session

from preorders.models import ExportLog, ExportTemplate
from webapp.infra.db import changed, insert_once
from webapp.infra.leases import Leases

LEASES = Leases(
    name="export",
    job="preorders.exports.jobs.write",
    model=ExportLog,
    waiting=ExportLog.state == "waiting",
    length=timedelta(minutes=3),
    fresh={"written": 0},
    failed={"state": "failed"},
)


def log(session: Session, **values: Any) -> int:
    """Write down an export; return its id."""
    row = ExportLog(**values)
    session.add(row)
    session.flush()
    return row.id


def wait_again(session: Session, drop_id: int, export_id: int) -> bool:
    """Let a failed export be tried anew; return False when it has not failed."""
    failed = and_(ExportLog.id == export_id, ExportLog.drop_id == drop_id, ExportLog.state == "failed")
    fresh = {"state": "waiting", "failure": "", "attempts": 0, "written": 0, "lease_until": None}
    return bool(changed(session, update(ExportLog).where(failed).values(**fresh)))


def add_template(session: Session, **values: Any) -> int | None:
    """Keep a template; return its id, or None when the team has one of that name."""
    return insert_once(session, ExportTemplate, **values)


def remove_template(session: Session, artist_id: int, template_id: int, by_id: int) -> bool:
    """Remove somebody's own template; return whether there was one."""
    mine = and_(ExportTemplate.id == template_id, ExportTemplate.artist_id == artist_id, ExportTemplate.by_id == by_id)
    return bool(changed(session, delete(ExportTemplate).where(mine)))
