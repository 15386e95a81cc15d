"""The table of reactions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Reaction(Base):
    """Somebody reacts to a comment with a word, once with each; taken back, the row is gone."""

    __tablename__ = "comment_reactions"
    __table_args__ = (
        UniqueConstraint("comment_id", "person_id", "word"),
        CheckConstraint("word IN ('thanks', 'agree', 'love')", name="word_known"),
        Index("ix_comment_reactions_told", "told_at", "at"),
    )
    id: Mapped[int] = primary_key()
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    word: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # when the author's notice was written that counts it
