"""The API's description (OpenAPI), made of the operations when it is asked for.

Who makes it (flask-smorest, apispec) is loaded then: few processes are ever asked, and it is 5 MB.
"""

from functools import cache
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint

from webapp.api import once
from webapp.api.schemas import ProblemSchema
from webapp.api.section import PREFIX, Operation, Section, View
from webapp.infra.paging import WholeNumber

ABOUT = """Everything a program may do here, with a personal token (Settings, Tokens).

Failures are `application/problem+json` with a stable `code`. Lists are read page by page: send `next` as
`after`. A POST with an `Idempotency-Key` may be sent again: it is done once. Too many requests are
answered 429 with `Retry-After`. What is not yours looks like what does not exist."""
KEY_PARAMETER = {
    "in": "header",
    "name": once.HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 8, "maxLength": 80, "pattern": "^[!-~]{8,80}$"},
    "description": "Sent again with the same key, the same request is done once and answered the same.",
}


class _Described(Api):
    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Nothing is asked of what is only described."""

    def _register_responses(self) -> None:
        self.spec.components.schema("Problem", schema=ProblemSchema)
        problem: dict[str, Any] = {
            "description": "Why it could not be done",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        self.spec.components.response("DEFAULT_ERROR", problem, lazy=True)
        self.spec.components.response("UNPROCESSABLE_ENTITY", problem, lazy=True)


class _Chapter(Blueprint):
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = {
        "json": "application/json",
        "multipart": "multipart/form-data",
    }


@cache
def description(sections: tuple[Section, ...]) -> str:
    """Return the description of these sections as JSON."""
    app = Flask("description")
    app.url_map.converters["int"] = WholeNumber
    app.config.update(
        API_TITLE="Fanmade",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={"info": {"description": ABOUT}},
    )
    api = _Described(app)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for section in sections:
        chapter = _Chapter(section.name, __name__, url_prefix=PREFIX, description=section.description)
        for told in section.operations:
            chapter.route(told.rule, methods=[told.method])(_documented(chapter, told))
        api.register_blueprint(chapter)
    return app.json.dumps(api.spec.to_dict(), indent=2, sort_keys=False)


def _documented(chapter: _Chapter, told: Operation) -> View:
    made = chapter.response(told.status, told.gives)(told.view) if not told.media else _file(told)
    if body := told.takes or told.form:
        made = chapter.arguments(body, location="json" if told.takes else "multipart")(made)
    if told.query:
        made = chapter.arguments(told.query, location="query")(made)
    documented: View = chapter.doc(**_docs(told))(made)
    return documented


def _file(told: Operation) -> View:
    def file() -> None:
        """Stands for the view, which may not be changed."""

    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in told.media}
    file.__name__, file.__doc__ = told.view.__name__, told.view.__doc__
    file._apidoc = {"manual_doc": {"responses": {"200": {"description": "The file", "content": content}}}}  # type: ignore[attr-defined]
    return file


def _docs(told: Operation) -> dict[str, Any]:
    needs: list[dict[str, list[str]]] = [{"token": []}]
    statuses = {
        401: "The token is missing or wrong",
        403: f"The token lacks the scope {told.scope}",
        404: "No such thing",
    }
    statuses |= {429: "Too many requests"}
    if told.method != "GET":
        statuses |= {409: "The situation does not allow it", 422: "Something is not right; errors name the fields"}
    if told.takes or told.form:
        statuses |= {400: "Not readable", 413: "Too big", 415: "Another kind of data"}
    statuses |= told.others
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    docs: dict[str, Any] = {
        "security": [*needs, {}] if told.public else needs,
        "responses": {
            str(code): {"description": words, "content": problem} if code >= 400 else {"description": words}
            for code, words in statuses.items()
        },
        "x-scope": told.scope,
    }
    if told.method == "POST":
        docs["parameters"] = [KEY_PARAMETER]
    return docs
