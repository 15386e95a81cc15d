"""Whether a comment is read at once or held, and by which rule; in the caller's transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contests.comments import queries, rules, store
from contests.comments.holding import lists
from contests.comments.holding import queries as near
from contests.comments.holding import rules as holding
from contests.submissions import store as acts
from webapp.accounts import queries as accounts


@dataclass(frozen=True)
class Verdict:
    """The name of the rule that holds a comment ('' for none), and others much like it that it makes suspicious."""

    rule: str = ""
    alike: list[int] = field(default_factory=list)


def judge(
    session: Session,
    author_id: int,
    author: Any,
    artist_id: int,
    body: str,
    now: datetime,
    editing: int | None = None,
) -> Verdict:
    """Return what holds these words by `author` (a row of `queries.lock_author`) in this artist's contests.

    The team's own words are never held. Of several rules the one that says most is named.
    """
    if author_id in accounts.team(session, artist_id):
        return Verdict()
    if holding.word_in(body, lists.words(session, artist_id)):
        return Verdict("words")
    if author.trusted_at is not None:
        return Verdict()
    alike = _alike(session, artist_id, body, now, editing)
    if alike:
        return Verdict("alike", alike)
    if not near.has_standing(session, author_id, now):
        since = now - holding.ALIKE_WITHIN
        if editing is None and queries.said_since(session, author_id, since) >= holding.AT_ONCE:
            return Verdict("flood")
        if holding.has_link(body):
            return Verdict("links")
    return Verdict(_of_account(session, author_id, author, now) if editing is None else "")


def hold_alike(session: Session, artist_id: int, comment_ids: list[int], now: datetime) -> None:
    """Hold what was shown of texts much alike by accounts without standing, and write each down."""
    for comment_id in near.without_standing(session, comment_ids, now):
        if store.hold_by_rule(session, comment_id, "alike"):
            acts.add_act(
                session,
                at=now,
                artist_id=artist_id,
                moderator_id=None,
                subject_kind="comment",
                subject_id=comment_id,
                act="hold",
                reason_code="alike",
                state_before="visible",
            )


def _alike(session: Session, artist_id: int, body: str, now: datetime, editing: int | None) -> list[int]:
    if not holding.pieces(body):
        return []
    recent = near.recent(session, artist_id, now - holding.ALIKE_WITHIN, holding.ALIKE_COMPARED)
    found = holding.alike(body, [row for row in recent if row[0] != editing])
    return found if len(found) + 1 >= holding.ALIKE_TIMES else []


def _of_account(session: Session, author_id: int, author: Any, now: datetime) -> str:
    minor = author.age_band in rules.MINORS
    state = rules.state_for(
        minor=minor,
        trusted=False,
        on_team=False,
        age=now - author.created_at,
        has_visible=queries.has_visible(session, author_id),
    )
    return "" if state == "visible" else "minor" if minor else "new"
