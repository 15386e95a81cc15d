"""Tables of contests. The phase is never a column: see phases.py."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Contest(Base):
    """A call for designs. Dates are instants; `timezone` is the one zone they are named in.

    Decisions are nullable dates that know who. `rights` is the structured card, frozen with its
    hash at publishing; `seed` decides a draw and is committed to by `seed_hash` at publishing.
    """

    __tablename__ = "contests"
    __table_args__ = (
        CheckConstraint(
            "(published_at IS NULL) OR (opens_at IS NOT NULL AND voting_at IS NOT NULL"
            " AND picking_at IS NOT NULL AND decide_by IS NOT NULL)",
            name="published_has_dates",
        ),
        CheckConstraint(
            "opens_at < voting_at AND voting_at < picking_at AND picking_at < decide_by",
            name="dates_in_order",
        ),
        CheckConstraint("(cancelled_at IS NULL) = (cancel_reason IS NULL)", name="cancelled_iff_reason"),
        CheckConstraint("hearts BETWEEN 1 AND 50", name="hearts_sane"),
        CheckConstraint("designs_per_fan BETWEEN 1 AND 100", name="designs_sane"),
        CheckConstraint("shortlist_size BETWEEN 1 AND 20", name="shortlist_sane"),
        CheckConstraint("rank_places BETWEEN 0 AND 20", name="rank_places_sane"),
        Index("ix_contests_artist", "artist_id", "id"),
    )
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    brief_md: Mapped[str] = mapped_column(Text, default="")
    prize: Mapped[str] = mapped_column(String(300), default="")
    preset: Mapped[str] = mapped_column(String(20))  # tee, poster, open
    rights: Mapped[dict[str, Any]]
    rights_hash: Mapped[str] = mapped_column(String(64), default="")
    timezone: Mapped[str] = mapped_column(String(60))
    opens_at: Mapped[datetime | None]
    critique_at: Mapped[datetime | None]  # optional: from here until voting, talk and revisions only
    voting_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]  # optional second round on the shortlist
    picking_at: Mapped[datetime | None]  # voting ends
    decide_by: Mapped[datetime | None]
    designs_per_fan: Mapped[int] = mapped_column(default=10)
    hearts: Mapped[int] = mapped_column(default=5)
    shortlist_size: Mapped[int] = mapped_column(default=6)
    method: Mapped[str] = mapped_column(String(20), default="approval")  # of ways.RULES, for the open round
    final_method: Mapped[str] = mapped_column(String(20), default="approval")
    rank_places: Mapped[int] = mapped_column(default=3)  # how many a fan may rank; 0: all of them
    seed: Mapped[str] = mapped_column(String(64))
    seed_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    voting_told_at: Mapped[datetime | None]  # VotingOpened was recorded
    lapse_told_at: Mapped[datetime | None]  # ContestLapsed was recorded


class ContestProduct(Base):
    """What the winner will be printed on. Sizes in cm, price in minor units, tax included.

    `colours` is a list of {name, hex}; `sizes` a list of words ('S', 'M', … or 'One size').
    """

    __tablename__ = "contest_products"
    __table_args__ = (UniqueConstraint("contest_id", "position"),)
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))  # tee, hoodie, tote, poster
    title: Mapped[str] = mapped_column(String(100))
    colours: Mapped[list[Any]]
    sizes: Mapped[list[Any]]
    print_width_cm: Mapped[int]
    print_height_cm: Mapped[int]
    max_inks: Mapped[int | None]
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))


class ContestChange(Base):
    """A public line about a change after publishing: what, why, when. Append-only."""

    __tablename__ = "contest_changes"
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))  # rescheduled, prolonged, cancelled
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
