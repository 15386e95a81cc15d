"""Passkeys in the settings, and signing in by one. The browser's part is static/js/passkey.js."""

import hashlib
from typing import Any

import structlog
from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp.accounts import factors
from webapp.accounts.guards import fresh, is_fresh, members_blueprint
from webapp.accounts.passkeys import here, queries, service
from webapp.accounts.passkeys.rules import MOST, Site
from webapp.accounts.returning import safe_next
from webapp.accounts.roles import device_name
from webapp.accounts.sign_in_views import CROWD, GUESSES, enter_browser
from webapp.infra.db import db
from webapp.infra.device import device_id
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

log = structlog.get_logger()
blueprint = members_blueprint("passkeys", __name__, strangers=("question", "enter"))
blueprint.add_app_template_global(here.passkeys_here)

A_FEW = "30 per hour"


def typed_credential() -> str:
    """Return the key a try is counted under: the answer's credential, hashed, known to us or not."""
    said = (request.form.get("id") or "")[:1400]
    return "passkey:" + hashlib.sha256(said.encode()).hexdigest()[:24]


@blueprint.post("/sign-in/passkey/question")
@limiter.limit(CROWD)
def question() -> Response:
    """Give the browser what it asks a passkey."""
    return _said(service.sign_in_question(_site(), device_id()))


@blueprint.post("/sign-in/passkey")
@limiter.limit(CROWD)
@limiter.limit(GUESSES, key_func=typed_credential)
def enter() -> Response:
    """Take a passkey's answer: the person is signed in, and what they did as a stranger counts."""
    credential = request.form.get("credential", "")
    try:
        entered = service.enter(_site(), credential, request.user_agent.string, device_id(), now())
    except Refused as refused:
        log.warning("sign-in refused", way="passkey", why=refused.code)
        raise
    going = enter_browser(entered, request.form.get("next"), factors.PASSKEY)
    flash(gettext("You are signed in."), "ok")
    return _said({"next": going.location})


@blueprint.get("/settings/passkeys")
def index() -> Response:
    """List one's passkeys, and add one."""
    page = render_template(
        "passkeys/index.html",
        passkeys=queries.of_person(db.session(), current_user.id),
        is_possible=here.passkeys_here(),
        elsewhere=here.by_localhost(),
        fresh=is_fresh(),
        most=MOST,
        next=safe_next(request.args.get("next")) if request.args.get("next") else "",
    )
    answer = current_app.make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/settings/passkeys/question")
@limiter.limit(A_FEW)
@fresh
def add_question() -> Response:
    """Give the browser what it asks to make a passkey."""
    return _said(service.registration_question(_site(), current_user))


@blueprint.post("/settings/passkeys")
@limiter.limit(A_FEW)
@fresh
def add() -> Response:
    """Keep the passkey that the browser made."""
    name = request.form.get("name", "").strip() or device_name(request.user_agent.string)
    service.register(_site(), current_user, request.form.get("credential", ""), name, now())
    flash(gettext("Your passkey is ready. Next time it signs you in with one tap."), "ok")
    return _said({"next": safe_next(request.form.get("next") or url_for("passkeys.index"))})


@blueprint.post("/settings/passkeys/<int:passkey_id>/name")
@fresh
def rename(passkey_id: int) -> Any:
    """Give a passkey another name."""
    service.rename(current_user.id, passkey_id, request.form.get("name", ""))
    flash(gettext("Saved."), "ok")
    return redirect(url_for("passkeys.index"))


@blueprint.post("/settings/passkeys/<int:passkey_id>/remove")
@fresh
def remove(passkey_id: int) -> Any:
    """Remove a passkey."""
    service.remove(current_user.id, passkey_id, now())
    flash(gettext("That passkey no longer opens anything here. Delete it on your device, too."), "ok")
    return redirect(url_for("passkeys.index"))


def _site() -> Site:
    found = here.site()
    if found is None:
        raise NotFound()
    return found


def _said(what: dict[str, Any]) -> Response:
    answer = jsonify(what)
    answer.headers["Cache-Control"] = "no-store"
    return answer
