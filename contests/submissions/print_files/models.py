"""Tables of print files."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class PrintCall(Base):
    """That a finalist may send a print file: from the shortlist until `closed_at`.

    `wanted` says that its picture was not ready for print when the shortlist stood: its author was asked.
    """

    __tablename__ = "print_calls"
    __table_args__ = (UniqueConstraint("submission_id"),)
    id: Mapped[int] = primary_key()
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    wanted: Mapped[bool]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class PrintFile(Base):
    """One file sent for print. Columns as those of a revision; the newest finished one counts.

    `distance` is by how many of 64 bits it differs from the picture that people voted for (null before
    it is done); `wish` is what a repeated request is known by.
    """

    __tablename__ = "print_files"
    __table_args__ = (
        UniqueConstraint("submission_id", "number"),
        UniqueConstraint("wish"),
        CheckConstraint("state IN ('waiting', 'processing', 'done', 'failed')", name="state_known"),
        Index("ix_print_files_state", "state", "id"),
    )
    id: Mapped[int] = primary_key()
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    number: Mapped[int]
    wish: Mapped[str | None] = mapped_column(String(64))
    original_key: Mapped[str] = mapped_column(String(200))
    original_sha256: Mapped[str] = mapped_column(String(64))
    original_name: Mapped[str] = mapped_column(String(200), default="")
    bytes: Mapped[int]
    format: Mapped[str] = mapped_column(String(12), default="")
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    failure_code: Mapped[str] = mapped_column(String(40), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    renditions: Mapped[list[Any]] = mapped_column(default=list)
    placeholder: Mapped[int] = mapped_column(default=63)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    print_report: Mapped[list[Any]] = mapped_column(default=list)
    distance: Mapped[int | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
