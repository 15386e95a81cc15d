"""Tables of drops. Money in minor units, tax included; CHECKs and conditional updates hold the edition."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Drop(Base):
    """A timed, limited release. `edition_cap` counts the edition over all its variants; null: no cap."""

    __tablename__ = "drops"
    __table_args__ = (
        CheckConstraint("reserved >= 0 AND (edition_cap IS NULL OR reserved <= edition_cap)", name="edition_held"),
        CheckConstraint("opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at", name="window_in_order"),
        CheckConstraint("(cancelled_at IS NULL) = (cancel_reason IS NULL)", name="cancelled_iff_reason"),
        CheckConstraint("per_person BETWEEN 1 AND 100", name="per_person_sane"),
        Index("ix_drops_artist", "artist_id", "id"),
    )
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    contest_id: Mapped[int | None] = mapped_column(ForeignKey("contests.id"), unique=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    pick_id: Mapped[int | None] = mapped_column(ForeignKey("picks.id"), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    story_md: Mapped[str] = mapped_column(Text, default="")
    currency: Mapped[str] = mapped_column(String(3))
    timezone: Mapped[str] = mapped_column(String(60))
    edition_cap: Mapped[int | None]
    goal: Mapped[int | None]
    per_person: Mapped[int] = mapped_column(default=5)
    reserved: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    ships_by: Mapped[datetime | None]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    open_told_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    production_at: Mapped[datetime | None]
    shipping_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(Text)


class Product(Base):
    """Something in a drop: the winner on a garment, or a second item such as the album.

    `size_chart` is a list of {"size", "width", "length"} in cm, measured on the flat garment.
    """

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("drop_id", "position"),)
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))  # tee, hoodie, tote, poster, album, other
    title: Mapped[str] = mapped_column(String(100))
    in_edition: Mapped[bool] = mapped_column(default=True)  # counts against the edition cap
    price_minor: Mapped[int]
    size_chart: Mapped[list[Any]] = mapped_column(default=list)


class Variant(Base):
    """One SKU: a size and colour of a product, with a cap of its own when it has one."""

    __tablename__ = "variants"
    __table_args__ = (
        UniqueConstraint("drop_id", "sku"),
        UniqueConstraint("product_id", "size", "colour"),
        CheckConstraint("reserved >= 0 AND (cap IS NULL OR reserved <= cap)", name="stock_held"),
    )
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    sku: Mapped[str] = mapped_column(String(60))
    size: Mapped[str] = mapped_column(String(20), default="")
    colour: Mapped[str] = mapped_column(String(40), default="")
    colour_hex: Mapped[str] = mapped_column(String(7), default="")
    cap: Mapped[int | None]
    reserved: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)


class Bundle(Base):
    """Several products for one price; an order of it explodes into SKU lines, the price split over them."""

    __tablename__ = "bundles"
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    price_minor: Mapped[int]


class BundleItem(Base):
    """A component of a bundle: the fan chooses a variant of this product."""

    __tablename__ = "bundle_items"
    __table_args__ = (UniqueConstraint("bundle_id", "product_id"),)
    id: Mapped[int] = primary_key()
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundles.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    quantity: Mapped[int] = mapped_column(default=1)


class Preorder(Base):
    """A reservation of pieces by one person; `idempotency_key` makes a repeated request the same order."""

    __tablename__ = "preorders"
    __table_args__ = (
        UniqueConstraint("drop_id", "person_id", "idempotency_key"),
        CheckConstraint("state IN ('reserved', 'cancelled', 'shipped')", name="state_known"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_iff_date"),
        Index("ix_preorders_desk", "drop_id", "state", "id"),
    )
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(12), default="reserved")
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[dict[str, Any]]  # line1, postcode, city, country, phone, note
    pieces: Mapped[int]  # pieces of the edition
    total_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    placed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    shipped_at: Mapped[datetime | None]
    tracking: Mapped[str] = mapped_column(String(80), default="")


class PreorderLine(Base):
    """One SKU of a preorder; `bundle_id` when it came in a bundle, the price then its share."""

    __tablename__ = "preorder_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)
    id: Mapped[int] = primary_key()
    preorder_id: Mapped[int] = mapped_column(ForeignKey("preorders.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("bundles.id"))
    quantity: Mapped[int]
    price_minor: Mapped[int]  # of the whole line


class ExportLog(Base):
    """Every export: who took what, with which filter, of how many persons. `state`: waiting, done, failed."""

    __tablename__ = "exports"
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    template: Mapped[str] = mapped_column(String(40))
    format: Mapped[str] = mapped_column(String(8))
    filters: Mapped[dict[str, Any]]
    rows: Mapped[int] = mapped_column(default=0)
    persons: Mapped[int] = mapped_column(default=0)
