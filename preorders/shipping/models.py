"""The table of imports: what a file of tracking numbers said, shown first, then done once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class ParcelImport(Base):
    """A file that was read: `rows` as `importing.Row` has them, `left` what was not done and why: [line, code]."""

    __tablename__ = "parcel_imports"
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    filename: Mapped[str] = mapped_column(String(120), default="")
    rows: Mapped[list[Any]]
    confirmed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    sent: Mapped[int] = mapped_column(default=0)
    left: Mapped[list[Any]] = mapped_column(default=list)
