"""Tables of what a drop offers. Money in minor units; CHECKs and conditional updates hold the edition.

Free pieces, of the edition and of each SKU, are `cap - reserved - offered`: what the waitlist was offered is kept for
it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Drop(Base):
    """A timed, limited release. `edition_cap` counts the edition over all its variants; null: no cap.

    `payment` says when money moves (none: an invoice follows; now: at the order; at_lock: a saved method is
    charged then), `address_when` when the parcel's address is asked. Those who took part may order from
    `early_at`. Rates are in basis points (2550 = 25.5 %).
    """

    __tablename__ = "drops"
    __table_args__ = (
        CheckConstraint(
            "reserved >= 0 AND offered >= 0 AND (edition_cap IS NULL OR reserved + offered <= edition_cap)",
            name="edition_held",
        ),
        CheckConstraint("payment IN ('none', 'now', 'at_lock')", name="payment_known"),
        CheckConstraint("address_when IN ('order', 'later')", name="address_when_known"),
        CheckConstraint("early_at IS NULL OR opens_at IS NULL OR early_at <= opens_at", name="early_first"),
        CheckConstraint("royalty_bp BETWEEN 0 AND 10000 AND royalty_minor >= 0", name="royalty_sane"),
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
    offered: Mapped[int] = mapped_column(default=0)  # kept for offers to the waitlist
    payment: Mapped[str] = mapped_column(String(10), default="none")
    hold_minutes: Mapped[int] = mapped_column(default=60)  # how long an unpaid reservation keeps its pieces
    offer_hours: Mapped[int] = mapped_column(default=24)  # how long an offer to the waitlist stands
    address_when: Mapped[str] = mapped_column(String(10), default="order")
    tax_included: Mapped[bool] = mapped_column(default=True)
    royalty_bp: Mapped[int] = mapped_column(default=0)  # of the net price of a sold piece of the edition
    royalty_minor: Mapped[int] = mapped_column(default=0)  # for a sold piece of the edition
    early_at: Mapped[datetime | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    ships_by: Mapped[datetime | None]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    open_told_at: Mapped[datetime | None]
    lock_told_at: Mapped[datetime | None]  # the notice 48 hours before the lock
    goal_reached_at: Mapped[datetime | None]
    goal_missed_at: Mapped[datetime | None]  # the window ended without it: staff were told
    print_anyway_at: Mapped[datetime | None]  # staff print although the goal was missed
    locked_at: Mapped[datetime | None]
    charged_at: Mapped[datetime | None]
    address_reminded_at: Mapped[datetime | None]  # those without an address were asked for it
    address_locked_at: Mapped[datetime | None]
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
    addon: Mapped[bool] = mapped_column(default=False)  # ordered only beside something else
    price_minor: Mapped[int]
    tax_class: Mapped[str] = mapped_column(String(20), default="standard")
    weight_g: Mapped[int] = mapped_column(default=0)
    size_chart: Mapped[list[Any]] = mapped_column(default=list)


class Variant(Base):
    """One SKU: a size and colour of a product, with a cap of its own when it has one."""

    __tablename__ = "variants"
    __table_args__ = (
        UniqueConstraint("drop_id", "sku"),
        UniqueConstraint("product_id", "size", "colour"),
        CheckConstraint(
            "reserved >= 0 AND offered >= 0 AND (cap IS NULL OR reserved + offered <= cap)", name="stock_held"
        ),
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
    offered: Mapped[int] = mapped_column(default=0)
    price_diff_minor: Mapped[int] = mapped_column(default=0)  # on top of the product's price; may be negative
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


class TaxRate(Base):
    """What staff entered for a country and class of goods; `country` '' is everywhere else. Basis points."""

    __tablename__ = "tax_rates"
    __table_args__ = (
        UniqueConstraint("drop_id", "country", "tax_class"),
        CheckConstraint("rate_bp BETWEEN 0 AND 10000", name="rate_sane"),
    )
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"))
    country: Mapped[str] = mapped_column(String(2), default="")
    tax_class: Mapped[str] = mapped_column(String(20), default="standard")
    rate_bp: Mapped[int]
    name: Mapped[str] = mapped_column(String(40), default="")  # as a bill says it, e.g. VAT


class ShippingZone(Base):
    """Where parcels go and for how much: the first piece, each further one, free from an amount of goods.

    `countries` are ISO 3166 codes; an empty list is everywhere else.
    """

    __tablename__ = "shipping_zones"
    __table_args__ = (UniqueConstraint("drop_id", "position"),)
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    countries: Mapped[list[Any]] = mapped_column(default=list)
    price_minor: Mapped[int]
    extra_minor: Mapped[int] = mapped_column(default=0)
    free_from_minor: Mapped[int | None]


class Forecast(Base):
    """What was expected of a drop at a moment: pieces (low, likely, high) and the chance of its goal, per mille.

    Kept, so that after the drop a page can say how well it did. `told_by` names what it was made from.
    """

    __tablename__ = "drop_forecasts"
    __table_args__ = (UniqueConstraint("drop_id", "day"),)
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"))
    day: Mapped[str] = mapped_column(String(10))  # ISO date on the drop's clocks
    at: Mapped[datetime]
    low: Mapped[int]
    likely: Mapped[int]
    high: Mapped[int]
    goal_permille: Mapped[int | None]
    told_by: Mapped[dict[str, Any]]
