"""The table of what people ask of their own data."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class DataRequest(Base):
    """A wish for a file of everything about a person, or for their erasure.

    `standing` is null once it is over (done or failed): one of each kind stands for each person. An export's file lies
    under `file_key` until `expires_at`; `receipt` of an erasure says what is gone and what stays (`receipts`).
    """

    __tablename__ = "data_requests"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "standing"),
        CheckConstraint("kind IN ('export', 'erase')", name="kind_known"),
        Index("ix_data_requests_open", "standing", "lease_until"),
        Index("ix_data_requests_files", "expires_at"),
    )
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(8))
    standing: Mapped[bool | None] = mapped_column(default=True)
    asked_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(40), default="")
    file_key: Mapped[str | None] = mapped_column(String(200))
    bytes: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime | None]
    receipt: Mapped[dict[str, Any]] = mapped_column(default=dict)
