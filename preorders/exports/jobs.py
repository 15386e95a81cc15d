"""Large exports in the making. The row's lease and attempts are the truth: a job may run twice, or never."""

import hashlib
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import structlog

from preorders import queries as drops
from preorders.exports import queries, service, store, writing
from preorders.exports.formats import FORMATS
from preorders.exports.queries import ExportRow
from preorders.order_list import Filters
from webapp.infra import queue
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.kernel.now import now
from webapp.kernel.refusal import Refused

ATTEMPTS = 3
BATCH = 50
LEASE = timedelta(minutes=3)
PAUSE = timedelta(seconds=20)
KEPT = timedelta(hours=24)  # how long a file waits to be fetched
EVERY = 1.0  # seconds between two notes of progress

log = structlog.get_logger()


class _Lost(Exception):
    """Another worker has taken the export."""


def write(export_id: int) -> bool:
    """Write a waiting export; return whether this call finished it, as done or as failed."""
    row = _take(export_id)
    if row is None:
        return False
    if row.attempts > ATTEMPTS:
        return _fail(row, "worker-died")
    try:
        return _finish(row)
    except _Lost:
        return False
    except Refused as refused:
        return _fail(row, "gone" if refused.status == 404 else "refused")
    except Exception as error:
        log.warning("export put back", export=row.id, attempt=row.attempts, error=repr(error))
        return _put_back(row, "no-room" if isinstance(error, OSError) else "broken")


def sweep() -> int:
    """Wake the queue for exports that nobody works on; return how many."""
    found = queries.due(db.session(), now(), BATCH)
    db.session.rollback()
    for export_id in found:
        queue.enqueue("exports", "preorders.exports.jobs.write", export_id, job_id=f"export-{export_id}")
    return len(found)


def forget() -> int:
    """Delete the files whose time is over; return how many. The log stays."""
    found = queries.expired(db.session(), now(), BATCH)
    db.session.rollback()
    for row in found:
        storage().delete(row.file_key)
        with transaction() as session:
            store.forget_file(session, row.id, row.file_key)
    return len(found)


def _take(export_id: int) -> ExportRow | None:
    with transaction() as session:
        if not store.take(session, export_id, now(), LEASE):
            return None
        return queries.export(session, export_id)


def _finish(row: ExportRow) -> bool:
    """Write to a nameless place, put it under its key, then say so: the row never names half a file."""
    drop = drops.drop(db.session(), row.drop_id)
    assert drop is not None, row.drop_id
    wanted = service.wish(row.template, row.format, Filters.kept(row.filters), tuple(row.columns))
    key = f"exports/{row.id}-{row.attempts}.{FORMATS[row.format].ending}"
    with tempfile.TemporaryDirectory(prefix="fanmade-export-") as folder:
        path = Path(folder) / "file"
        with path.open("wb", buffering=1 << 20) as file, writing.snapshot() as connection:
            written = writing.write(connection, drop, wanted, file, _Watch(row))
        digest = _digest(path)
        storage().put_file(key, path)
    moment = now()
    done = {"rows": written.rows, "written": written.rows, "persons": written.persons, "sha256": digest}
    with transaction() as session:
        kept = store.finish(
            session, row.id, row.attempts, **done, file_key=key, done_at=moment, expires_at=moment + KEPT
        )
    if not kept:
        storage().delete(key)
    return kept


class _Watch:
    """Notes progress about once a second, and stops the work when the export is not ours any more."""

    def __init__(self, row: ExportRow) -> None:
        self.row, self.noted = row, time.monotonic()

    def __call__(self, written: int) -> None:
        if time.monotonic() - self.noted < EVERY:
            return
        self.noted = time.monotonic()
        with transaction() as session:
            if not store.progress(session, self.row.id, self.row.attempts, written, now() + LEASE):
                raise _Lost


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fail(row: ExportRow, code: str) -> bool:
    with transaction() as session:
        return store.fail(session, row.id, row.attempts, code)


def _put_back(row: ExportRow, code: str) -> bool:
    if row.attempts >= ATTEMPTS:
        return _fail(row, code)
    with transaction() as session:
        store.put_back(session, row.id, row.attempts, now() + PAUSE * row.attempts)
    return False
