"""Packs in the making. The row's lease and attempts are the truth: a job may run twice, or never."""

import hashlib
import tempfile
import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from flask_babel import force_locale

from preorders import queries as drops
from preorders.exports import writing
from preorders.production import queries, store
from preorders.production.queries import PackRow
from preorders.rows import DropRow
from webapp.accounts import queries as accounts
from webapp.infra import queue
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.kernel.now import now

if TYPE_CHECKING:
    from preorders.production.making import Content, Made

ATTEMPTS = 3
BATCH = 50
LEASE = timedelta(minutes=5)
PAUSE = timedelta(seconds=20)
KEPT = timedelta(days=7)  # how long a pack waits to be fetched
EVERY = 2.0  # seconds between two notes of progress

log = structlog.get_logger()


class _Lost(Exception):
    """Another worker has taken the pack."""


def make(pack_id: int) -> bool:
    """Make a waiting pack; return whether this call finished it, as ready or as failed."""
    row = _take(pack_id)
    if row is None:
        return False
    if row.attempts > ATTEMPTS:
        return _fail(row, "worker-died")
    drop = drops.drop(db.session(), row.drop_id)
    if drop is None:
        return _fail(row, "gone")
    try:
        return _finish(row, drop)
    except _Lost:
        return False
    except Exception as error:
        log.warning("pack put back", pack=row.id, attempt=row.attempts, error=repr(error))
        return _put_back(row, "no-room" if isinstance(error, OSError) else "broken")


def sweep() -> int:
    """Wake the queue for packs that nobody works on; return how many."""
    found = queries.due(db.session(), now(), BATCH)
    db.session.rollback()
    for pack_id in found:
        queue.enqueue("exports", "preorders.production.jobs.make", pack_id, job_id=f"pack-{pack_id}")
    return len(found)


def forget() -> int:
    """Delete the files whose time is over; return how many. The rows stay."""
    found = queries.expired(db.session(), now(), BATCH)
    db.session.rollback()
    for row in found:
        storage().delete(row.file_key)
        with transaction() as session:
            store.forget_file(session, row.id, row.file_key)
    return len(found)


def _take(pack_id: int) -> PackRow | None:
    with transaction() as session:
        if not store.take(session, pack_id, now(), LEASE):
            return None
        return queries.pack(session, pack_id)


def _finish(row: PackRow, drop: DropRow) -> bool:
    """Make it in a nameless place, put it under its key, then say so: the row never names half a pack."""
    key = f"packs/{row.id}-{row.attempts}.zip"
    with tempfile.TemporaryDirectory(prefix="fanmade-pack-") as folder:
        path = Path(folder) / "pack.zip"
        made = _made(row, drop, path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
        storage().put_file(key, path)
    moment = now()
    done = {"contents": made.as_json(), "persons": made.persons, "sha256": digest, "size": size, "file_key": key}
    with transaction() as session:
        dates = {"done_at": moment, "expires_at": moment + KEPT}
        kept = store.finish(session, row.drop_id, row.id, row.attempts, **done, **dates)
    if not kept:
        storage().delete(key)
    return kept


def _made(row: PackRow, drop: DropRow, path: Path) -> "Made":
    """Make it in the language of who asked for it."""
    from preorders.production import making  # makers of PDFs: a tenth of the start of every process that makes none

    person = accounts.person(db.session(), row.by_id)
    with force_locale(person.locale if person else "en"), writing.snapshot() as connection:
        return making.make(connection, drop, row.by_id, row.asked_at, path, _Watch(row))


class _Watch:
    """Notes progress at every new file and every few seconds; stops the work when the pack is not ours any more."""

    def __init__(self, row: PackRow) -> None:
        self.row, self.noted, self.count = row, time.monotonic(), 0

    def __call__(self, contents: "list[Content]") -> None:
        if len(contents) == self.count and time.monotonic() - self.noted < EVERY:
            return
        self.noted, self.count = time.monotonic(), len(contents)
        with transaction() as session:
            known = [asdict(each) for each in contents]
            if not store.progress(session, self.row.id, self.row.attempts, known, now() + LEASE):
                raise _Lost


def _fail(row: PackRow, code: str) -> bool:
    with transaction() as session:
        return store.fail(session, row.id, row.attempts, code)


def _put_back(row: PackRow, code: str) -> bool:
    if row.attempts >= ATTEMPTS:
        return _fail(row, code)
    with transaction() as session:
        store.put_back(session, row.id, row.attempts, now() + PAUSE * row.attempts)
    return False
