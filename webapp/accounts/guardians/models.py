"""Tables of guardians and of what they were asked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Guardian(Base):
    """The guardian a young person named. The link's token is derived from `nonce` and the installation's key."""

    __tablename__ = "guardians"
    __table_args__ = (UniqueConstraint("person_id"), UniqueConstraint("token_hash"))
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    email: Mapped[str] = mapped_column(String(320), index=True)  # normalised
    nonce: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64))
    named_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # of the link; each mail moves it on


class GuardianRequest(Base):
    """Something a young person asked their guardian for, and the answer, each as its date."""

    __tablename__ = "guardian_requests"
    __table_args__ = (
        UniqueConstraint("action", "subject_id"),
        CheckConstraint("agreed_at IS NULL OR refused_at IS NULL", name="one_answer"),
        CheckConstraint("withdrawn_at IS NULL OR agreed_at IS NOT NULL", name="withdrawn_after_agreed"),
        CheckConstraint("own_yes_at IS NULL OR own_no_at IS NULL", name="one_own_answer"),
        Index("ix_guardian_requests_person", "person_id", "id"),
    )
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    action: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    asked_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]  # null: there was no guardian's address yet
    reminded_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    terms_hash: Mapped[str] = mapped_column(String(64), default="")  # the terms as they stood when it was agreed
    refused_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    own_yes_at: Mapped[datetime | None]  # come of age, the person says so themselves, or
    own_no_at: Mapped[datetime | None]  # takes back what was agreed to for them
