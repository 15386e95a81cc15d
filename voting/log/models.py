"""Tables of the log. Leaves, nodes and roots are only ever inserted; erasing a person empties the salts."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class LogLeaf(Base):
    """One leaf: a version of a ballot, or an act that changed a ballot's state.

    `hash` is hexadecimal. A version's salt stays with the version; an act's own is `salt` (None once erased).
    """

    __tablename__ = "log_leaves"
    __table_args__ = (
        UniqueConstraint("round_id", "leaf_index"),
        UniqueConstraint("round_id", "ballot_number", "version"),
        UniqueConstraint("round_id", "ballot_number", "act"),
        CheckConstraint("(version IS NULL) <> (act IS NULL)", name="version_or_act"),
    )
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    leaf_index: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))  # cast, changed, withdrawn; held, reinstated, rejected
    ballot_number: Mapped[int]
    version: Mapped[int | None]
    act: Mapped[int | None]
    salt: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime]


class LogNode(Base):
    """A full subtree of sixteen leaves or more; smaller ones are hashed from their leaves when asked for."""

    __tablename__ = "log_nodes"
    __table_args__ = (UniqueConstraint("round_id", "level", "position"),)
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    level: Mapped[int]
    position: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class LogRoot(Base):
    """A published root, signed. `label` is the day (2027-03-01), 'seal', or 'final' after the appeals.

    The last two also hold the tree over the counted ballots, and in `facts` how many could vote, voted, count.
    """

    __tablename__ = "log_roots"
    __table_args__ = (
        UniqueConstraint("round_id", "label"),
        CheckConstraint("(counted_size IS NULL) = (counted_root IS NULL)", name="counted_whole"),
    )
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    label: Mapped[str] = mapped_column(String(12))
    size: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    counted_size: Mapped[int | None]
    counted_root: Mapped[str | None] = mapped_column(String(64))
    facts: Mapped[dict[str, Any] | None]
    public_key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime]


class LogKey(Base):
    """A public key that has signed promises or roots, so that those of an earlier key can still be checked."""

    __tablename__ = "log_keys"
    id: Mapped[int] = primary_key()
    public_key: Mapped[str] = mapped_column(String(64), unique=True)
    since: Mapped[datetime]


class OpenedBallot(Base):
    """A ballot version that its voter had opened; it counts no more. One for each ballot, ever."""

    __tablename__ = "opened_ballots"
    id: Mapped[int] = primary_key()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), unique=True)
    version: Mapped[int]
    at: Mapped[datetime]
