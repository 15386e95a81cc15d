"""Packs in the making: a job may run twice, or never (webapp.infra.leases)."""

import tempfile
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flask_babel import force_locale

from preorders import queries as drops
from preorders.exports import writing
from preorders.production import queries, store
from preorders.production.queries import PackRow
from preorders.rows import DropRow
from webapp.accounts import queries as accounts
from webapp.infra import leases
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

if TYPE_CHECKING:
    from preorders.production.making import Content, Made

KEPT = timedelta(days=7)  # how long a pack waits to be fetched
EVERY = 2.0  # seconds between two notes of progress


def make(pack_id: int) -> bool:
    """Make a waiting pack; return whether this call finished it, as ready or as failed."""
    return store.LEASES.work(pack_id, lambda attempt: _finish(pack_id, attempt))


def sweep() -> int:
    """Wake the queue for packs that nobody works on; return how many."""
    return store.LEASES.sweep()


def forget() -> int:
    """Delete the files whose time is over; return how many. The rows stay."""
    return store.LEASES.forget()


def _finish(pack_id: int, attempt: int) -> bool:
    """Make it in a nameless place, put it under its key, then say so."""
    row = queries.pack(db.session(), pack_id)
    drop = drops.drop(db.session(), row.drop_id) if row else None
    if row is None or drop is None:
        raise NotFound()
    key = f"packs/{pack_id}-{attempt}.zip"
    with tempfile.TemporaryDirectory(prefix="fanmade-pack-") as folder:
        path = Path(folder) / "pack.zip"
        made = _made(row, drop, attempt, path)
        done = {"contents": made.as_json(), "persons": made.persons, "sha256": leases.digest(path)}
        done |= {"size": path.stat().st_size, "file_key": key, "done_at": now(), "expires_at": now() + KEPT}
        return store.LEASES.hand_in(
            key, path, lambda session: store.finish(session, row.drop_id, pack_id, attempt, **done)
        )


def _made(row: PackRow, drop: DropRow, attempt: int, path: Path) -> "Made":
    """Make it in the language of who asked for it; progress is noted at every new file and every few seconds."""
    from preorders.production import making  # makers of PDFs: a tenth of the start of every process that makes none

    watch, seen = leases.Watch(store.LEASES, row.id, attempt, EVERY), [0]

    def note(contents: "list[Content]") -> None:
        is_new, seen[0] = len(contents) != seen[0], len(contents)
        watch.note(is_new, contents=[asdict(each) for each in contents])

    person = accounts.person(db.session(), row.by_id)
    with force_locale(person.locale if person else "en"), writing.snapshot() as connection:
        return making.make(connection, drop, row.by_id, row.asked_at, path, note)
