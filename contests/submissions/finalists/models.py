"""Tables of finalists' kits."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class FinalistKit(Base):
    """The kit of one finalist, made of the picture that people voted for.

    `files` are {"part", "key", "bytes"}; the other columns are those of anything a worker makes.
    """

    __tablename__ = "finalist_kits"
    __table_args__ = (
        UniqueConstraint("submission_id"),
        CheckConstraint("state IN ('waiting', 'processing', 'done', 'failed')", name="state_known"),
        Index("ix_finalist_kits_state", "state", "id"),
    )
    id: Mapped[int] = primary_key()
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    failure_code: Mapped[str] = mapped_column(String(40), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    files: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class FinalistCount(Base):
    """How often a design's code was scanned, or its wallpaper taken, on one day (UTC)."""

    __tablename__ = "finalist_counts"
    __table_args__ = (
        UniqueConstraint("submission_id", "kind", "day"),
        CheckConstraint("kind IN ('scan', 'wallpaper')", name="kind_known"),
    )
    id: Mapped[int] = primary_key()
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    kind: Mapped[str] = mapped_column(String(10))
    day: Mapped[date]
    count: Mapped[int] = mapped_column(default=0)
