"""Tables of notices. Notices are insert-only but for the date they were read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
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


class NoticePreference(Base):
    """Whether somebody wants a kind of notice by mail; no row means the kind's default."""

    __tablename__ = "notice_preferences"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(60))
    by_mail: Mapped[bool]
    changed_at: Mapped[datetime]
