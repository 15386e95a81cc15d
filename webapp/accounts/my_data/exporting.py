"""The file of everything about a person: JSON, pictures, and a page that says what is what. For a worker."""

import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from webapp.accounts.my_data import tables
from webapp.accounts.my_data.rooms import ROOMS, File
from webapp.infra.storage import storage

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def write(session: Session, person_id: int, locale: str, now: datetime, path: Path) -> None:
    """Write the zip to `path`; `session` is one in which nothing changes meanwhile. A file that is gone is left out."""
    chapters, files = _chapters(session, person_id), _files(session, person_id)
    session.rollback()  # pictures take a while: hold no connection meanwhile
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        with force_locale(locale):
            packed.writestr(_entry("README.txt"), _readme(now))
        for name, rows in chapters.items():
            packed.writestr(_entry(f"{name}.json"), json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        for file in files:
            _copy(packed, file)


def _chapters(session: Session, person_id: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for room in ROOMS:
        for holding in room.holdings:
            if holding.chapter:
                found.setdefault(holding.chapter, []).extend(tables.rows_of(session, holding, person_id))
        for chapter in room.chapters:
            found[chapter.name] = chapter.rows(session, person_id)
    return dict(sorted(found.items()))


def _files(session: Session, person_id: int) -> list[File]:
    found = [file for room in ROOMS if room.files for file in room.files(session, person_id)]
    return list({file.name: file for file in found}.values())


def _copy(packed: zipfile.ZipFile, file: File) -> None:
    try:
        pieces = storage().pieces(file.key)
    except FileNotFoundError:
        return
    entry = _entry(file.name)
    entry.compress_type = zipfile.ZIP_STORED  # pictures don't get smaller
    with packed.open(entry, "w", force_zip64=True) as target:
        for piece in pieces:
            target.write(piece)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _readme(now: datetime) -> str:
    day = f"{now:%Y-%m-%d %H:%M} UTC"
    said = [
        gettext("Everything this site keeps about you, as it was at %(moment)s.", moment=day),
        gettext("Each .json file is a list you can read in any text editor; moments are in UTC, money in cents."),
        gettext("The folder pictures holds what you sent in, and your designs as others see them."),
        gettext(
            "Left out are secrets that would let somebody else in (passwords and tokens, which we keep only as "
            "fingerprints) and the names of other people."
        ),
        gettext("You can have all of this erased: Settings, My data, Erase me."),
    ]
    return "\n\n".join(said) + "\n"
