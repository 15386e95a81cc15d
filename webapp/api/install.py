"""The API as a whole: its sections, and its description at /api/openapi.json."""

from typing import Any

from flask import Flask
from flask_smorest import Api
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
from webapp.api.schemas import ProblemSchema

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
ABOUT = """Everything a program may do here, with a personal token (Settings, Tokens).

Failures are `application/problem+json` with a stable `code`. Lists are read page by page: send `next` as
`after`. A POST with an `Idempotency-Key` may be sent again: it is done once. Too many requests are
answered 429 with `Retry-After`. What is not yours looks like what does not exist."""


class Described(Api):
    """The description; failures are answered by the application's one handler."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to webapp.infra.errors."""

    def _register_responses(self) -> None:
        self.spec.components.schema("Problem", schema=ProblemSchema)
        problem: dict[str, Any] = {
            "description": "Why it could not be done",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        self.spec.components.response("DEFAULT_ERROR", problem, lazy=True)
        self.spec.components.response("UNPROCESSABLE_ENTITY", problem, lazy=True)


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Register the API's sections; its callers bear tokens, so forms' CSRF does not apply."""
    app.config.update(
        API_TITLE="Fanmade",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": ABOUT}},
    )
    bearer.install(app)
    parsing.install(app)
    api = Described(app)
    GUARDS["api-docs"] = "public"
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for section in SECTIONS:
        csrf.exempt(section)
        api.register_blueprint(section)
