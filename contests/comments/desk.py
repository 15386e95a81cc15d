"""Every SELECT of the moderators' desk: what waits, what is known about an account, what was done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from contests.comments import rules
from contests.comments.models import Comment, Report, Takedown
from contests.models import Contest
from contests.submissions.models import ModerationAct, Submission
from webapp.accounts.models import Person

MOST = 200
PER_PAGE = 30
TAKEDOWN, REPORTED, PENDING, HELD = range(4)


@dataclass(frozen=True)
class Waiting:
    """Something a moderator is asked to look at; `kind` is submission, comment or takedown."""

    kind: str
    id: int
    rank: int
    minor: bool
    at: datetime
    author_id: int | None

    @property
    def key(self) -> str:
        """Return its name, e.g. 'comment:12'."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class ReportRow:
    """What a reporter said."""

    reason: str
    note: str
    at: datetime


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
    can_undo: bool


def waiting(session: Session, artist_id: int, with_lost: bool, skipped: Collection[str] = ()) -> list[Waiting]:
    """Return what waits for a decision, at most MOST things, what concerns minors first. One statement.

    Then rights holders' notices and reports, then designs nobody has seen, then held comments; the
    oldest first in each. `with_lost` adds notices whose design could not be found (for operators).
    """
    parts = union_all(
        _takedowns(artist_id, with_lost), *_reports(artist_id), _pending(artist_id), _held_comments(artist_id)
    ).subquery()
    columns = parts.c
    rows = session.execute(
        select(parts).order_by(columns.minor.desc(), columns.rank, columns.at, columns.id).limit(MOST)
    )
    found: dict[str, Waiting] = {}
    for row in rows:
        item = Waiting(row.kind, row.id, row.rank, bool(row.minor), row.at, row.author_id)
        if item.key not in skipped:
            found.setdefault(item.key, item)
    return list(found.values())


def put_aside(session: Session, artist_id: int) -> list[Waiting]:
    """Return designs and comments that a moderator held for a second look, the oldest first."""
    last = _last_act("comment", Comment.id)
    held_designs = _designs(artist_id, HELD, Submission.state == "held")
    held_comments = _comments(artist_id, HELD, Comment.state == "held", func.coalesce(last, "") == "hold")
    parts = union_all(held_designs, held_comments).subquery()
    rows = session.execute(select(parts).order_by(parts.c.minor.desc(), parts.c.at, parts.c.id).limit(MOST))
    return [Waiting(row.kind, row.id, row.rank, bool(row.minor), row.at, row.author_id) for row in rows]


def reports_on(session: Session, kind: str, subject_id: int) -> list[ReportRow]:
    """Return the open reports on a thing; who made them is not shown."""
    rows = session.execute(
        select(Report.reason, Report.note, Report.at)
        .where(Report.subject_kind == kind, Report.subject_id == subject_id, Report.resolved_at.is_(None))
        .order_by(Report.id)
    )
    return [ReportRow(**row._mapping) for row in rows]


def account(session: Session, person_id: int, artist_id: int) -> Account | None:
    """Return what is known about an author. Two statements."""
    designs, comments = _designs_of(person_id, artist_id), _comments_of(person_id, artist_id)
    about = or_(
        and_(Report.subject_kind == "submission", Report.subject_id.in_(designs)),
        and_(Report.subject_kind == "comment", Report.subject_id.in_(comments)),
    )
    row = session.execute(
        select(
            Person,
            select(func.count()).select_from(designs.subquery()).scalar_subquery().label("designs"),
            select(func.count()).select_from(comments.subquery()).scalar_subquery().label("comments"),
            _count(designs.where(Submission.state == "hidden")).label("hidden_designs"),
            _count(comments.where(Comment.state == "hidden")).label("hidden_comments"),
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
        hidden=row.hidden_designs + row.hidden_comments,
        reports=row.reports,
        acts=_acts(session, artist_id, _about(person_id, designs, comments), limit=8),
    )


def took_part(session: Session, person_id: int, artist_id: int) -> bool:
    """Return whether somebody has a design or a comment in this artist's contests."""
    some = or_(exists(_designs_of(person_id, artist_id)), exists(_comments_of(person_id, artist_id)))
    return bool(session.scalar(select(some)))


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


def last_act_on(session: Session, kind: str, subject_id: int) -> int | None:
    """Return the id of the newest act on a thing or an account."""
    acts = ModerationAct.subject_kind == kind, ModerationAct.subject_id == subject_id
    return session.scalar(select(func.max(ModerationAct.id)).where(*acts))


def log(session: Session, artist_id: int, before: int | None = None) -> list[ActLine]:
    """Return the acts of a team, newest first, PER_PAGE + 1 of them before the id `before`."""
    earlier = ModerationAct.id < before if before else ModerationAct.id.is_not(None)
    return _acts(session, artist_id, earlier, limit=PER_PAGE + 1)


def count(session: Session, artist_id: int) -> int:
    """Return how many things wait for this artist's moderators (at most MOST)."""
    return len(waiting(session, artist_id, with_lost=False))


def _line(kind: str, subject: Any, rank: int, at: Any, author: Any) -> tuple[Any, ...]:
    minor = case((Person.age_band.in_(rules.MINORS), literal(1, Integer)), else_=literal(0, Integer))
    return (
        literal(kind).label("kind"),
        subject.label("id"),
        literal(rank, Integer).label("rank"),
        minor.label("minor"),
        at.label("at"),
        author.label("author_id"),
    )


def _designs(artist_id: int, rank: int, *conditions: Any) -> Any:
    return (
        select(*_line("submission", Submission.id, rank, Submission.submitted_at, Submission.author_id))
        .join(Contest, Contest.id == Submission.contest_id)
        .join(Person, Person.id == Submission.author_id)
        .where(
            Contest.artist_id == artist_id,
            Submission.submitted_at.is_not(None),
            Submission.withdrawn_at.is_(None),
            *conditions,
        )
    )


def _comments(artist_id: int, rank: int, *conditions: Any) -> Any:
    return (
        select(*_line("comment", Comment.id, rank, Comment.created_at, Comment.author_id))
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contest, Contest.id == Submission.contest_id)
        .join(Person, Person.id == Comment.author_id)
        .where(Contest.artist_id == artist_id, *conditions)
    )


def _pending(artist_id: int) -> Any:
    return _designs(artist_id, PENDING, Submission.state == "pending")


def _held_comments(artist_id: int) -> Any:
    # What a moderator held stands apart; what a rule held, or an undo brought back, waits here.
    last = _last_act("comment", Comment.id)
    return _comments(artist_id, HELD, Comment.state == "held", func.coalesce(last, "") != "hold")


def _reports(artist_id: int) -> tuple[Any, Any]:
    def is_reported(kind: str, subject: Any) -> Any:
        return exists(
            select(Report.id).where(
                Report.subject_kind == kind, Report.subject_id == subject, Report.resolved_at.is_(None)
            )
        )

    return (
        _designs(artist_id, REPORTED, Submission.state != "hidden", is_reported("submission", Submission.id)),
        _comments(
            artist_id,
            REPORTED,
            Comment.state.in_(("visible", "held")),
            is_reported("comment", Comment.id),
        ),
    )


def _takedowns(artist_id: int, with_lost: bool) -> Any:
    whose = Contest.artist_id == artist_id
    return (
        select(*_line("takedown", Takedown.id, TAKEDOWN, Takedown.at, Submission.author_id))
        .outerjoin(Submission, Submission.id == Takedown.submission_id)
        .outerjoin(Contest, Contest.id == Submission.contest_id)
        .outerjoin(Person, Person.id == Submission.author_id)
        .where(
            Takedown.resolved_at.is_(None),
            or_(whose, Takedown.submission_id.is_(None)) if with_lost else whose,
        )
    )


def _last_act(kind: str, subject: Any) -> Any:
    return (
        select(ModerationAct.act)
        .where(ModerationAct.subject_kind == kind, ModerationAct.subject_id == subject)
        .order_by(ModerationAct.id.desc())
        .limit(1)
        .scalar_subquery()
    )


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


def _count(statement: Any) -> Any:
    return select(func.count()).select_from(statement.subquery()).scalar_subquery()


def _about(person_id: int, designs: Any, comments: Any) -> Any:
    return or_(
        and_(ModerationAct.subject_kind == "submission", ModerationAct.subject_id.in_(designs)),
        and_(ModerationAct.subject_kind == "comment", ModerationAct.subject_id.in_(comments)),
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
