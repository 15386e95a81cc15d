"""Tables of exposure: counts kept in batches by the ticker, never by a page, and the report of each round."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Impression(Base):
    """How often a design was shown at one stage of its contest: 'before' the votes, in the 'open' or 'final' round.

    `shown`: cards delivered to a visitor's page, once for each visitor, page and half an hour. `looks`: the same in
    hundredths, weighted by the place on the page; feeds the least-seen places.
    """

    __tablename__ = "impressions"
    __table_args__ = (
        UniqueConstraint("submission_id", "stage"),
        CheckConstraint("stage IN ('before', 'open', 'final')", name="stage_known"),
    )
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    stage: Mapped[str] = mapped_column(String(8), default="before")
    shown: Mapped[int] = mapped_column(default=0)
    looks: Mapped[int] = mapped_column(default=0)


class ExposureReport(Base):
    """What is published of a round's exposure, as it stood at the seal (docs/fairness.md says what it holds)."""

    __tablename__ = "exposure_reports"
    __table_args__ = (UniqueConstraint("round_id"),)
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    report: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
