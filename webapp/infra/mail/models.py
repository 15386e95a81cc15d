"""Tables of outgoing mail: the messages, and the addresses that refuse them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key
from webapp.infra.mail.quiet import Quiet

# What goes first: a code somebody waits for, what belongs to something ordered or run, news, newsletters.
RANK_URGENT, RANK_OWN, RANK_NEWS, RANK_BULK = RANKS = range(4)


class OutgoingMail(Base):
    """One message to one address. `params` are emptied once sent: they may hold a sign-in code.

    `quiet_from` and `zone` keep it out of its reader's nights; without the hour it goes at any time. An
    `optional` one is left unsent when its reader wants no more of its kind, or the address refuses our mail.
    Of what is due the lowest `rank` goes first, whatever was tried and put back before. `deaths`: how often it was
    taken since something was heard of it; more than once when senders die of it.
    """

    __tablename__ = "outgoing_mails"
    __table_args__ = (Index("ix_outgoing_mails_next", "state", "rank", "not_before"),)
    id: Mapped[int] = primary_key()
    dedupe: Mapped[str] = mapped_column(String(200), unique=True)
    message_id: Mapped[str] = mapped_column(String(200), index=True)
    recipient_id: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(320), index=True)
    locale: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(12))  # queued, sent, failed, dropped
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")
    zone: Mapped[str] = mapped_column(String(60), default="")
    quiet_from: Mapped[int | None]
    optional: Mapped[bool] = mapped_column(default=False)
    bulk: Mapped[bool] = mapped_column(default=False)  # newsletters; the release before goes by it
    rank: Mapped[int] = mapped_column(default=RANK_OWN)
    deaths: Mapped[int] = mapped_column(default=0)

    @property
    def quiet(self) -> Quiet | None:
        """Return the reader's nights, None for a message that goes at any time."""
        return None if self.quiet_from is None else Quiet(self.zone, self.quiet_from)


class RefusingAddress(Base):
    """An address that refused our mail for good: optional mail to it waits until its owner asks for another try."""

    __tablename__ = "refusing_addresses"
    id: Mapped[int] = primary_key()
    address: Mapped[str] = mapped_column(String(320), unique=True)
    status: Mapped[str] = mapped_column(String(20))  # e.g. 5.1.1
    said: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
