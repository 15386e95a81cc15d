"""Every write on submissions, revisions and moderation acts. The caller's transaction; no commit."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Update, func, select, update
from sqlalchemy.orm import Session

from contests.submissions import leases
from contests.submissions.models import ModerationAct, Revision, Submission
from contests.submissions.originals import Original
from webapp.infra.db import changed, insert_once
from webapp.kernel.codes import short_code

TRIES = 20


def add_submission(
    session: Session, contest_id: int, author_id: int, now: datetime, remix_of_id: int | None = None
) -> tuple[int, str]:
    """Insert a draft under a fresh code; return (id, code)."""
    for _ in range(TRIES):
        code = short_code(5)
        values: dict[str, Any] = {"contest_id": contest_id, "author_id": author_id, "created_at": now}
        submission_id = insert_once(session, Submission, code=code, remix_of_id=remix_of_id, **values)
        if submission_id:
            return submission_id, code
    raise RuntimeError("no free code found")


def add_revision(
    session: Session, submission_id: int, original: Original, now: datetime, source: str = "upload"
) -> int:
    """Insert the next revision of a design, waiting for its renditions; return its id."""
    newest = select(Revision.number).where(Revision.submission_id == submission_id)
    for _ in range(TRIES):
        number = (session.scalar(newest.order_by(Revision.number.desc()).limit(1)) or 0) + 1
        revision_id = insert_once(
            session,
            Revision,
            submission_id=submission_id,
            number=number,
            original_key=original.key,
            original_sha256=original.sha256,
            original_name=original.name,
            bytes=original.bytes,
            format=original.header.format,
            width=original.header.width,
            height=original.header.height,
            source=source,
            created_at=now,
        )
        if revision_id:
            return revision_id
    raise RuntimeError("no free revision number found")


def submit(session: Session, submission_id: int, now: datetime, **words: str | bool) -> bool:
    """Turn a draft into a submission; return False when it was one already, or is withdrawn."""
    statement = update(Submission).where(
        Submission.id == submission_id, Submission.submitted_at.is_(None), Submission.withdrawn_at.is_(None)
    )
    return bool(changed(session, statement.values(submitted_at=now, **words)))


def wait(session: Session, submission_id: int, now: datetime, **words: str | bool) -> bool:
    """Let a draft wait for a guardian, with the words it will be sent in with; return False when it is none."""
    draft = (Submission.submitted_at.is_(None), Submission.withdrawn_at.is_(None))
    since = func.coalesce(Submission.waits_since, now)
    statement = update(Submission).where(Submission.id == submission_id, *draft)
    return bool(changed(session, statement.values(waits_since=since, **words)))


def stop_waiting(session: Session, submission_id: int) -> bool:
    """Make a waiting design a draft again; return False when it waits no longer."""
    return bool(changed(session, _waiting(submission_id).values(waits_since=None)))


def submit_waiting(session: Session, submission_id: int, now: datetime) -> bool:
    """Turn a waiting design into a submission; return False when it waits no longer."""
    return bool(changed(session, _waiting(submission_id).values(submitted_at=now)))


def withdraw(session: Session, submission_id: int, now: datetime) -> bool:
    """Take a design back; return False when it was withdrawn already."""
    statement = update(Submission).where(Submission.id == submission_id, Submission.withdrawn_at.is_(None))
    return bool(changed(session, statement.values(withdrawn_at=now)))


def set_state(session: Session, submission_id: int, before: str, state: str, now: datetime) -> bool:
    """Move moderation's state from `before` to `state`; return False when somebody was faster."""
    values: dict[str, Any] = {"state": state}
    if state == "approved":
        values["approved_at"] = now
    statement = update(Submission).where(Submission.id == submission_id, Submission.state == before)
    return bool(changed(session, statement.values(**values)))


def add_act(session: Session, **values: Any) -> int:
    """Write down a moderation act; return its id."""
    act = ModerationAct(**values)
    session.add(act)
    session.flush()
    return act.id


def lease(session: Session, revision_id: int, now: datetime, length: timedelta) -> bool:
    """Take a revision that waits, or whose worker was not heard of again; return whether it is ours."""
    return leases.take(session, Revision, revision_id, now, length)


def put_back(session: Session, revision_id: int, attempt: int, not_before: datetime) -> bool:
    """Let a leased revision wait again; the sweep wakes it after `not_before`."""
    return leases.put_back(session, Revision, revision_id, attempt, not_before)


def nudged(session: Session, revision_ids: list[int], until: datetime) -> None:
    """Remember until when the queue need not be told of these waiting revisions again."""
    leases.nudged(session, Revision, revision_ids, until)


def finish(session: Session, revision_id: int, now: datetime, **values: Any) -> bool:
    """Mark a leased revision done with what was made of it; return False when it was done already."""
    return leases.finish(session, Revision, revision_id, now, **values)


def fail(session: Session, revision_id: int, attempt: int, code: str, report: dict[str, Any]) -> bool:
    """Mark a leased revision failed, with a reason code; return False when it is not ours any more."""
    return leases.fail(session, Revision, revision_id, attempt, code, report)


def wait_again(session: Session, revision_id: int) -> bool:
    """Let a failed revision be tried anew; return False when it has not failed."""
    return leases.wait_again(session, Revision, revision_id)


def show(session: Session, submission_id: int, revision_id: int, locked: bool) -> bool:
    """Make a finished revision the one people see: forward only, and once `locked` only the first one."""
    older: ColumnElement[bool] = Submission.current_revision_id.is_(None)
    if not locked:
        older |= Submission.current_revision_id < revision_id
    statement = update(Submission).where(Submission.id == submission_id, older)
    return bool(changed(session, statement.values(current_revision_id=revision_id)))


def _waiting(submission_id: int) -> Update:
    waits = (Submission.waits_since.is_not(None), Submission.submitted_at.is_(None), Submission.withdrawn_at.is_(None))
    return update(Submission).where(Submission.id == submission_id, *waits)
