"""Every write of suggestions, in the caller's transaction."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from contests.comments.suggestions.models import Suggestion
from contests.comments.suggestions.rules import DECISIONS, Pin
from webapp.infra.db import changed


def add(session: Session, comment_id: int, submission_id: int, pin: Pin) -> None:
    """Make a comment a suggestion."""
    session.add(Suggestion(comment_id=comment_id, submission_id=submission_id, x=pin.x, y=pin.y))
    session.flush()


def decide(session: Session, comment_id: int, decision: str, answer: str, now: datetime) -> bool:
    """Accept or decline; return whether it could still be."""
    statement = update(Suggestion).where(
        Suggestion.comment_id == comment_id, Suggestion.status.in_(DECISIONS[decision])
    )
    return changed(session, statement.values(status=decision, answer=answer, decided_at=now)) == 1


def done(session: Session, comment_id: int, revision_id: int, now: datetime) -> bool:
    """Name the revision that has it, once; return whether this call did."""
    statement = update(Suggestion).where(
        Suggestion.comment_id == comment_id, Suggestion.status == "accepted", Suggestion.done_at.is_(None)
    )
    return changed(session, statement.values(done_revision_id=revision_id, done_at=now)) == 1
