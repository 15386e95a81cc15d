"""Every SELECT of the holding rules."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from contests.comments.holding import rules
from contests.comments.models import Comment, WordList
from contests.models import Contest
from contests.submissions.models import Submission
from webapp.accounts.models import Person


def recent(session: Session, artist_id: int, since: datetime, most: int) -> list[tuple[int, str]]:
    """Return (id, words) of what people without trust said in an artist's contests since then, newest first."""
    rows = session.execute(
        select(Comment.id, Comment.body_md)
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contest, Contest.id == Submission.contest_id)
        .join(Person, Person.id == Comment.author_id)
        .where(
            Contest.artist_id == artist_id,
            Comment.created_at > since,
            Comment.state != "withdrawn",
            Person.trusted_at.is_(None),
        )
        .order_by(Comment.id.desc())
        .limit(most)
    )
    return [(row.id, row.body_md) for row in rows]


def has_standing(session: Session, person_id: int, now: datetime) -> bool:
    """Return whether an account has earned it: here for a week, and seen and left standing before."""
    return bool(session.scalar(select(Person.id).where(Person.id == person_id, _standing(now))))


def without_standing(session: Session, ids: list[int], now: datetime, model: Any = Comment) -> list[int]:
    """Return which of these visible comments (or questions, by `model`) are by accounts that nothing vouches for."""
    statement = (
        select(model.id)
        .join(Person, Person.id == model.author_id)
        .where(model.id.in_(ids), model.state == "visible", ~_standing(now))
    )
    return list(session.scalars(statement.order_by(model.id))) if ids else []


def word_list(session: Session, artist_id: int) -> tuple[str, bool]:
    """Return a team's own words, one a line, and whether the house's lists hold as well."""
    row = session.execute(select(WordList.words, WordList.with_house).where(WordList.artist_id == artist_id)).first()
    return (row.words, row.with_house) if row else ("", True)


def _standing(now: datetime) -> Any:
    said = (
        select(func.count(Comment.id))
        .where(Comment.author_id == Person.id, Comment.state == "visible", Comment.created_at < now - timedelta(days=1))
        .correlate(Person)
        .scalar_subquery()
    )
    designed = exists(
        select(Submission.id)
        .where(Submission.author_id == Person.id, Submission.state == "approved", Submission.withdrawn_at.is_(None))
        .correlate(Person)
    )
    earned = or_(said >= rules.STANDING_COMMENTS, designed)
    return or_(Person.trusted_at.is_not(None), and_(Person.created_at <= now - rules.STANDING_AGE, earned))
