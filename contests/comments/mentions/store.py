"""Every write of mentions, in the caller's transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contests.comments.mentions import queries, rules
from contests.comments.mentions.models import Mention
from contests.comments.models import Comment
from contests.comments.suggestions.models import Suggestion
from webapp.infra import markdown
from webapp.infra.db import changed, insert_many_once


@dataclass(frozen=True)
class Noted:
    """Whether a text names somebody new, and whether somebody is not told because there were too many."""

    new: bool = False
    muted: bool = False


def note(
    session: Session,
    comment_id: int,
    submission_id: int,
    author_id: int,
    words: str,
    now: datetime,
    *,
    place: str = queries.COMMENT,
    heard: Collection[int] = (),
) -> Noted:
    """Write down who is mentioned in an author's words; return what that has brought.

    Once written down, a mention stays, so that taking a name out and in again tells nobody twice. `heard` are people
    who have been told of the text already. Beyond the author's hour, mentions are quiet.
    """
    if "@" not in words:
        return Noted()
    names = rules.unambiguous(queries.circle(session, submission_id, author_id))
    before = queries.of_text(session, comment_id, place)
    found = [(name, names[name]) for name in rules.mentioned(markdown.words(words), names)]
    new = [(name, person_id) for name, person_id in found if person_id not in before][: rules.MOST - len(before)]
    left = rules.TOLD_AN_HOUR - queries.told_since(session, author_id, now - rules.HOUR)
    base = {"comment_id": comment_id, "place": place, "author_id": author_id, "at": now}
    rows, muted = [], False
    for name, person_id in new:
        late = person_id not in heard and left <= 0
        left -= person_id not in heard
        rows.append({**base, "person_id": person_id, "name": name, "quiet": late or person_id in heard})
        muted |= late
    return Noted(bool(insert_many_once(session, Mention, rows)) if rows else False, muted)


def unname(session: Session, person_id: int, by: str) -> int:
    """Call somebody `by` wherever they are mentioned; return in how many texts."""
    rows = session.execute(
        select(Mention.comment_id, Mention.place, Mention.name).where(Mention.person_id == person_id)
    ).all()
    for row in rows:
        if row.place == queries.ANSWER:
            answer = session.scalar(select(Suggestion.answer).where(Suggestion.comment_id == row.comment_id)) or ""
            values = {"answer": rules.replaced(answer, row.name, by)[:500]}
            changed(session, update(Suggestion).where(Suggestion.comment_id == row.comment_id).values(**values))
        else:
            body = session.scalar(select(Comment.body_md).where(Comment.id == row.comment_id)) or ""
            values = {"body_md": rules.replaced(body, row.name, by)}
            changed(session, update(Comment).where(Comment.id == row.comment_id).values(**values))
    return len(rows)
