"""Tables of notices. Notices are insert-only but for the date they were read."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Notice(Base):
    """One thing told to one person. `dedupe` names the fact, e.g. 'pick:12'; `params` fill the texts."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("recipient_id", "dedupe"),
        Index("ix_notices_inbox", "recipient_id", "id"),
    )
    id: Mapped[int] = primary_key()
    recipient_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(60))
    dedupe: Mapped[str] = mapped_column(String(120))
    params: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Crowd(Base):
    """A notice for very many, told a thousand at a time; the row goes when all have been told.

    `kind` is that of the notice (a variant by its own name), `people` their ids in order, `told` how many of them
    have been told, `at` when it happened.
    """

    __tablename__ = "crowds"
    id: Mapped[int] = primary_key()
    kind: Mapped[str] = mapped_column(String(60))
    dedupe: Mapped[str] = mapped_column(String(120))
    params: Mapped[dict[str, Any]]
    people: Mapped[list[Any]]
    told: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class NoticePreference(Base):
    """How soon somebody wants a kind of notice by mail (see `paces`); no row means the kind's default."""

    __tablename__ = "notice_preferences"
    __table_args__ = (
        UniqueConstraint("person_id", "kind"),
        CheckConstraint("pace IN ('at-once', 'daily', 'weekly', 'never')", name="pace_known"),
    )
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(60))
    pace: Mapped[str] = mapped_column(String(10))
    changed_at: Mapped[datetime]


class DigestLine(Base):
    """A notice that goes by mail together with others. `letter` is the `dedupe` of the mail it went with.

    A notice has one line at most, and a line one letter. Lines go with their notice.
    """

    __tablename__ = "digest_lines"
    __table_args__ = (Index("ix_digest_lines_due", "letter", "due_at"),)
    id: Mapped[int] = primary_key()
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int] = mapped_column(index=True)
    due_at: Mapped[datetime]
    letter: Mapped[str | None] = mapped_column(String(200))
