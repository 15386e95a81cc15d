"""Whether a question is read at once or held, and by which rule; in the caller's transaction.

The rules are those of comments (`holding`): the same lists of words, links, likeness, floods, new accounts, minors.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contests.comments import queries as comments
from contests.comments import rules as talk
from contests.comments.holding import lists
from contests.comments.holding import queries as standing
from contests.comments.holding import rules as holding
from contests.comments.holding.judging import Verdict
from contests.comments.questions import queries, rules, store
from contests.comments.questions.models import Question
from contests.submissions import store as acts
from webapp.accounts import queries as accounts


def judge(session: Session, author_id: int, author: Any, artist_id: int, words: str, now: datetime) -> Verdict:
    """Return what holds a question by `author` (a row of `queries.lock_author`), and what it makes suspicious."""
    if author_id in accounts.team(session, artist_id):
        return Verdict()
    if holding.word_in(words, lists.words(session, artist_id)):
        return Verdict("words")
    if author.trusted_at is not None:
        return Verdict()
    since = now - holding.ALIKE_WITHIN
    alike = _alike(session, artist_id, words, since)
    if alike:
        return Verdict("alike", alike)
    if not standing.has_standing(session, author_id, now):
        if queries.asked_since(session, author_id, since) >= rules.AT_ONCE:
            return Verdict("flood")
        if holding.has_link(words):
            return Verdict("links")
    return Verdict(_of_account(session, author_id, author, now))


def hold_alike(session: Session, artist_id: int, question_ids: list[int], now: datetime) -> None:
    """Hold what was shown of questions much alike by accounts without standing, and write each down."""
    for question_id in standing.without_standing(session, question_ids, now, Question):
        if store.hold_by_rule(session, question_id, "alike"):
            acts.add_act(
                session,
                at=now,
                artist_id=artist_id,
                moderator_id=None,
                subject_kind="question",
                subject_id=question_id,
                act="hold",
                reason_code="alike",
                state_before="visible",
            )


def _alike(session: Session, artist_id: int, words: str, since: datetime) -> list[int]:
    if not holding.pieces(words):
        return []
    found = holding.alike(words, queries.recent(session, artist_id, since, holding.ALIKE_COMPARED))
    return found if len(found) + 1 >= holding.ALIKE_TIMES else []


def _of_account(session: Session, author_id: int, author: Any, now: datetime) -> str:
    minor = author.age_band in talk.MINORS
    seen = queries.has_visible(session, author_id) or comments.has_visible(session, author_id)
    age = now - author.created_at
    state = talk.state_for(minor=minor, trusted=False, on_team=False, age=age, has_visible=seen)
    return "" if state == "visible" else "minor" if minor else "new"
