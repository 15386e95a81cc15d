"""The table of suggestions: what makes a comment one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base


class Suggestion(Base):
    """`x` and `y` pin it to the picture, in thousandths from its left and top; both null: the whole of it.

    Open until the designer accepts or declines it with a word of why (`answer`); an accepted one is done
    in the revision that has it.
    """

    __tablename__ = "suggestions"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'accepted', 'declined')", name="status_known"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided_iff_date"),
        CheckConstraint(
            "(x IS NULL AND y IS NULL) OR (x BETWEEN 0 AND 1000 AND y BETWEEN 0 AND 1000)", name="pin_on_picture"
        ),
        CheckConstraint(
            "(done_revision_id IS NULL) = (done_at IS NULL) AND (done_at IS NULL OR status = 'accepted')",
            name="done_when_accepted",
        ),
        Index("ix_suggestions_design", "submission_id", "comment_id"),
    )
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), primary_key=True, autoincrement=False)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    x: Mapped[int | None]
    y: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(10), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    done_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    done_at: Mapped[datetime | None]
