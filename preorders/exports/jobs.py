"""Large exports in the making: a job may run twice, or never (webapp.infra.leases)."""

import tempfile
from datetime import timedelta
from pathlib import Path

from preorders import queries as drops
from preorders.exports import queries, service, store, writing
from preorders.exports.formats import FORMATS
from preorders.order_list import Filters
from webapp.infra import leases
from webapp.infra.db import db
from webapp.kernel.now import now

KEPT = timedelta(hours=24)  # how long a file waits to be fetched
EVERY = 1.0  # seconds between two notes of progress


def write(export_id: int) -> bool:
    """Write a waiting export; return whether this call finished it, as done or as failed."""
    return store.LEASES.work(export_id, lambda attempt: _finish(export_id, attempt))


def sweep() -> int:
    """Wake the queue for exports that nobody works on; return how many."""
    return store.LEASES.sweep()


def forget() -> int:
    """Delete the files whose time is over; return how many. The log stays."""
    return store.LEASES.forget()


def _finish(export_id: int, attempt: int) -> bool:
    """Write to a nameless place, put it under its key, then say so."""
    row = queries.export(db.session(), export_id)
    drop = drops.drop(db.session(), row.drop_id) if row else None
    assert row is not None and drop is not None, export_id
    wanted = service.wish(row.template, row.format, Filters.kept(row.filters), tuple(row.columns))
    watch = leases.Watch(store.LEASES, export_id, attempt, EVERY)
    key = f"exports/{export_id}-{attempt}.{FORMATS[row.format].ending}"
    with tempfile.TemporaryDirectory(prefix="fanmade-export-") as folder:
        path = Path(folder) / "file"
        with path.open("wb", buffering=1 << 20) as file, writing.snapshot() as connection:
            made = writing.write(connection, drop, wanted, file, lambda written: watch.note(written=written))
        done = {"rows": made.rows, "written": made.rows, "persons": made.persons, "sha256": leases.digest(path)}
        done |= {"state": "done", "failure": "", "file_key": key, "done_at": now(), "expires_at": now() + KEPT}
        return store.LEASES.hand_in(key, path, lambda session: store.LEASES.finish(session, export_id, attempt, **done))
