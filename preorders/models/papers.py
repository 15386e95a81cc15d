"""Tables of what staff take out of a drop: exports, their templates, saved views, packs, royalty statements."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class ExportLog(Base):
    """Every export: who took what, with which filter, of how many persons.

    Small ones are done when they are logged; large ones are written by a worker: waiting -> done | failed, `written`
    of `rows` so far, the file under `file_key` until `expires_at`.
    """

    __tablename__ = "exports"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'failed')", name="state_known"),
        Index("ix_exports_state", "state", "lease_until"),
    )
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    template: Mapped[str] = mapped_column(String(80))
    format: Mapped[str] = mapped_column(String(8))
    filters: Mapped[dict[str, Any]]
    columns: Mapped[list[Any]] = mapped_column(default=list)  # names in order; empty: the template's own
    sort: Mapped[str] = mapped_column(String(20), default="")
    rows: Mapped[int] = mapped_column(default=0)
    persons: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="done")
    written: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(Text, default="")
    file_key: Mapped[str | None] = mapped_column(String(200))
    filename: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    done_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]


class ExportTemplate(Base):
    """Columns, order, filters and format a team keeps under a name; shared with the team or its maker's own."""

    __tablename__ = "export_templates"
    __table_args__ = (UniqueConstraint("artist_id", "name"),)
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(60))
    base: Mapped[str] = mapped_column(String(40))  # the built-in template it comes from
    columns: Mapped[list[Any]]
    filters: Mapped[dict[str, Any]]
    sort: Mapped[str] = mapped_column(String(20), default="")
    format: Mapped[str] = mapped_column(String(8))
    shared: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class SavedView(Base):
    """A filter of the order list kept under a name: a tab beside the built-in ones."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("artist_id", "name"),)
    id: Mapped[int] = primary_key()
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(40))
    query: Mapped[dict[str, Any]]
    shared: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class ProductionPack(Base):
    """The pack for a printer, made by a worker in one go; null `done_at`: not ready. One stands for each drop."""

    __tablename__ = "production_packs"
    __table_args__ = (Index("ix_production_packs_open", "done_at", "lease_until"),)
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(Text, default="")
    file_key: Mapped[str | None] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    contents: Mapped[list[Any]] = mapped_column(default=list)  # [{"name", "sha256", "size"}]
    persons: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime | None]


class RoyaltyStatement(Base):
    """What a person is owed for a drop, frozen when the drop is closed. Money in minor units of the drop."""

    __tablename__ = "royalty_statements"
    __table_args__ = (UniqueConstraint("drop_id", "position"),)
    id: Mapped[int] = primary_key()
    drop_id: Mapped[int] = mapped_column(ForeignKey("drops.id"))
    position: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)  # null: erased, "a fan"
    share_bp: Mapped[int]
    parts: Mapped[list[Any]]  # why: [{"role", "share_bp"}]
    pieces: Mapped[int]
    net_minor: Mapped[int]
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    frozen_at: Mapped[datetime]
    paid_out_at: Mapped[datetime | None]
