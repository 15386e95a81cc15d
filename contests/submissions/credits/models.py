"""Tables of credit. An offer is the designer's word, accepting it the other's: a share stands when both are given."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class CreditShare(Base):
    """A share of a design's credit in basis points: offered, then accepted, declined, or ended (taken back, given up).

    `suggestion_id` is the comment it thanks for. `standing` is null once it is over: one standing share for each
    person and design.
    """

    __tablename__ = "credit_shares"
    __table_args__ = (
        UniqueConstraint("submission_id", "person_id", "standing"),
        CheckConstraint("role IN ('co-author', 'suggestion')", name="role_known"),
        CheckConstraint("state IN ('offered', 'accepted', 'declined', 'ended')", name="state_known"),
        CheckConstraint("(state IN ('offered', 'accepted')) = (standing IS NOT NULL)", name="standing_by_state"),
        CheckConstraint("share_bp BETWEEN 0 AND 10000", name="share_sane"),
        Index("ix_credit_shares_person", "person_id", "state"),
    )
    id: Mapped[int] = primary_key()
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(12))
    share_bp: Mapped[int]
    note: Mapped[str] = mapped_column(String(200), default="")  # what for, in the designer's words
    suggestion_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default="offered")
    standing: Mapped[bool | None] = mapped_column(default=True)
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class CreditFreeze(Base):
    """The shares of a design are fixed since the orders of its drop were."""

    __tablename__ = "credit_freezes"
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
