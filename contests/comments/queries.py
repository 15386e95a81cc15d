"""Every SELECT about comments, reports and takedown notices. The moderators' queue stands in desk.py."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from contests.comments.models import Comment, Report, Takedown
from contests.models import Contest
from contests.submissions.models import ModerationAct, Submission
from webapp.accounts import queries as accounts
from webapp.accounts.models import Person


@dataclass(frozen=True)
class CommentRow:
    """A comment as it is stored, with where it stands."""

    id: int
    submission_id: int
    author_id: int
    parent_id: int | None
    body_md: str
    state: str
    created_at: datetime
    edited_at: datetime | None
    rule: str
    contest_id: int
    artist_id: int
    design_code: str
    design_title: str

    @property
    def kind(self) -> str:
        """Return what it is called in the moderators' queue."""
        return "comment"


@dataclass(frozen=True)
class Said:
    """A comment in a thread as one reader sees it.

    `body_md` is empty when the reader sees only that something was said; `reason` is for the author
    and the moderators of a held or hidden one.
    """

    id: int
    author_id: int
    author_name: str
    body_md: str
    state: str
    created_at: datetime
    edited_at: datetime | None
    mine: bool
    reason: str
    rule: str = ""
    replies: list["Said"] = field(default_factory=list)

    @property
    def shown(self) -> bool:
        """Return whether the reader sees the words."""
        return bool(self.body_md)


@dataclass(frozen=True)
class TakedownRow:
    """A rights holder's notice."""

    id: int
    submission_id: int | None
    address: str
    claimant: str
    email: str
    work: str
    statement: str
    locale: str
    at: datetime
    resolved_at: datetime | None
    outcome: str
    artist_id: int | None


def comment(session: Session, comment_id: int) -> CommentRow | None:
    """Return one comment, whatever its state."""
    own = [getattr(Comment, name) for name in list(CommentRow.__dataclass_fields__)[:9]]
    row = session.execute(
        select(
            *own,
            Submission.contest_id,
            Contest.artist_id,
            Submission.code.label("design_code"),
            Submission.title.label("design_title"),
        )
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contest, Contest.id == Submission.contest_id)
        .where(Comment.id == comment_id)
    ).first()
    return CommentRow(**row._mapping) if row else None


def thread(session: Session, submission_id: int, viewer_id: int | None, is_moderator: bool) -> list[Said]:
    """Return what was said about a design, oldest first, replies under what they answer. Two statements at most.

    Others see what is visible, and a placeholder where something with visible replies is not; authors
    see their own held and hidden words with the reason, moderators everything.
    """
    rows = session.execute(
        select(Comment, Person.display_name, Person.erased_at)
        .join(Person, Person.id == Comment.author_id)
        .where(Comment.submission_id == submission_id)
        .order_by(Comment.id)
    ).all()
    unseen = any(row.Comment.state in ("held", "hidden") for row in rows)
    why = _reasons(session, submission_id) if unseen else {}
    said: dict[int, Said] = {}
    parents: dict[int, int | None] = {}
    for row in rows:
        said[row.Comment.id] = _said(row, viewer_id, is_moderator, why)
        parents[row.Comment.id] = row.Comment.parent_id
    for key, parent in parents.items():
        if parent in said and said[key].shown:
            said[parent].replies.append(said[key])
    return [item for key, item in said.items() if parents[key] is None and (item.shown or item.replies)]


def one(session: Session, comment_id: int, viewer_id: int) -> Said | None:
    """Return one comment as its author sees it."""
    found = comment(session, comment_id)
    if found is None:
        return None
    items = thread(session, found.submission_id, viewer_id, False)
    return next((s for top in items for s in (top, *top.replies) if s.id == comment_id), None)


def has_visible(session: Session, author_id: int) -> bool:
    """Return whether anything somebody said is visible."""
    statement = select(Comment.id).where(Comment.author_id == author_id, Comment.state == "visible").limit(1)
    return session.scalar(statement) is not None


def said_since(session: Session, author_id: int, since: datetime) -> int:
    """Return how many comments somebody has written since then."""
    statement = select(func.count()).where(Comment.author_id == author_id, Comment.created_at > since)
    return session.scalar(statement) or 0


def same_words(
    session: Session, author_id: int, submission_id: int, parent_id: int | None, body: str, since: datetime
) -> int | None:
    """Return the id of the same comment by the same person since then, if there is one."""
    return session.scalar(
        select(Comment.id)
        .where(
            Comment.author_id == author_id,
            Comment.submission_id == submission_id,
            Comment.parent_id.is_(None) if parent_id is None else Comment.parent_id == parent_id,
            Comment.body_md == body,
            Comment.created_at > since,
            Comment.state != "withdrawn",
        )
        .limit(1)
    )


def lock_author(session: Session, person_id: int) -> Any:
    """Return what decides whether somebody may talk, and let nobody else write in their name meanwhile."""
    return session.execute(
        select(Person.age_band, Person.trusted_at, Person.suspended_at, Person.created_at)
        .where(Person.id == person_id)
        .with_for_update()
    ).first()


def commenters_of(session: Session, contest_id: int) -> list[int]:
    """Return who has said something visible in a contest."""
    statement = (
        select(Comment.author_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(Submission.contest_id == contest_id, Comment.state == "visible")
        .distinct()
    )
    return sorted(session.scalars(statement))


def commenters_on(session: Session, submission_id: int) -> list[int]:
    """Return who has said something visible about one design."""
    statement = select(Comment.author_id).where(Comment.submission_id == submission_id, Comment.state == "visible")
    return sorted(session.scalars(statement.distinct()))


def counts(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Return how many visible comments each of the designs has; designs without any are left out."""
    statement = (
        select(Comment.submission_id, func.count())
        .where(Comment.submission_id.in_(list(ids)), Comment.state == "visible")
        .group_by(Comment.submission_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def reported(session: Session, kind: str, subject_id: int, reporter_id: int) -> bool:
    """Return whether somebody has reported a thing before."""
    statement = select(Report.id).where(
        Report.subject_kind == kind, Report.subject_id == subject_id, Report.reporter_id == reporter_id
    )
    return session.scalar(statement) is not None


def takedown(session: Session, takedown_id: int) -> TakedownRow | None:
    """Return a rights holder's notice."""
    own = [getattr(Takedown, name) for name in list(TakedownRow.__dataclass_fields__)[:-1]]
    row = session.execute(
        select(*own, Contest.artist_id)
        .outerjoin(Submission, Submission.id == Takedown.submission_id)
        .outerjoin(Contest, Contest.id == Submission.contest_id)
        .where(Takedown.id == takedown_id)
    ).first()
    return TakedownRow(**row._mapping) if row else None


def _said(row: Any, viewer_id: int | None, is_moderator: bool, why: dict[int, str]) -> Said:
    told: Comment = row.Comment
    mine = viewer_id is not None and told.author_id == viewer_id
    readable = told.state == "visible" or (told.state in ("held", "hidden") and (mine or is_moderator))
    name = accounts.A_FAN if row.erased_at else row.display_name or accounts.A_FAN
    return Said(
        id=told.id,
        author_id=told.author_id,
        author_name=name if readable else "",
        body_md=told.body_md if readable else "",
        state=told.state,
        created_at=told.created_at,
        edited_at=told.edited_at,
        mine=mine,
        reason=why.get(told.id, "") if readable and told.state != "visible" else "",
        rule=told.rule if readable and told.state == "held" else "",
    )


def _reasons(session: Session, submission_id: int) -> dict[int, str]:
    """Return the newest reason given for each comment of a design that is not visible."""
    later = aliased(ModerationAct)
    newer = and_(later.subject_kind == "comment", later.subject_id == ModerationAct.subject_id)
    rows = session.execute(
        select(ModerationAct.subject_id, ModerationAct.reason)
        .join(Comment, Comment.id == ModerationAct.subject_id)
        .outerjoin(later, and_(newer, later.id > ModerationAct.id))
        .where(
            ModerationAct.subject_kind == "comment",
            Comment.submission_id == submission_id,
            or_(Comment.state == "held", Comment.state == "hidden"),
            later.id.is_(None),
        )
    )
    return {row.subject_id: row.reason for row in rows}


def operators(session: Session) -> list[int]:
    """Return who runs the installation."""
    return [person.id for person in accounts.operators(session)]
