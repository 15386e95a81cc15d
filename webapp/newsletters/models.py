"""Tables of newsletters: subscriptions, letters, and one delivery for each letter and subscription."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import BIG, Base, primary_key


class Subscription(Base):
    """An address that was given for an artist's newsletter. Mailed only between `confirmed_at` and `ended_at`.

    `person_id` is whose it is, when they have an account: letters then go to the address of the account. `round`
    counts how often it was asked for, so that an old link confirms nothing new. `text_hash` is the sentence that was
    agreed to. `ended_by`: reader, mail, complaint. `declined_at`: a person said no where they were asked.
    """

    __tablename__ = "newsletter_subscriptions"
    __table_args__ = (
        UniqueConstraint("artist_id", "address"),
        UniqueConstraint("artist_id", "person_id"),
        CheckConstraint("(ended_at IS NULL) = (ended_by = '')", name="ended_iff_by"),
        Index("ix_newsletter_subscriptions_open", "artist_id", "confirmed_at", "ended_at"),
    )
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    address: Mapped[str] = mapped_column(String(320), index=True)
    locale: Mapped[str] = mapped_column(String(10))
    zone: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(String(10))  # artist, settings, vote, order
    text_hash: Mapped[str] = mapped_column(String(64))
    round: Mapped[int] = mapped_column(default=1)
    mails: Mapped[int] = mapped_column(default=0)  # with the link, in this round
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(10), default="")
    declined_at: Mapped[datetime | None]


class Letter(Base):
    """A letter of an artist. `version` grows with each saving: who saves an older one is told, not obeyed.

    `segment` is what `segments.Segment` reads. `cursor` is the last subscription that has a delivery; rows are made
    in its order, so that a worker that dies is followed by another at the same place. `reach` is how many people it
    was for when it was sent off. `clicks` counts presses of the button, by nobody in particular.
    """

    __tablename__ = "newsletter_letters"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'scheduled', 'sending', 'sent', 'stopped')", name="state_known"),
        CheckConstraint("state NOT IN ('scheduled', 'sending') OR send_at IS NOT NULL", name="going_has_date"),
        Index("ix_newsletter_letters_artist", "artist_id", "id"),
        Index("ix_newsletter_letters_due", "state", "send_at"),
    )
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    subject: Mapped[str] = mapped_column(String(150), default="")
    preheader: Mapped[str] = mapped_column(String(150), default="")
    body_md: Mapped[str] = mapped_column(Text, default="")
    picture: Mapped[str] = mapped_column(String(40), default="")  # design:12
    button_text: Mapped[str] = mapped_column(String(60), default="")
    button_path: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(10), default="en")
    segment: Mapped[dict[str, Any]] = mapped_column(default=dict)
    saved_from: Mapped[str] = mapped_column(String(16), default="")  # the opened page that saved last
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    send_at: Mapped[datetime | None]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reach: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[int] = mapped_column(default=0)
    listed_at: Mapped[datetime | None]  # everybody has a delivery
    finished_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    clicks: Mapped[int] = mapped_column(default=0)


class LetterDelivery(Base):
    """One letter for one subscription, once. `mail_id` is its row in outgoing_mails, as long as that is kept.

    `state`: waiting (no mail yet), queued, sent, failed, left-out (no longer wanted, or the address refuses),
    stopped. A subscription that is forgotten leaves the row without a name, so that the figures stay.
    """

    __tablename__ = "newsletter_deliveries"
    __table_args__ = (
        UniqueConstraint("letter_id", "subscription_id"),
        CheckConstraint("state IN ('waiting', 'queued', 'sent', 'failed', 'left-out', 'stopped')", name="state_known"),
        Index("ix_newsletter_deliveries_state", "letter_id", "state", "id"),
    )
    id: Mapped[int] = primary_key()
    letter_id: Mapped[int] = mapped_column(ForeignKey("newsletter_letters.id"))
    subscription_id: Mapped[int | None] = mapped_column(
        BIG, ForeignKey("newsletter_subscriptions.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    mail_id: Mapped[int | None] = mapped_column(index=True)
    bounced_at: Mapped[datetime | None]
    complained_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]  # the newsletter was ended from this letter
