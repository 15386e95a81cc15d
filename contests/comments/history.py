"""Every SELECT of what moderators did, and of what is known about an account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from contests.comments import rules
from contests.comments.models import Comment, Report
from contests.comments.questions.models import Question
from contests.models import Contest
from contests.submissions.models import ModerationAct, Submission
from webapp.accounts.models import Person

PER_PAGE = 30
MOST_AT_ONCE = 500  # things one decision may be about


@dataclass(frozen=True)
class Account:
    """What a moderator should know about an author, in this artist's contests."""

    id: int
    name: str
    minor: bool
    since: datetime
    suspended_at: datetime | None
    designs: int
    comments: int
    questions: int
    hidden: int
    reports: int
    acts: list["ActLine"]


@dataclass(frozen=True)
class ActLine:
    """One act as the log shows it; `can_undo` only for the newest on its thing."""

    id: int
    at: datetime
    artist_id: int
    moderator_id: int | None
    moderator_name: str
    subject_kind: str
    subject_id: int
    act: str
    reason_code: str
    reason: str
    state_before: str
    undoes_id: int | None
    batch_id: int | None
    can_undo: bool


def account(session: Session, person_id: int, artist_id: int) -> Account | None:
    """Return what is known about an author. Two statements."""
    designs, comments = _designs_of(person_id, artist_id), _comments_of(person_id, artist_id)
    questions = _questions_of(person_id, artist_id)
    about = or_(
        and_(Report.subject_kind == "submission", Report.subject_id.in_(designs)),
        and_(Report.subject_kind == "comment", Report.subject_id.in_(comments)),
        and_(Report.subject_kind == "question", Report.subject_id.in_(questions)),
    )
    row = session.execute(
        select(
            Person,
            select(func.count()).select_from(designs.subquery()).scalar_subquery().label("designs"),
            select(func.count()).select_from(comments.subquery()).scalar_subquery().label("comments"),
            _count(questions).label("questions"),
            _count(designs.where(Submission.state == "hidden")).label("hidden_designs"),
            _count(comments.where(Comment.state == "hidden")).label("hidden_comments"),
            _count(questions.where(Question.state == "hidden")).label("hidden_questions"),
            select(func.count(Report.id)).where(about).scalar_subquery().label("reports"),
        ).where(Person.id == person_id)
    ).first()
    if row is None:
        return None
    person: Person = row.Person
    return Account(
        id=person.id,
        name=person.display_name,
        minor=person.age_band in rules.MINORS,
        since=person.created_at,
        suspended_at=person.suspended_at,
        designs=row.designs,
        comments=row.comments,
        questions=row.questions,
        hidden=row.hidden_designs + row.hidden_comments + row.hidden_questions,
        reports=row.reports,
        acts=_acts(session, artist_id, _about(person_id, designs, comments, questions), limit=8),
    )


def took_part(session: Session, person_id: int, artist_id: int) -> bool:
    """Return whether somebody has a design, a comment or a question in this artist's contests."""
    found = (_designs_of(person_id, artist_id), _comments_of(person_id, artist_id), _questions_of(person_id, artist_id))
    return bool(session.scalar(select(or_(*(exists(each) for each in found)))))


def suspended_by(session: Session, person_id: int) -> int | None:
    """Return the artist whose team suspended an account last; None when no team ever did."""
    acts = select(ModerationAct.artist_id).where(
        ModerationAct.subject_kind == "person",
        ModerationAct.subject_id == person_id,
        ModerationAct.act == "suspend",
    )
    return session.scalar(acts.order_by(ModerationAct.id.desc()).limit(1))


def act(session: Session, act_id: int) -> ActLine | None:
    """Return one act."""
    found = _acts(session, None, ModerationAct.id == act_id, limit=1)
    return found[0] if found else None


def batch(session: Session, batch_id: int) -> list[ActLine]:
    """Return the acts that were decided at once, the newest first."""
    return _acts(session, None, ModerationAct.batch_id == batch_id, limit=MOST_AT_ONCE)


def last_act_on(session: Session, kind: str, subject_id: int) -> int | None:
    """Return the id of the newest act on a thing or an account."""
    acts = ModerationAct.subject_kind == kind, ModerationAct.subject_id == subject_id
    return session.scalar(select(func.max(ModerationAct.id)).where(*acts))


def log(session: Session, artist_id: int, before: int | None = None) -> list[ActLine]:
    """Return the acts of a team, newest first, PER_PAGE + 1 of them before the id `before`."""
    earlier = ModerationAct.id < before if before else ModerationAct.id.is_not(None)
    return _acts(session, artist_id, earlier, limit=PER_PAGE + 1)


def _designs_of(person_id: int, artist_id: int) -> Any:
    return (
        select(Submission.id)
        .join(Contest, Contest.id == Submission.contest_id)
        .where(
            Submission.author_id == person_id,
            Contest.artist_id == artist_id,
            Submission.submitted_at.is_not(None),
        )
    )


def _comments_of(person_id: int, artist_id: int) -> Any:
    return (
        select(Comment.id)
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contest, Contest.id == Submission.contest_id)
        .where(Comment.author_id == person_id, Contest.artist_id == artist_id)
    )


def _questions_of(person_id: int, artist_id: int) -> Any:
    return (
        select(Question.id)
        .join(Contest, Contest.id == Question.contest_id)
        .where(Question.author_id == person_id, Contest.artist_id == artist_id)
    )


def _count(statement: Any) -> Any:
    return select(func.count()).select_from(statement.subquery()).scalar_subquery()


def _about(person_id: int, designs: Any, comments: Any, questions: Any) -> Any:
    return or_(
        and_(ModerationAct.subject_kind == "submission", ModerationAct.subject_id.in_(designs)),
        and_(ModerationAct.subject_kind == "comment", ModerationAct.subject_id.in_(comments)),
        and_(ModerationAct.subject_kind == "question", ModerationAct.subject_id.in_(questions)),
        and_(ModerationAct.subject_kind == "person", ModerationAct.subject_id == person_id),
    )


def _acts(session: Session, artist_id: int | None, which: Any, limit: int) -> list[ActLine]:
    later = aliased(ModerationAct)
    newest = ~exists(
        select(later.id).where(
            later.subject_kind == ModerationAct.subject_kind,
            later.subject_id == ModerationAct.subject_id,
            later.id > ModerationAct.id,
        )
    )
    can_undo = and_(newest, ModerationAct.act.not_in(rules.LASTING))
    conditions = [which] if artist_id is None else [which, ModerationAct.artist_id == artist_id]
    names = [name for name in ActLine.__dataclass_fields__ if name not in ("moderator_name", "can_undo")]
    rows = session.execute(
        select(
            *(getattr(ModerationAct, name) for name in names),
            func.coalesce(Person.display_name, "").label("moderator_name"),
            can_undo.label("can_undo"),
        )
        .outerjoin(Person, Person.id == ModerationAct.moderator_id)
        .where(*conditions)
        .order_by(ModerationAct.id.desc())
        .limit(limit)
    )
    return [ActLine(**row._mapping) for row in rows]
