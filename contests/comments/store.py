"""Every write about comments, reports and takedown notices, in the caller's transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from contests.comments.models import Comment, Report, Takedown
from contests.submissions.models import ModerationAct
from webapp.accounts.models import Person
from webapp.infra.db import changed, insert_once


def add_comment(session: Session, **values: Any) -> int:
    """Write a comment; return its id."""
    made = Comment(**values)
    session.add(made)
    session.flush()
    return made.id


def change_words(session: Session, comment_id: int, old: str, new: str, at: datetime) -> bool:
    """Replace a comment's words; return False when they are no longer what the author saw."""
    statement = update(Comment).where(
        Comment.id == comment_id, Comment.body_md == old, Comment.state.in_(("visible", "held"))
    )
    return bool(changed(session, statement.values(body_md=new, edited_at=at)))


def set_state(session: Session, comment_id: int, before: str, after: str) -> bool:
    """Move a comment from one state to another; return False when somebody was faster."""
    statement = update(Comment).where(Comment.id == comment_id, Comment.state == before)
    return bool(changed(session, statement.values(state=after)))


def hold_by_rule(session: Session, comment_id: int, rule: str) -> bool:
    """Hold a visible comment by a rule; return False when it is not visible any more."""
    statement = update(Comment).where(Comment.id == comment_id, Comment.state == "visible")
    return bool(changed(session, statement.values(state="held", rule=rule)))


def add_report(session: Session, **values: Any) -> int | None:
    """Write a report; return its id, or None when this person reported this thing before."""
    return insert_once(session, Report, note=values.pop("note", ""), outcome="", **values)


def resolve_reports(
    session: Session, kind: str, subject_id: int, moderator_id: int | None, outcome: str, at: datetime
) -> int:
    """Close the open reports on a thing; return how many there were."""
    statement = update(Report).where(
        Report.subject_kind == kind, Report.subject_id == subject_id, Report.resolved_at.is_(None)
    )
    return changed(session, statement.values(resolved_at=at, resolved_by=moderator_id, outcome=outcome))


def reopen_reports(session: Session, kind: str, subject_id: int, resolved_at: datetime) -> int:
    """Open the reports again that one act had closed; return how many."""
    statement = update(Report).where(
        Report.subject_kind == kind, Report.subject_id == subject_id, Report.resolved_at == resolved_at
    )
    return changed(session, statement.values(resolved_at=None, resolved_by=None, outcome=""))


def add_takedown(session: Session, **values: Any) -> int:
    """Write a rights holder's notice; return its id."""
    made = Takedown(**values)
    session.add(made)
    session.flush()
    return made.id


def resolve_takedown(session: Session, takedown_id: int, moderator_id: int, outcome: str, at: datetime) -> bool:
    """Close a notice; return False when somebody was faster."""
    statement = update(Takedown).where(Takedown.id == takedown_id, Takedown.resolved_at.is_(None))
    return bool(changed(session, statement.values(resolved_at=at, resolved_by=moderator_id, outcome=outcome)))


def suspend(session: Session, person_id: int, reason: str, at: datetime) -> bool:
    """Suspend an account; return False when it is already, or belongs to an operator."""
    statement = update(Person).where(
        Person.id == person_id, Person.suspended_at.is_(None), Person.is_operator.is_(False)
    )
    return bool(changed(session, statement.values(suspended_at=at, suspended_reason=reason)))


def reinstate(session: Session, person_id: int) -> bool:
    """Let a suspended account act again; return False when it was not suspended."""
    statement = update(Person).where(Person.id == person_id, Person.suspended_at.is_not(None))
    return bool(changed(session, statement.values(suspended_at=None, suspended_reason="")))


def mark_batch(session: Session, batch_id: int) -> None:
    """Count the first act of a decision about many things to them; the others name it from the start."""
    session.execute(update(ModerationAct).where(ModerationAct.id == batch_id).values(batch_id=batch_id))
