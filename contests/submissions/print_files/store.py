"""Every write on print files and the calls for them. The caller's transaction; no commit."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contests.submissions.models import Submission
from contests.submissions.originals import Original
from contests.submissions.print_files.models import PrintCall, PrintFile
from webapp.infra.db import changed, insert_once

TRIES = 20


def open_call(session: Session, submission_id: int, wanted: bool, now: datetime) -> bool:
    """Let a finalist's author send a print file; return False when that was so already."""
    values: dict[str, Any] = {"submission_id": submission_id, "wanted": wanted, "opened_at": now}
    return insert_once(session, PrintCall, **values) is not None


def close_calls(session: Session, ids: Collection[int], now: datetime) -> int:
    """Take no print files for these designs any more; return for how many that is new."""
    statement = update(PrintCall).where(PrintCall.submission_id.in_(ids), PrintCall.closed_at.is_(None))
    return changed(session, statement.values(closed_at=now))


def close_others(session: Session, contest_id: int, winner_id: int, now: datetime) -> int:
    """A winner stands: take print files for it alone; return for how many others that ends."""
    others = select(Submission.id).where(Submission.contest_id == contest_id, Submission.id != winner_id)
    statement = update(PrintCall).where(PrintCall.submission_id.in_(others), PrintCall.closed_at.is_(None))
    return changed(session, statement.values(closed_at=now))


def reopen(session: Session, contest_id: int) -> int:
    """A pick was voided: take print files for all finalists again; return for how many that is new."""
    designs = select(Submission.id).where(Submission.contest_id == contest_id)
    statement = update(PrintCall).where(PrintCall.submission_id.in_(designs), PrintCall.closed_at.is_not(None))
    return changed(session, statement.values(closed_at=None))


def add(session: Session, submission_id: int, original: Original, wish: str | None, now: datetime) -> int:
    """Insert the next print file of a design, waiting for a worker; return its id."""
    newest = select(func.max(PrintFile.number)).where(PrintFile.submission_id == submission_id)
    for _ in range(TRIES):
        file_id = insert_once(
            session,
            PrintFile,
            submission_id=submission_id,
            number=(session.scalar(newest) or 0) + 1,
            wish=wish,
            original_key=original.key,
            original_sha256=original.sha256,
            original_name=original.name,
            bytes=original.bytes,
            format=original.header.format,
            width=original.header.width,
            height=original.header.height,
            created_at=now,
        )
        if file_id:
            return file_id
    raise RuntimeError("no free number found")
