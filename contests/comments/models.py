"""Tables of comments, reports and takedown notices. Nothing is deleted: states say what is shown."""

from datetime import datetime

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
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class Report(Base):
    """Somebody says something is wrong with a design or a comment; once per person and thing."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "reporter_id"),
        CheckConstraint("subject_kind IN ('submission', 'comment')", name="kind_known"),
        Index("ix_reports_open", "artist_id", "resolved_at"),
    )
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    subject_kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[int]
    reporter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text, default="")
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
