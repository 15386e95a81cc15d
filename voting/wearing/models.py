"""The table of wishes to wear a design."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class WouldWear(Base):
    """Somebody would wear a design in a size: a person, or a browser whose wish waits to be confirmed."""

    __tablename__ = "would_wear"
    __table_args__ = (
        UniqueConstraint("submission_id", "person_id"),
        UniqueConstraint("submission_id", "device_id"),
        CheckConstraint("(person_id IS NULL) <> (device_id IS NULL)", name="one_owner"),
    )
    id: Mapped[int] = primary_key()
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    device_id: Mapped[str | None] = mapped_column(String(32), index=True)
    size: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]
