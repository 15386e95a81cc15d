"""Every SELECT about mentions."""

from datetime import datetime

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from contests.comments.mentions.models import Mention
from contests.comments.models import Comment
from contests.models import Contest
from contests.submissions.credits.models import CreditShare
from contests.submissions.models import Submission
from webapp.accounts.models import Person, TeamMember

COMMENT, ANSWER = "comment", "answer"


def circle(session: Session, submission_id: int, but: int) -> list[tuple[int, str]]:
    """Return (person id, name) of who takes part in a design's conversation, but for one. One statement.

    Its designer and co-authors, whoever has said something visible about it, and the artist's team.
    """
    design = Submission.id == submission_id
    people = union(
        select(Submission.author_id).where(design),
        select(CreditShare.person_id).where(
            CreditShare.submission_id == submission_id, CreditShare.state == "accepted"
        ),
        select(Comment.author_id).where(Comment.submission_id == submission_id, Comment.state == "visible"),
        select(TeamMember.person_id)
        .join(Contest, Contest.artist_id == TeamMember.artist_id)
        .join(Submission, Submission.contest_id == Contest.id)
        .where(design),
    )
    found = select(Person.id, Person.display_name).where(
        Person.id.in_(people), Person.id != but, Person.erased_at.is_(None), Person.suspended_at.is_(None)
    )
    rows = session.execute(found.where(Person.display_name != "").order_by(Person.display_name, Person.id))
    return [(row.id, row.display_name) for row in rows]


def names_on(session: Session, submission_id: int) -> dict[tuple[int, str], list[str]]:
    """Return the folded names mentioned in a design's conversation: (comment id, place) -> names. One statement."""
    found = select(Mention.comment_id, Mention.place, Mention.name).join(Comment, Comment.id == Mention.comment_id)
    named: dict[tuple[int, str], list[str]] = {}
    for row in session.execute(found.where(Comment.submission_id == submission_id).order_by(Mention.id)):
        named.setdefault((row.comment_id, row.place), []).append(row.name)
    return named


def of_text(session: Session, comment_id: int, place: str) -> dict[int, bool]:
    """Return who is mentioned in a text: person id -> whether nobody tells them."""
    found = select(Mention.person_id, Mention.quiet).where(Mention.comment_id == comment_id, Mention.place == place)
    return {row.person_id: row.quiet for row in session.execute(found)}


def of_muted(session: Session, comment_id: int) -> bool:
    """Return whether somebody whom a new comment mentions is not told."""
    return any(of_text(session, comment_id, COMMENT).values())


def to_tell(session: Session, comment_id: int, place: str) -> set[int]:
    """Return who is to hear that they are mentioned in a text."""
    return {person_id for person_id, quiet in of_text(session, comment_id, place).items() if not quiet}


def told_since(session: Session, author_id: int, since: datetime) -> int:
    """Return how many mentions by an author since then are told."""
    mine = (Mention.author_id == author_id, Mention.at > since, Mention.quiet.is_(False))
    return session.scalar(select(func.count()).where(*mine)) or 0
