"""Every SELECT on print files and on the calls for them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contests.submissions import leases
from contests.submissions.models import Revision, Submission
from contests.submissions.print_files.models import PrintCall, PrintFile
from contests.submissions.print_files.rows import CallRow, PrintFileRow, Standing

__all__ = ["CallRow", "PrintFileRow", "Standing"]


def standings(session: Session, ids: Collection[int]) -> dict[int, Standing]:
    """Return how designs stand for print, by id; three statements for any number."""
    if not ids:
        return {}
    voted = _voted(session, ids)
    calls = {row.submission_id: row for row in _calls(session, ids)}
    files: dict[int, list[PrintFileRow]] = {}
    for each in _files(session, PrintFile.submission_id.in_(ids)):
        files.setdefault(each.submission_id, []).append(each)
    return {each: _standing(each, voted.get(each, []), calls.get(each), files.get(each, [])) for each in ids}


def standing(session: Session, submission_id: int) -> Standing:
    """Return how one design stands for print."""
    return standings(session, [submission_id])[submission_id]


def print_file(session: Session, file_id: int) -> PrintFileRow | None:
    """Return one print file."""
    found = _files(session, PrintFile.id == file_id)
    return found[0] if found else None


def by_wish(session: Session, wish: str) -> int | None:
    """Return the id of the file that an earlier request with the same wish made."""
    return session.scalar(select(PrintFile.id).where(PrintFile.wish == wish))


def uses(session: Session, original_key: str) -> bool:
    """Return whether any print file has these bytes."""
    return session.scalar(select(PrintFile.id).where(PrintFile.original_key == original_key).limit(1)) is not None


def count(session: Session, submission_id: int) -> int:
    """Return how many files were sent for a design."""
    statement = select(func.count()).select_from(PrintFile).where(PrintFile.submission_id == submission_id)
    return session.scalar(statement) or 0


def hashes_of_voted(session: Session, submission_id: int) -> list[str]:
    """Return the look-alike hashes of the picture that people vote for, in all turns; [] without one."""
    statement = select(Revision.report).join(Submission, Submission.current_revision_id == Revision.id)
    report = session.scalar(statement.where(Submission.id == submission_id)) or {}
    return list(report.get("dhash", ()))


def due(session: Session, now: datetime, fresh: datetime, limit: int) -> tuple[list[int], list[int]]:
    """Return files that nobody works on: (waiting ones sent before `fresh`, those of silent workers)."""
    return leases.due(session, PrintFile, now, fresh, limit)


def _standing(submission_id: int, voted: list[Any], call: CallRow | None, files: list[PrintFileRow]) -> Standing:
    usable = [each for each in files if each.state == "done"]
    return Standing(submission_id, voted, call, usable[-1] if usable else None, files[-1] if files else None)


def _voted(session: Session, ids: Collection[int]) -> dict[int, list[Any]]:
    statement = select(Submission.id, Revision.print_report).join(
        Revision, Revision.id == Submission.current_revision_id
    )
    return {row[0]: row[1] for row in session.execute(statement.where(Submission.id.in_(ids)))}


def _calls(session: Session, ids: Collection[int]) -> list[CallRow]:
    columns = (getattr(PrintCall, name) for name in CallRow.__dataclass_fields__)
    rows = session.execute(select(*columns).where(PrintCall.submission_id.in_(ids)))
    return [CallRow(**row._mapping) for row in rows]


def _files(session: Session, which: Any) -> list[PrintFileRow]:
    columns = (getattr(PrintFile, name) for name in PrintFileRow.__dataclass_fields__)
    rows = session.execute(select(*columns).where(which).order_by(PrintFile.number))
    return [PrintFileRow(**row._mapping) for row in rows]
