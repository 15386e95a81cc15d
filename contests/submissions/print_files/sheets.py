"""The tech sheet: one page with what a printer needs of a design, and the files to download. For the team only."""

from dataclasses import dataclass

from flask import Response, g, render_template

from contests import queries as contests
from contests.submissions import media, queries
from contests.submissions.print_files import queries as print_files
from contests.submissions.print_files import rules
from contests.submissions.print_files.rows import Standing
from contests.submissions.print_view import shown
from contests.submissions.queries import DesignRow
from webapp.accounts.guards import team_blueprint
from webapp.infra.db import db
from webapp.kernel import codes
from webapp.kernel.refusal import NotFound

blueprint = team_blueprint("print_sheets", __name__, "artist", "merch_staff")
SHEET = "/team/<artist_slug>/designs/<code>/print"
_ENDINGS = {"JPEG": "jpg", "TIFF": "tif"}


@dataclass(frozen=True)
class Download:
    """A file of a design: its name in the address, its key in storage, what it is called on disk."""

    part: str
    key: str
    name: str
    width: int
    height: int
    bytes: int


@blueprint.get(SHEET)
def sheet(artist_slug: str, code: str) -> str:
    """Show files, placement in cm, inks, colours of cloth and the report for every product."""
    design = _design(code)
    standing = print_files.standing(db.session(), design.id)
    products = {each.position: each for each in contests.products(db.session(), design.contest_id)}
    return render_template(
        "print_files/sheet.html",
        design=design,
        contest=contests.contest(db.session(), design.contest_id),
        standing=standing,
        likeness=rules.likeness(standing.file.distance) if standing.file else "",
        reports=[(each, products.get(each.values["product"])) for each in shown(standing.reports)],
        downloads=_downloads(design, standing),
    )


@blueprint.get(SHEET + "/<part>")
def download(artist_slug: str, code: str, part: str) -> Response:
    """Send one of the files as a download."""
    design = _design(code)
    files = _downloads(design, print_files.standing(db.session(), design.id))
    found = next((each for each in files if each.part == part), None)
    if found is None:
        raise NotFound()
    response = media.private_file(found.key, "application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _downloads(design: DesignRow, standing: Standing) -> list[Download]:
    """What a printer would take first: the print file that was sent, composed sides, the picture as entered."""
    files, revision = [], design.revision
    if standing.file:
        sent = standing.file
        name = f"{design.code}-print.{_ending(sent.format)}"
        files.append(Download("file", sent.original_key, name, sent.width, sent.height, sent.bytes))
    for each in revision.print_files if revision else ():
        name = f"{design.code}-{each['side']}.png"
        files.append(Download(each["side"], each["key"], name, each["w"], each["h"], 0))
    if revision and revision.source == "upload":
        name = f"{design.code}-entered.{_ending(revision.format)}"
        files.append(Download("entered", revision.original_key, name, revision.width, revision.height, revision.bytes))
    return files


def _ending(kind: str) -> str:
    return _ENDINGS.get(kind, kind.lower())


def _design(code: str) -> DesignRow:
    """Return a design sent in to this artist; others do not exist."""
    design = queries.design(db.session(), codes.normalise(code))
    if design is None or not design.submitted_at or design.withdrawn_at:
        raise NotFound()
    if queries.artist_of(db.session(), design.id) != g.artist.id:
        raise NotFound()
    return design
