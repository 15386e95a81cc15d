"""Every SELECT of the moderators' queue: what waits, in which order, and what reporters said."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from contests.comments import reasons, rules
from contests.comments.models import Comment, Report, Takedown
from contests.comments.questions.models import Question
from contests.models import Contest
from contests.submissions.models import ModerationAct, Submission
from webapp.accounts.models import Person

MOST = 200
NOTES = 3  # of each reason, those of weight first
URGENT, TAKEDOWN, REPORTED, PENDING, HELD, DOUBTFUL = range(6)


@dataclass(frozen=True)
class Waiting:
    """Something a moderator is asked to look at; `kind` is submission, comment, question or takedown."""

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
    """What reporters said for one reason: how many, how many of them with an account that has weight, some notes."""

    reason: str
    count: int
    weighty: int
    notes: list[str]


def waiting(session: Session, artist_id: int, with_lost: bool, skipped: Collection[str] = ()) -> list[Waiting]:
    """Return what waits for a decision, at most MOST things, what concerns minors first. One statement.

    First of all stands what is said to harm somebody under 18. Then rights holders' notices and reports, then
    designs nobody has seen and what a rule holds, at last what only accounts without weight have reported; the
    oldest first in each. The number of reports never counts: a crowd can't push a thing up, nor out of sight.
    `with_lost` adds notices whose design could not be found (for operators).
    """
    parts = union_all(
        _takedowns(artist_id, with_lost),
        *_reports(artist_id, URGENT, Report.reason == reasons.URGENT),
        *_reports(artist_id, REPORTED, Report.weight > 0),
        *_reports(artist_id, DOUBTFUL, Report.weight == 0),
        _designs(artist_id, PENDING, Submission.state == "pending"),
        _designs(artist_id, PENDING, Submission.state == "held", ~_held_by_team("submission", Submission.id)),
        _comments(artist_id, HELD, Comment.state == "held", ~_held_by_team("comment", Comment.id)),
        _questions(artist_id, HELD, Question.state == "held", ~_held_by_team("question", Question.id)),
    ).subquery()
    columns = parts.c
    rows = session.execute(
        select(parts)
        .order_by((columns.rank == URGENT).desc(), columns.minor.desc(), columns.rank, columns.at, columns.id)
        .limit(MOST)
    )
    found: dict[str, Waiting] = {}
    for row in rows:
        item = Waiting(row.kind, row.id, row.rank, bool(row.minor), row.at, row.author_id)
        if item.key not in skipped:
            found.setdefault(item.key, item)
    return list(found.values())


def put_aside(session: Session, artist_id: int) -> list[Waiting]:
    """Return designs, comments and questions that a moderator held for a second look, the oldest first."""
    held_designs = _designs(artist_id, HELD, Submission.state == "held", _held_by_team("submission", Submission.id))
    held_comments = _comments(artist_id, HELD, Comment.state == "held", _held_by_team("comment", Comment.id))
    held_questions = _questions(artist_id, HELD, Question.state == "held", _held_by_team("question", Question.id))
    parts = union_all(held_designs, held_comments, held_questions).subquery()
    rows = session.execute(select(parts).order_by(parts.c.minor.desc(), parts.c.at, parts.c.id).limit(MOST))
    return [Waiting(row.kind, row.id, row.rank, bool(row.minor), row.at, row.author_id) for row in rows]


def reports_on(session: Session, kind: str, subject_id: int) -> list[ReportRow]:
    """Return the open reports on a thing by reason, the most frequent first; who made them is not shown."""
    rows = session.execute(
        select(Report.reason, Report.note, Report.weight)
        .where(Report.subject_kind == kind, Report.subject_id == subject_id, Report.resolved_at.is_(None))
        .order_by(Report.weight.desc(), Report.id)
    ).all()
    found = Counter(row.reason for row in rows)
    return [
        ReportRow(
            reason,
            number,
            sum(row.weight > 0 for row in rows if row.reason == reason),
            [row.note for row in rows if row.reason == reason and row.note][:NOTES],
        )
        for reason, number in found.most_common()
    ]


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


def _questions(artist_id: int, rank: int, *conditions: Any) -> Any:
    return (
        select(*_line("question", Question.id, rank, Question.created_at, Question.author_id))
        .join(Contest, Contest.id == Question.contest_id)
        .join(Person, Person.id == Question.author_id)
        .where(Contest.artist_id == artist_id, *conditions)
    )


def _reports(artist_id: int, rank: int, which: Any) -> tuple[Any, Any, Any]:
    def is_reported(kind: str, subject: Any) -> Any:
        open_ones = (Report.subject_kind == kind, Report.subject_id == subject, Report.resolved_at.is_(None))
        return exists(select(Report.id).where(*open_ones, which))

    return (
        _designs(artist_id, rank, Submission.state != "hidden", is_reported("submission", Submission.id)),
        _comments(artist_id, rank, Comment.state.in_(("visible", "held")), is_reported("comment", Comment.id)),
        _questions(artist_id, rank, Question.state.in_(("visible", "held")), is_reported("question", Question.id)),
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


def _held_by_team(kind: str, subject: Any) -> Any:
    """What a moderator held stands apart; what a rule held, or an undo brought back, waits in the queue."""
    newest = (
        select(func.max(ModerationAct.id))
        .where(ModerationAct.subject_kind == kind, ModerationAct.subject_id == subject)
        .correlate({"submission": Submission, "comment": Comment, "question": Question}[kind])
        .scalar_subquery()
    )
    act = aliased(ModerationAct)
    return exists(select(act.id).where(act.id == newest, act.act == "hold", act.moderator_id.is_not(None)))
