"""A finalist's kit: its page and files for the author and the artist's team, its wallpaper for everybody."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask_login import current_user

from contests import queries as contests
from contests.submissions import failures, media
from contests.submissions import queries as submissions
from contests.submissions.finalists import links, queries, service, travels
from contests.submissions.finalists.making import ZIP
from contests.submissions.finalists.rows import KitRow
from contests.submissions.images.kit.order import WALLPAPERS
from contests.submissions.queries import DesignRow
from webapp.accounts.guards import members_blueprint
from webapp.infra.db import db
from webapp.infra.templating import is_fragment
from webapp.kernel import codes
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

blueprint: Blueprint = members_blueprint("finalists", __name__, strangers=("wallpaper",))
PAGE = "/designs/<code>/kit"
DAYS = 14
TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


@blueprint.get(PAGE)
def kit(code: str) -> Response:
    """Show what is in the kit, and how often it was used."""
    design = _shown(code)
    return _private(render_template("finalists/kit.html", **_seen(design)))


@blueprint.get(PAGE + "/status")
def status(code: str) -> Any:
    """Tell how far the kit is: a fragment for htmx, else the page. Once it is made, the whole page is asked for."""
    design = _shown(code)
    if not is_fragment():
        return redirect(f"/designs/{design.code}/kit")
    seen = _seen(design)
    response = _private(render_template("finalists/status.html", **seen))
    if not seen["kit"].waiting:
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post(PAGE + "/retry")
def retry(code: str) -> Any:
    """Make a kit anew that failed."""
    design = _shown(code)
    service.retry(design.id)
    return redirect(f"/designs/{design.code}/kit")


@blueprint.get(PAGE + "/<part>")
def download(code: str, part: str) -> Response:
    """Send one file of the kit, or all of them as a zip."""
    design = _shown(code)
    response = _file(_kit(design), part, f"{design.code}-{part}")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@blueprint.get("/D/<code>/wallpaper")
def wallpaper(code: str) -> Response:
    """Send a finalist's wallpaper to anybody, and count that: the size that fits the phone that asks, or `size`."""
    design = submissions.design(db.session(), codes.normalise(code))
    if design is None or not design.submitted_at:
        raise NotFound()
    if design.withdrawn_at and design.approved_at:
        abort(410)
    if not submissions.is_public(design):
        raise NotFound()
    part = _size(request.args.get("size", ""), request.headers.get("User-Agent", ""))
    response = _file(_kit(design), part, f"{design.code}-{part}")
    response.headers["Cache-Control"] = "no-store"  # else it could not be counted
    travels.note(design.id, travels.WALLPAPER)
    return response


def _size(wanted: str, agent: str) -> str:
    """The wallpaper of that name, or the one in the shape of the reader's phone; either looks well on any."""
    tall, taller = WALLPAPERS
    part = f"wallpaper-{wanted}.jpg"
    return part if part in WALLPAPERS else tall if "iPhone" in agent else taller


def _file(kit: KitRow, part: str, name: str) -> Response:
    found = kit.file(part)
    if found is None:
        raise NotFound()
    response = media.private_file(found["key"], TYPES[part.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _seen(design: DesignRow) -> dict[str, Any]:
    session, found = db.session(), _kit(design)
    like_a_revision: Any = found
    moment = now()
    return {
        "design": design,
        "contest": contests.contest(session, design.contest_id),
        "kit": found,
        "own": design.author_id == current_user.id,
        "files": {each["part"]: each for each in found.files},
        "wallpapers": WALLPAPERS,
        "everything": found.file(ZIP),
        "link": links.printed(design.code),
        "failure": failures.sentence(like_a_revision),
        "counts": queries.counts(session, [design.id]).get(design.id, queries.Counts()),
        "days": queries.days(session, design.id, moment.date(), DAYS),
    }


def _kit(design: DesignRow) -> KitRow:
    found = queries.of_design(db.session(), design.id)
    if found is None:
        raise NotFound()
    return found


def _shown(code: str) -> DesignRow:
    """Return a design of the reader's, or one in a contest of a team of theirs; for others it has no kit."""
    design = submissions.design(db.session(), codes.normalise(code))
    if design is None or not design.submitted_at:
        raise NotFound()
    if design.author_id != current_user.id and not _in_team(design):
        raise NotFound()
    if design.withdrawn_at or not submissions.is_public(design):
        raise Refused("kit-away", N_("This design is not shown any more, so its kit is put away."), 410)
    return design


def _in_team(design: DesignRow) -> bool:
    artist_id = submissions.artist_of(db.session(), design.id)
    member = artist_id is not None and current_user.has_role(artist_id, "artist", "merch_staff", "moderator")
    return bool(member or current_user.is_operator)


def _private(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
