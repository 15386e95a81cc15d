"""Tables of comments and of their supervision. Nothing is deleted: states say what is shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Comment(Base):
    """What somebody said about a design; `state` is visible, held, hidden or withdrawn (by its author)."""

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("state IN ('visible', 'held', 'hidden', 'withdrawn')", name="state_known"),
        Index("ix_comments_thread", "submission_id", "id"),
    )
    id: Mapped[int] = primary_key()
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    body_md: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="visible")
    rule: Mapped[str] = mapped_column(String(12), default="")  # of rules.HOLDING: what held it; '' when nothing did
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class Report(Base):
    """Somebody says something is wrong with a design, a comment or a question; once per person and thing."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "reporter_id"),
        CheckConstraint("subject_kind IN ('submission', 'comment', 'question')", name="kind_known"),
        Index("ix_reports_open", "artist_id", "resolved_at"),
    )
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    subject_kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[int]
    reporter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text, default="")
    weight: Mapped[int] = mapped_column(default=1)  # 0 of an account nothing vouches for, 2 of one with standing
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[str] = mapped_column(String(20), default="")


class Takedown(Base):
    """A rights holder's notice; needs no account. `code` names the design, when it could be found."""

    __tablename__ = "takedowns"
    id: Mapped[int] = primary_key()
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    address: Mapped[str] = mapped_column(String(500))
    claimant: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(320))
    work: Mapped[str] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(10), default="en")  # the language it was written in, for answers
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[str] = mapped_column(String(20), default="")


class Appeal(Base):
    """An author asks for a second opinion on an act; once per act, answered by another moderator.

    `outcome` is 'granted' or 'declined' once `answered_at` is set.
    """

    __tablename__ = "act_appeals"
    __table_args__ = (
        CheckConstraint("outcome IN ('', 'granted', 'declined')", name="outcome_known"),
        CheckConstraint("(outcome = '') = (answered_at IS NULL)", name="answered_iff_date"),
        Index("ix_act_appeals_open", "artist_id", "answered_at"),
    )
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    act_id: Mapped[int] = mapped_column(ForeignKey("moderation_acts.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(10), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Escalation(Base):
    """Something that may be against the law: hidden at once, handed to the operators, never to be let go.

    `evidence` is what must stay: {"keys": storage keys of originals, "originals": each with number, sha256 and date,
    and the words}; of a comment {"words", "created_at"}.
    """

    __tablename__ = "escalations"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "act_id"),
        CheckConstraint("(closed_at IS NULL) = (outcome = '')", name="closed_iff_outcome"),
    )
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    subject_kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[int]
    act_id: Mapped[int] = mapped_column(ForeignKey("moderation_acts.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    moderator_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[str] = mapped_column(Text, default="")


class WordList(Base):
    """Words that hold a comment under an artist's designs, one a line; the house's own lists on top."""

    __tablename__ = "word_lists"
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Text, default="")
    with_house: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
