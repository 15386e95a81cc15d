"""The desk's page of a drop's production pack: make it by one button, see it grow, take it."""

from typing import Any

from flask import Response as FlaskResponse
from flask import g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from preorders import queries as drops
from preorders.production import queries, service, words
from preorders.rows import DropRow
from webapp.accounts import queries as accounts
from webapp.accounts.guards import require_fresh, team_blueprint
from webapp.infra.db import db
from webapp.infra.storage import storage
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

blueprint = team_blueprint(
    "production", __name__, "merch_staff", url_prefix="/team/<artist_slug>/drops/<int:drop_id>/production"
)


@blueprint.get("")
def index(artist_slug: str, drop_id: int) -> str:
    """The pack as it stands, and earlier ones."""
    return render_template("desk/production.html", **_shown(_drop(drop_id)))


@blueprint.get("/status")
def status(artist_slug: str, drop_id: int) -> str:
    """The part of that page that changes."""
    return render_template("desk/production_status.html", **_shown(_drop(drop_id)))


@blueprint.post("")
def ask(artist_slug: str, drop_id: int) -> Response:
    """Let the pack be made."""
    service.ask(_drop(drop_id).id, current_user.id, now())
    return _back(drop_id)


@blueprint.post("/<int:pack_id>/retry")
def retry(artist_slug: str, drop_id: int, pack_id: int) -> Response:
    """Let a failed pack be tried again."""
    service.retry(_drop(drop_id).id, pack_id, current_user.id, now())
    return _back(drop_id)


@blueprint.post("/<int:pack_id>/file")
def take(artist_slug: str, drop_id: int, pack_id: int) -> Response:
    """Send the ZIP to a member of the team who has just signed in, and write down that they took it."""
    drop = _drop(drop_id)
    require_fresh()
    row = service.hand_over(drop.id, pack_id, current_user.id, now())
    assert row.file_key is not None
    try:
        pieces = storage().pieces(row.file_key)
    except FileNotFoundError:
        raise NotFound() from None
    answer = FlaskResponse(pieces, mimetype="application/zip")
    name = f"{drop.slug}-production-pack-{row.asked_at:%Y%m%d-%H%M}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Length"] = str(row.size)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _shown(drop: DropRow) -> dict[str, Any]:
    session, moment = db.session(), now()
    packs = queries.of_drop(session, drop.id)
    latest = packs[0] if packs else None
    earlier = [pack for pack in packs[1:] if pack.done_at]
    return {
        "drop": drop,
        "pack": latest,
        "there": latest is not None and latest.is_there(moment),
        "standing": next((pack for pack in earlier if pack.is_there(moment)), None),
        "earlier": earlier,
        "names": accounts.names(session, {pack.by_id for pack in packs}),
        "words": words,
    }


def _back(drop_id: int) -> Response:
    return redirect(url_for("production.index", artist_slug=g.artist.slug, drop_id=drop_id), 303)


def _drop(drop_id: int) -> DropRow:
    drop = drops.drop(db.session(), drop_id)
    if drop is None or drop.artist_id != g.artist.id:
        raise NotFound()
    return drop
