"""How much may be sent in: files and bytes, by hour and by day, of a person, a network of strangers, a contest.

Decided by conditional writes before anything is stored, so that any number of uploads at once stay within it.
"""

import contextlib
import hashlib
import hmac
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

from flask import current_app
from sqlalchemy import BigInteger, ColumnElement, String, UniqueConstraint, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.infra import keys
from webapp.infra.db import Base, changed, insert_once, primary_key, transaction
from webapp.infra.prefixes import prefix_of
from webapp.infra.settings import Settings
from webapp.kernel.refusal import N_, Refused

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPANS = {"hour": HOUR, "day": DAY}
TOO_MUCH = {
    "person": N_("You have sent as much as goes in one stretch. It goes on in %(minutes)s minutes."),
    "network": N_(
        "Very much was sent from your network. It goes on in %(minutes)s minutes, or at once when you sign in."
    ),
    "contest": N_(
        "This contest takes no more pictures for now: very many have come. It goes on in %(minutes)s minutes."
    ),
}
FULL = N_("Our storage is nearly full, so we take no files right now. Nothing you had saved is lost. Try again later.")


class UploadCount(Base):
    """What one sender has sent since `began`; `sender` is 'person:7', 'contest:3', or a keyed hash of a network."""

    __tablename__ = "upload_counts"
    __table_args__ = (UniqueConstraint("sender", "span", "began"),)
    id: Mapped[int] = primary_key()
    sender: Mapped[str] = mapped_column(String(80))
    span: Mapped[str] = mapped_column(String(4))  # hour, day
    began: Mapped[datetime] = mapped_column(index=True)
    files: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)


@dataclass(frozen=True)
class Allowance:
    """What one kind of sender may send in one span; None: any number of files."""

    kind: str
    span: str
    bytes: int
    files: int | None = None


def person(person_id: int) -> str:
    """Return the sender for somebody signed in."""
    return f"person:{person_id}"


def contest(contest_id: int) -> str:
    """Return the sender for all who send to one contest."""
    return f"contest:{contest_id}"


def network(address: str) -> str:
    """Return the sender for strangers of one network, as a keyed hash that nobody reads back."""
    hashed = hmac.new(keys.lasting().encode(), f"upload {prefix_of(address)}".encode(), hashlib.sha256)
    return f"network:{hashed.hexdigest()[:32]}"


@contextlib.contextmanager
def counted(senders: Sequence[str], size: int, now: datetime) -> Iterator[None]:
    """Count a file of `size` bytes for each sender, then let the block store it; what it raises about is not counted.

    Raises Refused 'upload-quota' (429, with `retry_after` in seconds) or 'storage-full' (503). Outside of
    `transaction()`.
    """
    settings: Settings = current_app.config["SETTINGS"]
    require_space(settings, size)
    with transaction(quiet=True, beside=True) as session:
        for sender in sorted(senders):
            _count(session, sender, _allowances(settings, sender), size, now)
    try:
        yield
    except Exception:
        with transaction(quiet=True, beside=True) as session:
            for sender in sorted(senders):
                _give_back(session, sender, size, now)
        raise


def require_space(settings: Settings, size: int) -> None:
    """Raise Refused 'storage-full' when a file would eat into the reserve of a disk: the database lives of it."""
    for folder in _folders(settings):
        if shutil.disk_usage(folder).free - size < settings.disk_reserve:
            raise Refused("storage-full", FULL, 503, retry_after=600)


def _folders(settings: Settings) -> set[Path]:
    """The disks an upload fills: where files are kept, where it waits for the worker, and the embedded database's."""
    kept = [Path(tempfile.gettempdir())]
    if settings.storage_url.startswith("file://"):
        kept.append(Path(settings.storage_url.removeprefix("file://")))
    if settings.sqlite:
        kept.append(settings.data)
    return {folder for folder in kept if folder.exists()}


def _allowances(settings: Settings, sender: str) -> list[Allowance]:
    kind = sender.partition(":")[0]
    known = (
        Allowance("person", "hour", settings.uploads_hour_bytes, settings.uploads_hour),
        Allowance("person", "day", settings.uploads_day_bytes, settings.uploads_day),
        Allowance("network", "hour", settings.uploads_network_bytes),
        Allowance("contest", "day", settings.uploads_contest_bytes),
    )
    return [each for each in known if each.kind == kind]


def _count(session: Session, sender: str, allowances: list[Allowance], size: int, now: datetime) -> None:
    for allowance in allowances:
        began = _began(allowance.span, now)
        insert_once(session, UploadCount, sender=sender, span=allowance.span, began=began, files=0, bytes=0)
        room = [UploadCount.bytes <= allowance.bytes - size]
        if allowance.files is not None:
            room.append(UploadCount.files < allowance.files)
        more = {"files": UploadCount.files + 1, "bytes": UploadCount.bytes + size}
        if not changed(session, update(UploadCount).where(*_row(sender, allowance.span, began), *room).values(more)):
            seconds = max(1, ceil((began + SPANS[allowance.span] - now).total_seconds()))
            minutes = ceil(seconds / 60)
            raise Refused("upload-quota", TOO_MUCH[allowance.kind], 429, minutes=minutes, retry_after=seconds)


def _give_back(session: Session, sender: str, size: int, now: datetime) -> None:
    for span in SPANS:
        row = (*_row(sender, span, _began(span, now)), UploadCount.files > 0)
        less = {"files": UploadCount.files - 1, "bytes": UploadCount.bytes - size}
        changed(session, update(UploadCount).where(*row).values(less))


def _row(sender: str, span: str, began: datetime) -> tuple[ColumnElement[bool], ...]:
    return UploadCount.sender == sender, UploadCount.span == span, UploadCount.began == began


def _began(span: str, now: datetime) -> datetime:
    whole = now.replace(minute=0, second=0, microsecond=0)
    return whole if span == "hour" else whole.replace(hour=0)
