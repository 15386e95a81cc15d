"""Originals: private, addressed by their content, stored before anything points at them."""

import hashlib
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contests.submissions.images.header import Header, inspect_header
from contests.submissions.images.limits import Limits
from contests.submissions.models import Revision
from webapp.infra import antivirus
from webapp.infra.db import transaction
from webapp.infra.settings import Settings
from webapp.infra.storage import storage


@dataclass(frozen=True)
class Original:
    """A stored file: its key, its SHA-256, its length, the name it came with, and what its header says."""

    key: str
    sha256: str
    bytes: int
    name: str
    header: Header


def limits_of(settings: Settings) -> Limits:
    """Return the caps on a picture that this installation's settings name."""
    return Limits(bytes=settings.max_upload_bytes, pixels=settings.max_pixels, side=settings.max_side)


def limits() -> Limits:
    """Return the caps of the running application."""
    return limits_of(current_app.config["SETTINGS"])


def judged(data: bytes, name: str) -> Original:
    """Return what `data` would be as an original; decodes and stores nothing.

    Raises Unacceptable, or Refused where a virus check finds something, or is wanted and away.
    """
    header = inspect_header(data, limits())
    antivirus.check(data)
    sha256 = hashlib.sha256(data).hexdigest()
    plain = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable())
    return Original(f"originals/{sha256[:2]}/{sha256}", sha256, len(data), plain[:200], header)


def keep(original: Original, data: bytes) -> None:
    """Store the bytes unless they are there already."""
    if not storage().exists(original.key):
        storage().put(original.key, data)


def discard(original: Original) -> None:
    """Remove the bytes of a refused upload, unless another revision has the same ones.

    Under the same lock as `hold`, so a concurrent upload of the same bytes either is seen here, or
    finds them gone after its commit and stores them again (`keep`).
    """
    with transaction() as session:
        hold(session, original)
        if session.scalar(select(Revision.id).where(Revision.original_key == original.key).limit(1)) is None:
            storage().delete(original.key)


def hold(session: Session, original: Original) -> None:
    """Let no other transaction add or discard the same bytes; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(original.sha256[:15], 16))))
