"""Tables of questions to the artist, of votes for them and of their answers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Question(Base):
    """What somebody asks the artist of a contest; plain words in one paragraph.

    `state` is visible, held, hidden or withdrawn (by its author), as of a comment. With `merged_into_id` it is the same
    as another question, and answered there. `wanted` is how many had voted for it when it was answered.
    """

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("state IN ('visible', 'held', 'hidden', 'withdrawn')", name="state_known"),
        CheckConstraint("(wanted IS NULL) = (answered_at IS NULL)", name="wanted_iff_answered"),
        CheckConstraint("(merged_into_id IS NULL) = (merged_at IS NULL)", name="merged_iff_date"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="merged_elsewhere"),
        Index("ix_questions_contest", "contest_id", "state", "answered_at"),
    )
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="visible")
    rule: Mapped[str] = mapped_column(String(12), default="")  # what held it; '' when nothing did
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    wanted: Mapped[int | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"), index=True)
    merged_at: Mapped[datetime | None]
    merged_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class QuestionVote(Base):
    """Somebody wants to know this, too: once per person and question.

    `question_id` is where it counts, `given_to_id` what it was given to: they differ once that was merged.
    """

    __tablename__ = "question_votes"
    __table_args__ = (UniqueConstraint("question_id", "voter_id"),)
    id: Mapped[int] = primary_key()
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    given_to_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    voter_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]


class QuestionAnswer(Base):
    """A version of an answer, in Markdown; the latest is what everybody reads. `role` is artist or team."""

    __tablename__ = "question_answers"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("role IN ('artist', 'team')", name="role_known"),
        CheckConstraint("number >= 1", name="number_sane"),
    )
    id: Mapped[int] = primary_key()
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    number: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    body_md: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
