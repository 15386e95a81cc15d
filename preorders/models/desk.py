"""Tables of the staff's list of orders: words of names, counts of large drops, work on many orders at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key

# Compared by code points on both databases, so that a prefix is a range of the index.
WORD = String(40).with_variant(String(40, collation="C"), "postgresql")


class OrderWord(Base):
    """A word of the name on an order, folded for the search: 'Åsa' is 'asa'."""

    __tablename__ = "order_words"
    __table_args__ = (Index("ix_order_words_search", "drop_id", "word", "preorder_id"),)
    preorder_id: Mapped[int] = mapped_column(ForeignKey("preorders.id"), primary_key=True)
    word: Mapped[str] = mapped_column(WORD, primary_key=True)
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"))


class OrderTally(Base):
    """How many lines of a large drop share a SKU, a bundle, a state, a country …: any filter is a sum of these.

    `firsts` counts the orders whose first line this is, so that orders without a filter on lines can be summed too.
    """

    __tablename__ = "order_tallies"
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"))
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("bundles.id"))
    state: Mapped[str] = mapped_column(String(12))
    country: Mapped[str] = mapped_column(String(2))
    paid: Mapped[bool]
    looked_for: Mapped[bool]  # it needs a look
    lines: Mapped[int]
    firsts: Mapped[int]
    pieces: Mapped[int]
    price_minor: Mapped[int]
    at: Mapped[datetime]


class OrderBatch(Base):
    """One act on many orders, asked for once: the ticked ones (`chosen`) or all that match `filters`, up to `up_to`.

    `after` is how far it has come; a worker that dies leaves the rest to the next one.
    """

    __tablename__ = "order_batches"
    __table_args__ = (
        UniqueConstraint("drop_id", "token"),
        CheckConstraint("action IN ('ship', 'cancel', 'resend')", name="action_known"),
        Index("ix_order_batches_open", "done_at", "lease_until"),
    )
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    token: Mapped[str] = mapped_column(String(40))  # of the form it was confirmed in
    asked_at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    tracking: Mapped[str] = mapped_column(String(80), default="")
    filters: Mapped[dict[str, Any]]
    chosen: Mapped[list[Any]]  # ids of ticked orders; empty: all that match
    up_to: Mapped[int]  # the newest order when it was asked
    after: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[list[Any]] = mapped_column(default=list)  # the first few: [number, sentence, params]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(Text, default="")
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
