"""Tables of what was seen: kept in batches by the ticker, never by a page."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class ContestVisitor(Base):
    """A browser that looked at a contest; only a keyed hash of its random name is kept."""

    __tablename__ = "contest_visitors"
    __table_args__ = (UniqueConstraint("contest_id", "device_hash"),)
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    device_hash: Mapped[str] = mapped_column(String(64))
    first_at: Mapped[datetime]


class ContestRegular(Base):
    """A signed-in person who looked at a contest: the funnel's second step. No profile is made of it."""

    __tablename__ = "contest_regulars"
    __table_args__ = (UniqueConstraint("contest_id", "person_id"),)
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    first_at: Mapped[datetime]
