"""The page behind the link in a mail about a new device: looking changes nothing, its button signs that device out."""

from typing import Any

from flask import current_app, render_template

from webapp.accounts import not_me as signing
from webapp.accounts import queries
from webapp.accounts.blueprints import accounts
from webapp.infra.db import db
from webapp.infra.limits import limiter
from webapp.kernel.now import now


@accounts.get("/sign-in/not-me/<token>")
def not_me(token: str) -> Any:
    """Say which sign-in it is about, with one button."""
    return _page(token, signing.find(token, now()))


@accounts.post("/sign-in/not-me/<token>")
@limiter.limit("60 per hour")
def disown(token: str) -> Any:
    """Sign that browser out."""
    signing.disown(token, now())
    return _page(token, signing.find(token, now()))


def _page(token: str, found: signing.SignIn) -> Any:
    person = queries.person(db.session(), found.person_id)
    zone = (person.timezone if person else "") or "UTC"
    page = current_app.make_response(render_template("accounts/not_me.html", found=found, token=token, zone=zone))
    page.headers["Cache-Control"] = "no-store"
    return page
