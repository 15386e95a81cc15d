"""The page of one's own data: a file of everything, being erased; and the receipt, for who has no account any more."""

from typing import Any

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp.accounts import login
from webapp.accounts.guards import members_blueprint, public_blueprint, require_fresh
from webapp.accounts.my_data import erasing, queries, receipts, service
from webapp.infra.db import db
from webapp.infra.limits import limiter
from webapp.infra.storage import storage
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

blueprint = members_blueprint("my_data", __name__, url_prefix="/settings/my-data")
door = public_blueprint("erased", __name__, url_prefix="/erased")

A_FEW = "10 per hour"
door.add_app_template_filter(receipts.words, "sentences")


@blueprint.get("")
def index() -> Any:
    """What can be done with one's data, and how far a file is that was asked for."""
    return _private("my_data/index.html", **_export())


@blueprint.get("/status")
def status() -> Any:
    """The part of that page that changes."""
    return _private("my_data/status.html", **_export())


@blueprint.post("/export")
@limiter.limit(A_FEW)
def export() -> Response:
    """Ask for a file of everything."""
    service.ask_export(current_user.id, now())
    return redirect(url_for("my_data.index"), 303)


@blueprint.get("/file")
def file() -> Response:
    """Send the file to the person it is about, signed in freshly; nobody else can have it."""
    require_fresh()
    row, moment = queries.latest(db.session(), current_user.id, "export"), now()
    if row is None:
        raise NotFound()
    if row.file_key is None or not row.is_there(moment):
        raise Refused("link-expired", N_("This file was kept for a week and is gone. Ask for a new one."), 410)
    try:
        pieces = storage().pieces(row.file_key)
    except FileNotFoundError:
        raise NotFound() from None
    answer = FlaskResponse(pieces, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="my-data-{row.asked_at:%Y-%m-%d}.zip"'
    answer.headers["Content-Length"] = str(row.bytes)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.get("/erase")
def erase() -> Any:
    """Say what goes and what stays; the button is the next click."""
    first = receipts.words(erasing.sentences(erasing.obstacles(db.session(), current_user.id)))
    return _private("my_data/erase.html", first=first, fresh=current_user.fresh_until > now())


@blueprint.post("/erase")
@limiter.limit(A_FEW)
def erase_now() -> Response:
    """Erase the person: at once for all to see, by a worker for the rest."""
    require_fresh()
    token = service.ask_erasure(current_user.id, now())
    login.leave()
    return redirect(url_for("erased.receipt", token=token), 303)


@door.get("/<token>")
def receipt(token: str) -> Any:
    """What is gone and what stays, or how far it is."""
    template = "my_data/progress.html" if request.headers.get("HX-Request") == "true" else "my_data/receipt.html"
    row = service.receipt(token)
    said = {name: receipts.words(row.receipt.get(name, [])) for name in ("gone", "kept")}
    return _private(template, row=row, token=token, **said)


def _export() -> dict[str, Any]:
    row = queries.latest(db.session(), current_user.id, "export")
    moment = now()
    return {"row": row, "there": bool(row and row.is_there(moment)), "fresh": current_user.fresh_until > moment}


def _private(template: str, **values: Any) -> FlaskResponse:
    answer = FlaskResponse(render_template(template, **values))
    answer.headers["Cache-Control"] = "no-store"
    return answer
