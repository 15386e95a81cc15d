"""The table of passkeys."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Passkey(Base):
    """One credential of one person. Ids and keys are base64url; `handle` is random and the same for all of a person."""

    __tablename__ = "passkeys"
    id: Mapped[int] = primary_key()
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    handle: Mapped[str] = mapped_column(String(90))
    sign_count: Mapped[int]
    transports: Mapped[list[Any]]
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
