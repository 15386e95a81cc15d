"""Telling people that they are mentioned. Safe to run twice: each text tells a person once."""

from sqlalchemy.orm import Session

from contests.comments import queries as comments
from contests.comments.mentions import queries
from contests.comments.queries import CommentRow
from webapp.accounts import queries as accounts
from webapp.infra.db import transaction
from webapp.infra.markdown import plain
from webapp.kernel.now import now
from webapp.notices.store import notify

WORDS = 140


def of_change(comment_id: int) -> None:
    """PeopleMentioned: tell who was added to a comment that everybody can read."""
    with transaction() as session:
        said = comments.comment(session, comment_id)
        if said and said.state == "visible":
            tell(session, said)


def tell(session: Session, said: CommentRow) -> set[int]:
    """Tell who is mentioned in a visible comment; return who has heard of it this way."""
    return _tell(session, said, queries.COMMENT, said.author_id, said.body_md)


def of_answer(session: Session, comment_id: int, designer_id: int, answer: str) -> set[int]:
    """Tell who is mentioned in a designer's answer to a visible suggestion; return who has heard of it."""
    said = comments.comment(session, comment_id)
    if said is None or said.state != "visible":
        return set()
    return _tell(session, said, queries.ANSWER, designer_id, answer)


def _tell(session: Session, said: CommentRow, place: str, author_id: int, words: str) -> set[int]:
    people = queries.to_tell(session, said.id, place)
    if people:
        name = accounts.names(session, [author_id])[author_id]
        path = f"/D/{said.design_code}#comment-{said.id}"
        params = {"path": path, "title": said.design_title, "name": name, "words": plain(words, WORDS)}
        notify(session, people, "mention", f"{place}:{said.id}", params, now())
    return people
