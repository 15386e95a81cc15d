"""Tables of what people follow beside artists, and of who has a public page."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Following(Base):
    """Somebody wants to hear of a design, a contest, or the public designs of a person (`subject_id`)."""

    __tablename__ = "followings"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject_id"),
        CheckConstraint("kind IN ('design', 'contest', 'person')", name="kind_known"),
        Index("ix_followings_subject", "kind", "subject_id"),
    )
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int]
    since: Mapped[datetime]


class Profile(Base):
    """Somebody has opened a page about their designs, at /p/<code>. Closing it deletes the row and the code."""

    __tablename__ = "public_profiles"
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    since: Mapped[datetime]
