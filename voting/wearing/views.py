"""The tap that says "I'd wear it": a form without script, a part of the page with htmx, JSON for programs of ours."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request
from flask_babel import gettext
from flask_login import current_user

from contests import queries as contests
from voting import answers, paths, queries
from voting.wearing import service
from voting.wearing.asking import ask
from webapp.accounts.guards import public_blueprint
from webapp.infra import errors
from webapp.infra.db import db
from webapp.infra.device import device_id
from webapp.infra.limits import limiter
from webapp.infra.templating import is_fragment
from webapp.kernel import codes
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

blueprint = public_blueprint("wearing", __name__)


@blueprint.post("/D/<code>/wear")
@limiter.limit("120 per minute", key_func=answers.voter)
def wear(code: str) -> Any:
    """Note the `size` in which the reader would wear the design; with `wish=withdraw` take it back."""
    moment = now()
    design = queries.named(db.session(), codes.normalise(code))
    if design is None:
        raise NotFound()
    db.session.rollback()
    try:
        state, size = _act(design.id, moment)
    except Refused as refused:
        return answers.refused(refused, design.contest_slug)
    text = _words(state, size)
    if errors.wants_json():
        return jsonify({"state": state, "size": size, "message": text})
    if is_fragment():
        return _part(design.id, design.code)
    flash(text, "info" if state == "pending" else "ok")
    return redirect(paths.design(design.code) + "#wear", 303)


def _act(design_id: int, moment: Any) -> tuple[str, str | None]:
    size = request.form.get("size", "")
    if request.form.get("wish") == "withdraw":
        return service.take_back(design_id, current_user.id, device_id(), moment), None
    return service.wear(design_id, current_user.id, device_id(), size, moment), size


def _part(design_id: int, code: str) -> str:
    choice = queries.choice(db.session(), design_id)
    if choice is None:
        raise NotFound()
    products = contests.products(db.session(), choice.contest_id)
    asked = ask(db.session(), design_id, products, current_user.id, device_id())
    return render_template("wearing/ask.html", wear=asked, code=code)


def _words(state: str, size: str | None) -> str:
    if state == "none":
        return str(gettext("Taken back."))
    if state == "pending":
        return str(gettext("Kept: %(size)s. It counts once you have signed in.", size=size))
    return str(gettext("Noted: %(size)s. You can change it until voting ends.", size=size))
