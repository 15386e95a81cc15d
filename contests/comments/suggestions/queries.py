"""Every SELECT on suggestions."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from contests.comments.models import Comment
from contests.comments.suggestions.models import Suggestion
from contests.submissions.models import Revision, Submission


@dataclass(frozen=True)
class SuggestionRow:
    """A suggestion: where it is pinned, how it was answered; `number` counts a design's suggestions from 1."""

    comment_id: int
    submission_id: int
    x: int | None
    y: int | None
    status: str
    answer: str
    decided_at: datetime | None
    done_revision_id: int | None
    done_at: datetime | None
    number: int
    revision_number: int | None  # of the revision it speaks of
    done_number: int | None  # of the revision that has it
    author_id: int
    state: str  # of its comment
    designer_id: int
    code: str
    title: str

    @property
    def anchor(self) -> str:
        """Return the id of its entry in the list."""
        return f"comment-{self.comment_id}"


def of_design(session: Session, submission_id: int) -> list[SuggestionRow]:
    """Return all suggestions on a design, oldest first; one statement. Numbers never change: nothing is deleted."""
    return _rows(session, submission_id)


def one(session: Session, comment_id: int) -> SuggestionRow | None:
    """Return one suggestion."""
    submission_id = session.scalar(select(Suggestion.submission_id).where(Suggestion.comment_id == comment_id))
    if submission_id is None:
        return None
    return next((row for row in _rows(session, submission_id) if row.comment_id == comment_id), None)


def accepted_authors(session: Session, submission_id: int) -> set[int]:
    """Return whose suggestions on a design were accepted."""
    found = select(Comment.author_id).join(Suggestion, Suggestion.comment_id == Comment.id)
    rows = session.scalars(
        found.where(Suggestion.submission_id == submission_id, Suggestion.status == "accepted").distinct()
    )
    return set(rows)


def accepted_words(session: Session, submission_id: int) -> dict[int, str]:
    """Return what was suggested on a design and accepted: author id -> the words of their latest one, in Markdown."""
    found = select(Comment.author_id, Comment.body_md).join(Suggestion, Suggestion.comment_id == Comment.id)
    found = found.where(Suggestion.submission_id == submission_id, Suggestion.status == "accepted")
    return {row.author_id: row.body_md for row in session.execute(found.order_by(Comment.id))}


def _rows(session: Session, submission_id: int) -> list[SuggestionRow]:
    rows = session.execute(_of_a_design(), {"design": submission_id})
    return [SuggestionRow(**row._mapping) for row in rows]


@cache
def _of_a_design() -> Select[Any]:
    about, done = Revision.__table__.alias("about"), Revision.__table__.alias("done")
    own = [getattr(Suggestion, name) for name in list(SuggestionRow.__dataclass_fields__)[:9]]
    return (
        select(
            *own,
            func.row_number().over(order_by=Suggestion.comment_id).label("number"),
            about.c.number.label("revision_number"),
            done.c.number.label("done_number"),
            Comment.author_id,
            Comment.state,
            Submission.author_id.label("designer_id"),
            Submission.code,
            Submission.title,
        )
        .join(Comment, Comment.id == Suggestion.comment_id)
        .join(Submission, Submission.id == Suggestion.submission_id)
        .outerjoin(about, about.c.id == Comment.revision_id)
        .outerjoin(done, done.c.id == Suggestion.done_revision_id)
        .where(Suggestion.submission_id == bindparam("design"))
        .order_by(Suggestion.comment_id)
    )
