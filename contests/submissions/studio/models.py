"""Tables of the studio. A draft or a picture belongs to a person or, before signing in, to a browser."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key

_SCENE = JSON(none_as_null=True)


class StudioDraft(Base):
    """A drawing in the making: a scene for each side, see `images.scene`.

    `product` is the position of the contest's product it is drawn on, `colour` the one it is tried on.
    Each change counts `version` up; a save names the version it changed. Once finished, `submission_id`
    is the design made of it (one draft a design) and `finished_version` what of it the design shows.
    """

    __tablename__ = "studio_drafts"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (device_id IS NULL)", name="one_owner"),
        Index("ix_studio_drafts_device", "device_id", "updated_at"),
    )
    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(32), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    device_id: Mapped[str | None] = mapped_column(String(32))
    product: Mapped[int]
    colour: Mapped[str] = mapped_column(String(7))
    front: Mapped[dict[str, Any] | None] = mapped_column(_SCENE)
    back: Mapped[dict[str, Any] | None] = mapped_column(_SCENE)
    version: Mapped[int] = mapped_column(default=1)
    finished_version: Mapped[int | None]
    remix_of_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"), unique=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class StudioAsset(Base):
    """A picture that drawings are made of; `code` is what scenes call it.

    It belongs to a person, to a browser, or to nobody when it is of the artist's kit. Its file is the one
    that was sent in; editors show `proxy_key`, which a worker makes (`state`: waiting, processing, done,
    failed). `wish` tells a second upload of the same bytes by the same owner from another picture. With
    `removed_at` nobody sees it any more, and its files and the row are about to go.
    """

    __tablename__ = "studio_assets"
    __table_args__ = (
        CheckConstraint("person_id IS NULL OR device_id IS NULL", name="one_owner"),
        CheckConstraint("state IN ('waiting', 'processing', 'done', 'failed')", name="state_known"),
        Index("ix_studio_assets_owner", "person_id", "contest_id"),
        Index("ix_studio_assets_device", "device_id", "contest_id"),
        Index("ix_studio_assets_state", "state", "id"),
    )
    id: Mapped[int] = primary_key()
    code: Mapped[str] = mapped_column(String(32), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    device_id: Mapped[str | None] = mapped_column(String(32))
    wish: Mapped[str | None] = mapped_column(String(64), unique=True)
    original_key: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    proxy_key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    failure_code: Mapped[str] = mapped_column(String(40), default="")
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class StudioAssetUse(Base):
    """A design's scene names a picture: as long as the design stands, the picture is kept."""

    __tablename__ = "studio_asset_uses"
    __table_args__ = (UniqueConstraint("asset_id", "submission_id"),)
    id: Mapped[int] = primary_key()
    asset_id: Mapped[int] = mapped_column(ForeignKey("studio_assets.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)


class KitItem(Base):
    """What an artist lays out for fans to draw with, in one contest.

    `kind` is logo or sticker (a picture, `asset_id`), colour (`value` is "#RRGGBB") or font (`value` is a
    font's id). Removed items stay, so that drawings which use them still say whose they are.
    """

    __tablename__ = "kit_items"
    __table_args__ = (
        UniqueConstraint("contest_id", "kind", "value"),
        CheckConstraint("kind IN ('logo', 'sticker', 'colour', 'font')", name="kind_known"),
        CheckConstraint("(asset_id IS NULL) <> (value IS NULL)", name="picture_or_value"),
    )
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(60), default="")
    value: Mapped[str | None] = mapped_column(String(40))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("studio_assets.id"), unique=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]
