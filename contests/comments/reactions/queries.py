"""Every SELECT about reactions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from contests.comments.models import Comment
from contests.comments.reactions.models import Reaction
from contests.comments.reactions.rules import WORDS


@dataclass(frozen=True)
class Reacted:
    """How many reacted to a comment with one word, and whether the reader did."""

    word: str
    count: int
    mine: bool


Bar = list[Reacted]


def of_design(session: Session, submission_id: int, viewer_id: int | None) -> dict[int, Bar]:
    """Return the reactions to all visible comments on a design, by comment; one statement."""
    return _bars(session, viewer_id, Comment.submission_id == submission_id)


def of_comments(session: Session, ids: Iterable[int], viewer_id: int | None = None) -> dict[int, Bar]:
    """Return the reactions to those of the comments that are visible; one statement."""
    return _bars(session, viewer_id, Comment.id.in_(list(ids)))


def nobody() -> Bar:
    """Return the bar of a comment nobody has reacted to."""
    return [Reacted(word, 0, False) for word in WORDS]


def to_tell(session: Session, rested: datetime, last: datetime, limit: int) -> list[int]:
    """Return comments with reactions from before `rested` whose author has heard of none since `last`."""
    lately = aliased(Reaction)
    heard = exists().where(lately.comment_id == Reaction.comment_id, lately.told_at > last)
    found = select(Reaction.comment_id).where(Reaction.told_at.is_(None), Reaction.at <= rested, ~heard)
    return list(session.scalars(found.distinct().order_by(Reaction.comment_id).limit(limit)))


def told_at(session: Session, comment_id: int, moment: datetime) -> dict[str, int]:
    """Return how many of each word a comment's author is told of at that moment."""
    found = select(Reaction.word, func.count()).where(Reaction.comment_id == comment_id, Reaction.told_at == moment)
    counts = {row[0]: row[1] for row in session.execute(found.group_by(Reaction.word))}
    return {word: counts[word] for word in WORDS if word in counts}


def _bars(session: Session, viewer_id: int | None, which: ColumnElement[bool]) -> dict[int, Bar]:
    mine = func.max(case((Reaction.person_id == (viewer_id or 0), 1), else_=0))
    found = select(Reaction.comment_id, Reaction.word, func.count().label("people"), mine.label("mine"))
    found = found.join(Comment, Comment.id == Reaction.comment_id).where(which, Comment.state == "visible")
    rows: dict[int, dict[str, Any]] = {}
    for row in session.execute(found.group_by(Reaction.comment_id, Reaction.word)):
        rows.setdefault(row.comment_id, {})[row.word] = Reacted(row.word, row.people, bool(row.mine))
    return {key: [said.get(word, Reacted(word, 0, False)) for word in WORDS] for key, said in rows.items()}
