"""From a finalist to the files of its kit: ask the child process for what shows the picture, keep everything.

Nothing here writes a row. Names are a function of original, recipe and words, so doing it twice stores the same
bytes under the same keys.
"""

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import Phase
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from contests.submissions.finalists import links
from contests.submissions.images import sandbox
from contests.submissions.images.kit.order import CODES, DRAWN, KitOrder
from contests.submissions.images.kit.qr import code_files
from contests.submissions.images.limits import Limits
from contests.submissions.originals import limits
from contests.submissions.queries import DesignRow, RevisionRow
from webapp.accounts import queries as people
from webapp.infra.i18n import when
from webapp.infra.storage import storage

ZIP = "kit.zip"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""Every file in the zip says so: its bytes depend on what is in it alone."""
PRINT_BYTES, PRINT_PIXELS = 130 * 1_000_000, 26_000_000
"""What print files that were composed here may have, whatever uploads may."""


@dataclass(frozen=True)
class Work:
    """What is ordered, and the stored picture it is made of."""

    order: KitOrder
    key: str
    composed: bool


def work_on(session: Session, submission_id: int, now: datetime) -> Work | None:
    """Return what a kit is made of; None when the design has no finished picture."""
    design = submissions.by_id(session, submission_id)
    contest = contests.contest(session, design.contest_id) if design else None
    if design is None or contest is None or design.revision is None:
        return None
    author = people.person(session, design.author_id)
    artist = people.artist(session, contest.artist_id)
    products = contests.products(session, contest.id)
    cloths = tuple(dict.fromkeys(colour["hex"] for each in products for colour in each.colours))
    with force_locale(author.locale if author else "en"):
        order = _order(design, design.revision, contest, artist.name if artist else "", cloths, now)
    key, composed = _picture(design.revision)
    return Work(order, key, composed)


def make(work: Work, folder: Path) -> list[dict[str, Any]]:
    """Make and store every file of a kit; return {"part", "key", "bytes"} of each.

    `folder` is empty and goes away afterwards. Raises Unacceptable, DecoderLost and OSError.
    """
    original, out = folder / "original", folder / "out"
    original.write_bytes(storage().get(work.key))
    sandbox.draw_kit(original, work.order, out, _limits(work.composed))
    files = code_files(work.order) | {part: (out / work.order.name(part)).read_bytes() for part in DRAWN}
    files[ZIP] = _zipped({part: files[part] for part in (*DRAWN, *CODES)})
    made = []
    for part, data in files.items():
        key = f"kits/{work.order.sha256[:2]}/{work.order.name(part)}"
        storage().put(key, data)
        made.append({"part": part, "key": key, "bytes": len(data)})
    return made


def _order(
    design: DesignRow, revision: RevisionRow, contest: ContestRow, artist: str, cloths: tuple[str, ...], now: datetime
) -> KitOrder:
    """The words of a kit, in the language of the moment."""
    votes = contest.final_at is not None and contest.phase(now) is Phase.FINAL
    until = when(contest.picking_at, contest.timezone) if votes and contest.picking_at else ""
    name = " ".join(design.author_name.split())
    return KitOrder(
        sha256=revision.original_sha256,
        title=design.title,
        nick=name if " " in name else f"@{name}",
        by=gettext("by %(name)s", name=name),
        place=f"{contest.title}, {artist}" if artist else contest.title,
        call=gettext("Scan and vote") if votes else gettext("Scan and see it"),
        note=gettext("Until %(moment)s", moment=until) if until else "",
        address=links.scanned(design.code),
        link=links.printed(design.code),
        cloths=cloths,
    )


def _picture(revision: RevisionRow) -> tuple[str, bool]:
    """The stored picture of a revision: what was uploaded, or the front that was composed from a drawing."""
    prints = sorted(revision.print_files, key=lambda each: each["side"] != "front")
    if revision.source == "studio" and prints:
        return prints[0]["key"], True
    return revision.original_key, False


def _limits(composed: bool) -> Limits:
    usual = limits()
    if not composed:
        return usual
    return replace(usual, bytes=max(usual.bytes, PRINT_BYTES), pixels=max(usual.pixels, PRINT_PIXELS))


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:  # pictures don't get smaller
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name, _LONG_AGO), data)
    return out.getvalue()
