"""Tables of submissions. Public means: sent in, approved, not withdrawn, with a finished revision."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Submission(Base):
    """A design of one author in one contest. Before `submitted_at` it is a private draft.

    `state` is moderation's word: pending, approved, held, hidden. `current_revision_id` is the
    newest finished revision: the one people see (no foreign key: the two tables would form a ring).
    `code` is the short public name in /D/XXXXX. `waits_since` stays when a guardian has agreed.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'approved', 'held', 'hidden')", name="state_known"),
        CheckConstraint("submitted_at IS NULL OR rights_hash <> ''", name="submitted_agreed"),
        CheckConstraint("waits_since IS NULL OR rights_hash <> ''", name="waiting_agreed"),
        Index("ix_submissions_gallery", "contest_id", "state", "id"),
        Index("ix_submissions_author", "author_id", "contest_id"),
    )
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    code: Mapped[str] = mapped_column(String(8), unique=True)
    title: Mapped[str] = mapped_column(String(80), default="")
    alt: Mapped[str] = mapped_column(String(400), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    ai_use: Mapped[str] = mapped_column(String(12), default="none")  # none, assisted, generated
    state: Mapped[str] = mapped_column(String(10), default="pending")
    rights_hash: Mapped[str] = mapped_column(String(64), default="")
    current_revision_id: Mapped[int | None]
    created_at: Mapped[datetime]
    waits_since: Mapped[datetime | None]  # sent in by somebody whose guardian is asked first: a draft until they agree
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    # The design this one was begun from, where its author allowed it; its author shares the credit.
    remix_of_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    allow_remix: Mapped[bool] = mapped_column(default=False)


class Revision(Base):
    """One immutable version of a design: its original and, once processed, its renditions.

    `state`: waiting, processing, done, failed. `renditions` is a list of
    {"w", "h", "avif", "jpeg"} with storage keys, widest last; `report` what the worker found.
    `source` is 'upload' (the original is a picture) or 'studio' (the original is a scene document,
    see `images.scene`, from which the worker composes everything). `mockups` is a list of
    {"product", "kind", "side", "colour", "w", "h", "avif", "jpeg"}, one entry a product colour, side
    and width; `print_files` of {"side", "key", "w", "h", "dpi"}: private print-ready PNGs;
    `print_report` one report for each product of the contest, see `images.print_report`.
    """

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("submission_id", "number"),
        CheckConstraint("state IN ('waiting', 'processing', 'done', 'failed')", name="state_known"),
        CheckConstraint("source IN ('upload', 'studio')", name="source_known"),
        Index("ix_revisions_state", "state", "id"),
    )
    id: Mapped[int] = primary_key()
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    number: Mapped[int]
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
    recipe: Mapped[str] = mapped_column(String(20), default="")
    renditions: Mapped[list[Any]] = mapped_column(default=list)
    share_card_key: Mapped[str | None] = mapped_column(String(200))
    placeholder: Mapped[int] = mapped_column(default=63)
    dhash: Mapped[str] = mapped_column(String(16), default="")
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source: Mapped[str] = mapped_column(String(8), default="upload")
    mockups: Mapped[list[Any]] = mapped_column(default=list)
    print_files: Mapped[list[Any]] = mapped_column(default=list)
    print_report: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Remake(Base):
    """A wish to make the files of a finished revision anew; open until `done_at`, with a code when that failed."""

    __tablename__ = "remakes"
    __table_args__ = (Index("ix_remakes_open", "done_at", "lease_until"),)
    id: Mapped[int] = primary_key()
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), unique=True)
    asked_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failure_code: Mapped[str] = mapped_column(String(40), default="")


class ModerationAct(Base):
    """What a moderator did, to what, and why. Append-only; `undoes_id` names the act it takes back."""

    __tablename__ = "moderation_acts"
    __table_args__ = (Index("ix_moderation_acts_subject", "subject_kind", "subject_id"),)
    id: Mapped[int] = primary_key()
    at: Mapped[datetime] = mapped_column(index=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), index=True)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # null: a documented rule
    subject_kind: Mapped[str] = mapped_column(String(12))  # submission, comment, person
    subject_id: Mapped[int]
    act: Mapped[str] = mapped_column(String(12))  # approve, hold, hide, restore, suspend, reinstate
    reason_code: Mapped[str] = mapped_column(String(30), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    state_before: Mapped[str] = mapped_column(String(12), default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_acts.id"))
    batch_id: Mapped[int | None] = mapped_column(index=True)  # acts decided at once share their first one's id
