"""Tables around the artist's pick: links for a phone, notes to oneself, words to finalists, decision records."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class PickLink(Base):
    """An address that opens the pick desk of one contest without an account, until `expires_at`.

    The token is the keyed hash of `nonce`, so that a reminder can name it again; kept is the token's own hash.
    Who made the link answers for what is done by it.
    """

    __tablename__ = "pick_links"
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    for_name: Mapped[str] = mapped_column(String(100))
    for_email: Mapped[str] = mapped_column(String(320), default="")  # emptied once the pick is public
    locale: Mapped[str] = mapped_column(String(10), default="en")
    nonce: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class PickLinkAct(Base):
    """What was done by a link: opened, picked, undone. Append-only; it says which picks came by which link."""

    __tablename__ = "pick_link_acts"
    __table_args__ = (
        UniqueConstraint("pick_id", "act"),
        CheckConstraint("act IN ('opened', 'picked', 'undone')", name="act_known"),
        CheckConstraint("(act = 'opened') = (pick_id IS NULL)", name="pick_iff_about_one"),
    )
    id: Mapped[int] = primary_key()
    link_id: Mapped[int] = mapped_column(ForeignKey("pick_links.id"), index=True)
    act: Mapped[str] = mapped_column(String(8))
    pick_id: Mapped[int | None] = mapped_column(ForeignKey("picks.id"))
    at: Mapped[datetime]


class PickNote(Base):
    """What somebody at the desk notes on a finalist, for themselves. `owner` is 'person:<id>' or 'link:<id>'."""

    __tablename__ = "pick_notes"
    __table_args__ = (UniqueConstraint("owner", "submission_id"),)
    id: Mapped[int] = primary_key()
    owner: Mapped[str] = mapped_column(String(32))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class FinalistWord(Base):
    """A kind word to the maker of a finalist that was not picked; sent when the pick is announced."""

    __tablename__ = "finalist_words"
    __table_args__ = (UniqueConstraint("pick_id", "submission_id"),)
    id: Mapped[int] = primary_key()
    pick_id: Mapped[int] = mapped_column(ForeignKey("picks.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    body: Mapped[str] = mapped_column(Text)


class Decision(Base):
    """The record of an announced pick: JSON as it was published, and its SHA-256. Written once, never changed."""

    __tablename__ = "decisions"
    id: Mapped[int] = primary_key()
    pick_id: Mapped[int] = mapped_column(ForeignKey("picks.id"), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    record: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
