"""Taking an export: written whole, logged, then handed over; a large one is written by a worker."""

import hashlib
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from preorders import queries as drops
from preorders.exports import queries, store, templates, writing
from preorders.exports.formats import FORMATS
from preorders.exports.writing import Wish
from preorders.order_list import Filters
from preorders.rows import DropRow
from webapp.accounts import audit
from webapp.infra.db import after_commit, db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

AT_ONCE = 10_000  # rows; what has more is written by a worker
IN_MEMORY = 1024 * 1024  # beyond that a nameless file on disk, gone when it is closed
LONGEST_NAME = 60


@dataclass(frozen=True)
class Exported:
    """A finished export: `file` stands at its beginning and is the caller's to close."""

    file: BinaryIO
    filename: str
    mimetype: str
    rows: int
    persons: int


def wish(template: str, kind: str, filters: Filters, columns: tuple[str, ...] = (), title: str = "") -> Wish:
    """Return what is wanted, checked; raises Refused('unknown-export') or Refused('unknown-column')."""
    found = Wish(templates.built_in(template, kind), kind, filters, columns, title)
    found.template.chosen(columns)
    return found


def export(drop_id: int, person_id: int, template: str, kind: str, filters: Filters, now: datetime) -> Exported:
    """Write the selection as a built-in template, at once whatever its size; log who took what, and return it.

    Raises NotFound, or Refused('unknown-export'). Nothing is handed over that is not in the log.
    """
    wanted, drop = wish(template, kind, filters), _drop(drop_id)
    with writing.snapshot() as connection:
        return _at_once(connection, drop, person_id, wanted, now)


def ask(drop_id: int, person_id: int, wanted: Wish, now: datetime) -> Exported | int:
    """Write a small export at once and return it; log a large one as waiting and return its id."""
    drop = _drop(drop_id)
    with writing.snapshot() as connection:
        rows = writing.count(connection, drop, wanted)
        if rows <= AT_ONCE:
            return _at_once(connection, drop, person_id, wanted, now)
    with transaction() as session:
        values = {"state": "waiting", "rows": rows, "filename": filename(drop, wanted, now)}
        export_id = _log(session, drop, person_id, wanted, now, **values)
        after_commit(lambda: store.LEASES.wake(export_id))
    return export_id


def retry(drop_id: int, export_id: int, person_id: int, now: datetime) -> None:
    """Let a worker try a failed export again; raises Refused('not-failed')."""
    drop = _drop(drop_id)
    with transaction() as session:
        if not store.wait_again(session, drop_id, export_id):
            raise Refused("not-failed", N_("This export has not failed."))
        audit.note(session, now, person_id, drop.artist_id, "drop.export.retry", f"drop:{drop_id}", export=export_id)
        after_commit(lambda: store.LEASES.wake(export_id))


def keep_template(
    artist_id: int, person_id: int, name: str, wanted: Wish, filters: Filters | None, shared: bool, now: datetime
) -> int:
    """Keep columns, format and, if given, a filter under a name; raises Refused('bad-name') or Refused('name-taken').

    A filter by product is left out: products are a drop's, templates a team's.
    """
    name = " ".join(name.replace("\x00", "").split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused("bad-name", N_("Give the template a name of 1 to 60 characters."), 422)
    kept_filters = asdict(filters) | {"product": None} if filters else {}
    values: dict[str, Any] = {"columns": list(wanted.columns), "filters": kept_filters, "shared": shared}
    with transaction() as session:
        kept = store.add_template(
            session,
            artist_id=artist_id,
            by_id=person_id,
            name=name,
            base=wanted.template.name,
            format=wanted.format,
            sort="",
            created_at=now,
            **values,
        )
        if kept is None:
            raise Refused("name-taken", N_("The team has a template of this name. Choose another one."))
        return kept


def remove_template(artist_id: int, person_id: int, template_id: int) -> None:
    """Remove one's own template; raises NotFound."""
    with transaction() as session:
        if not store.remove_template(session, artist_id, template_id, person_id):
            raise NotFound()


def template(artist_id: int, person_id: int, template_id: int) -> queries.TemplateRow:
    """Return a template the person may use; raises NotFound."""
    found = {row.id: row for row in queries.templates(db.session(), artist_id, person_id)}
    if template_id not in found:
        raise NotFound()
    return found[template_id]


def filename(drop: DropRow, wanted: Wish, now: datetime) -> str:
    """Return what the file is called, in letters every computer takes."""
    return (
        f"{drop.slug}-{_slug(wanted.title) or wanted.template.name}-{now:%Y%m%d-%H%M}.{FORMATS[wanted.format].ending}"
    )


def _at_once(connection: Connection, drop: DropRow, person_id: int, wanted: Wish, now: datetime) -> Exported:
    # It stays open for the caller; without a name it leaves nothing behind.
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115
    written = writing.write(connection, drop, wanted, file)
    name = filename(drop, wanted, now)
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(IN_MEMORY):
        digest.update(piece)
    file.seek(0)
    with transaction() as session:
        values = {"rows": written.rows, "persons": written.persons, "done_at": now, "filename": name}
        _log(session, drop, person_id, wanted, now, written=written.rows, sha256=digest.hexdigest(), **values)
    return Exported(file, name, FORMATS[wanted.format].mimetype, written.rows, written.persons)


def _log(session: Session, drop: DropRow, person_id: int, wanted: Wish, now: datetime, **values: Any) -> int:
    said = {"template": wanted.template.name, "format": wanted.format, "filters": asdict(wanted.filters)}
    columns = list(wanted.columns)
    export_id = store.log(session, drop_id=drop.id, by_id=person_id, at=now, columns=columns, **said, **values)
    counted = {name: value for name, value in values.items() if name in ("rows", "persons")}
    details: dict[str, Any] = {"export": export_id, "columns": columns} | said | counted
    audit.note(session, now, person_id, drop.artist_id, "drop.export", f"drop:{drop.id}", **details)
    return export_id


def _drop(drop_id: int) -> DropRow:
    drop = drops.drop(db.session(), drop_id)
    if drop is None:
        raise NotFound()
    return drop


def _slug(title: str) -> str:
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in title.casefold())
    return "-".join(part for part in letters.split("-") if part)[:40]
