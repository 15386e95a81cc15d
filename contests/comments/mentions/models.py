"""The table of mentions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Mention(Base):
    """Somebody is named in a comment, or in the designer's answer to a suggestion (`place`), once in each.

    `name` is folded, as it was when it was written: by it the words are found again. `quiet`: shown, but not told.
    """

    __tablename__ = "mentions"
    __table_args__ = (
        UniqueConstraint("comment_id", "place", "person_id"),
        CheckConstraint("place IN ('comment', 'answer')", name="place_known"),
        Index("ix_mentions_author", "author_id", "at"),
    )
    id: Mapped[int] = primary_key()
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    place: Mapped[str] = mapped_column(String(8))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    quiet: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
