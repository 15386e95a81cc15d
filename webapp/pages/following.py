"""Following things, in one tap, and the page with all that is followed. Nobody sees how many follow anything."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_login import current_user

from webapp.accounts.returning import safe_next
from webapp.infra.db import db
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound
from webapp.pages import subjects
from webapp.pages.blueprint import blueprint

TAPS = "60 per minute; 600 per hour"


@blueprint.get("/following")
def following() -> Any:
    """List what the reader follows, each with the way out; what was let go a moment ago can be taken back."""
    undo = _let_go(request.args.get("undo", ""))
    followed = subjects.of_person(db.session(), current_user.id)
    response = make_response(render_template("pages/following.html", followed=followed, undo=undo))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/following/<kind>/<key>")
@limiter.limit(TAPS)
def follow(kind: str, key: str) -> Any:
    """Follow a design, a contest, a person or an artist."""
    found = subjects.find(db.session(), kind, key)
    subjects.follow(found, current_user.id, now())
    return redirect(safe_next(request.form.get("next") or found.url))


@blueprint.post("/following/<kind>/<key>/stop")
@limiter.limit(TAPS)
def unfollow(kind: str, key: str) -> Any:
    """Follow it no longer; from the list, the way back stands where it was."""
    found = subjects.unfollow(db.session(), kind, key, current_user.id, now())
    back = request.form.get("next")
    if found and not back:
        return redirect(url_for("pages.following", undo=f"{found.kind}:{found.key}"))
    return redirect(safe_next(back or url_for("pages.following")))


def _let_go(said: str) -> subjects.Subject | None:
    kind, _, key = said.partition(":")
    try:
        return subjects.find(db.session(), kind, key) if key else None
    except NotFound:
        return None
