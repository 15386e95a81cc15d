"""The API as a whole: its sections, and its description at /api/openapi.json."""

from flask import Blueprint, Flask, Response
from flask_wtf import CSRFProtect

from webapp.accounts.guards import GUARDS
from webapp.api import (
    bearer,
    comments,
    contests,
    designs,
    drops,
    following,
    me,
    parsing,
    questions,
    staff_contests,
    staff_drops,
    staff_moderation,
    votes,
    wearing,
)

SECTIONS = (
    me.section,
    contests.section,
    designs.section,
    comments.section,
    questions.section,
    following.section,
    votes.section,
    wearing.section,
    drops.section,
    staff_contests.section,
    staff_moderation.section,
    staff_drops.section,
)


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Register the API's sections; its callers bear tokens, so forms' CSRF does not apply."""
    bearer.install(app)
    parsing.install(app)
    docs = Blueprint("api-docs", __name__, url_prefix="/api")
    docs.add_url_rule("/openapi.json", "openapi_json", _description)
    GUARDS[docs.name] = "public"
    app.register_blueprint(docs)
    for section in SECTIONS:
        csrf.exempt(section)
        app.register_blueprint(section)


def _description() -> Response:
    from webapp.api.describing import description  # only here: few processes are ever asked

    return Response(description(SECTIONS), mimetype="application/json")
