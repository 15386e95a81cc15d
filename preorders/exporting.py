"""Taking an export: written whole, logged, then handed over."""

import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

from preorders import order_list, queries, store
from preorders.exports import FORMATS, TEMPLATES, Template
from preorders.order_list import Filters
from webapp.accounts import audit
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

IN_MEMORY = 1024 * 1024  # beyond that a nameless file on disk, gone when it is closed


@dataclass(frozen=True)
class Exported:
    """A finished export: `file` stands at its beginning and is the caller's to close."""

    file: BinaryIO
    filename: str
    mimetype: str
    rows: int
    persons: int


def export(drop_id: int, person_id: int, template: str, kind: str, filters: Filters, now: datetime) -> Exported:
    """Write the selection as `template` in format `kind`, log who took what, and return it.

    Raises NotFound, or Refused('unknown-export'). Nothing is handed over that is not in the log.
    """
    if template not in TEMPLATES or kind not in FORMATS:
        raise Refused("unknown-export", N_("There is no such export."), 422)
    chosen, form, session = TEMPLATES[template], FORMATS[kind], db.session()
    drop = queries.drop(session, drop_id)
    if drop is None:
        raise NotFound()
    # It stays open for the caller; without a name it leaves nothing behind.
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115
    rows = form.write(file, chosen.columns, _rows(drop_id, chosen, filters), drop.timezone)
    persons = order_list.totals(session, drop_id, filters).persons if chosen.personal else 0
    values = {
        "template": template,
        "format": kind,
        "filters": asdict(filters),
        "rows": rows,
        "persons": persons,
    }
    with transaction() as writing:
        store.log_export(writing, drop_id=drop_id, by_id=person_id, at=now, **values)
        audit.note(writing, now, person_id, drop.artist_id, "drop.export", f"drop:{drop_id}", **values)
    file.seek(0)
    filename = f"{drop.slug}-{template}-{now:%Y%m%d-%H%M}.{form.ending}"
    return Exported(file, filename, form.mimetype, rows, persons)


def _rows(drop_id: int, template: Template, filters: Filters) -> Iterable[Any]:
    if template.name == "size-run":
        return order_list.units(db.session(), drop_id, filters)
    return order_list.stream(db.session(), drop_id, filters)
