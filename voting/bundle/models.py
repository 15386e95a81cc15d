"""Tables of bundles and of the auditors' exports."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class ResultBundle(Base):
    """A bundle in the storage, named by its content. `label` is 'seal', or 'final' after the appeals."""

    __tablename__ = "result_bundles"
    __table_args__ = (UniqueConstraint("contest_id", "label"),)
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    label: Mapped[str] = mapped_column(String(12))
    sha256: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[int]
    made_at: Mapped[datetime]


class AuditExport(Base):
    """Leave for a named auditor to take the full ballots of a contest, until `expires_at`."""

    __tablename__ = "audit_exports"
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    auditor: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    granted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    taken: Mapped[int] = mapped_column(default=0)
    taken_at: Mapped[datetime | None]
