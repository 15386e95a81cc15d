"""Every SELECT of second looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from contests.comments.appeals.rules import APPEALABLE
from contests.comments.models import Appeal, Comment
from contests.comments.questions.models import Question
from contests.models import Contest
from contests.submissions.models import ModerationAct, Submission

MOST = 100


@dataclass(frozen=True)
class Judged:
    """An act on somebody's design, comment or question, and the appeal against it when there is one."""

    act_id: int
    artist_id: int
    act: str
    at: datetime
    moderator_id: int | None
    reason_code: str
    reason: str
    subject_kind: str
    subject_id: int
    author_id: int
    title: str  # of the design, or of the contest that a question was asked in
    words: str
    design_code: str  # '' for a question
    contest_slug: str  # '' but for a question
    state: str
    newest: bool
    appeal_id: int | None
    text: str | None
    asked_at: datetime | None
    outcome: str | None
    answer: str | None
    answered_at: datetime | None

    @property
    def may_appeal(self) -> bool:
        """Return whether its author may ask for a second look now."""
        return self.appeal_id is None and self.newest and self.state in ("held", "hidden")


def one(session: Session, act_id: int) -> Judged | None:
    """Return one act that hid or held a design, a comment or a question."""
    found = _judged(session, ModerationAct.id == act_id)
    return found[0] if found else None


def by_appeal(session: Session, appeal_id: int) -> Judged | None:
    """Return the act an appeal is about."""
    found = _judged(session, Appeal.id == appeal_id)
    return found[0] if found else None


def of_person(session: Session, person_id: int) -> Sequence[Judged]:
    """Return what was hidden or held of somebody's and still is, or was appealed; the newest first."""
    rows = _judged(session, _author() == person_id)
    return [row for row in rows if row.appeal_id or (row.newest and row.state in ("held", "hidden"))]


def of_team(session: Session, artist_id: int) -> Sequence[Judged]:
    """Return the open appeals in an artist's contests, the oldest first."""
    rows = _judged(session, Appeal.artist_id == artist_id, Appeal.answered_at.is_(None))
    return sorted(rows, key=lambda row: row.appeal_id or 0)


def open_count(session: Session, artist_id: int) -> int:
    """Return how many appeals wait for an answer."""
    statement = select(func.count(Appeal.id)).where(Appeal.artist_id == artist_id, Appeal.answered_at.is_(None))
    return session.scalar(statement) or 0


def _author() -> Any:
    kind = ModerationAct.subject_kind
    return case(
        (kind == "comment", Comment.author_id), (kind == "question", Question.author_id), else_=Submission.author_id
    )


def _judged(session: Session, *conditions: Any) -> list[Judged]:
    later = aliased(ModerationAct)
    newer = exists(
        select(later.id).where(
            later.subject_kind == ModerationAct.subject_kind,
            later.subject_id == ModerationAct.subject_id,
            later.id > ModerationAct.id,
        )
    )
    of_comment, of_question = (ModerationAct.subject_kind == kind for kind in ("comment", "question"))
    design = case(
        (of_comment, Comment.submission_id), (ModerationAct.subject_kind == "submission", ModerationAct.subject_id)
    )
    own = ("artist_id", "act", "at", "moderator_id", "reason_code", "reason", "subject_kind", "subject_id")
    statement = (
        select(
            ModerationAct.id.label("act_id"),
            *(getattr(ModerationAct, name) for name in own),
            _author().label("author_id"),
            func.coalesce(Submission.title, Contest.title).label("title"),
            func.coalesce(Comment.body_md, Question.words, "").label("words"),
            func.coalesce(Submission.code, "").label("design_code"),
            func.coalesce(Contest.slug, "").label("contest_slug"),
            case((of_comment, Comment.state), (of_question, Question.state), else_=Submission.state).label("state"),
            (~newer).label("newest"),
            Appeal.id.label("appeal_id"),
            Appeal.text,
            Appeal.at.label("asked_at"),
            Appeal.outcome,
            Appeal.answer,
            Appeal.answered_at,
        )
        .outerjoin(Comment, and_(of_comment, Comment.id == ModerationAct.subject_id))
        .outerjoin(Question, and_(of_question, Question.id == ModerationAct.subject_id))
        .outerjoin(Contest, Contest.id == Question.contest_id)
        .outerjoin(Submission, Submission.id == design)
        .outerjoin(Appeal, Appeal.act_id == ModerationAct.id)
        .where(
            ModerationAct.subject_kind.in_(("submission", "comment", "question")),
            ModerationAct.act.in_(APPEALABLE),
            *conditions,
        )
        .order_by(ModerationAct.id.desc())
        .limit(MOST)
    )
    return [Judged(**row._mapping) for row in session.execute(statement)]
