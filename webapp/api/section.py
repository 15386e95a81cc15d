"""How an operation is written down: its address, its scope, what it takes and gives. None can forget its guard."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import marshmallow as ma
from flask import Response, g, request
from flask_smorest import Blueprint

from webapp.accounts.guards import GUARDS
from webapp.api import bearer, once
from webapp.api.parsing import BIGGEST, Parser
from webapp.infra.limits import limiter
from webapp.kernel.refusal import NotFound

PREFIX = "/api/v1"
JSON_BYTES = 256 * 1024
READS, WRITES = "600/minute", "120/minute"
KEY_PARAMETER = {
    "in": "header",
    "name": once.HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 8, "maxLength": 80, "pattern": "^[!-~]{8,80}$"},
    "description": "Sent again with the same key, the same request is done once and answered the same.",
}


class Section(Blueprint):
    """Operations about one thing."""

    ARGUMENTS_PARSER = Parser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = {
        "json": "application/json",
        "multipart": "multipart/form-data",
    }

    def __init__(self, name: str, description: str) -> None:
        super().__init__(f"api-{name}", __name__, url_prefix=PREFIX, description=description)
        GUARDS[self.name] = "token"
        self.before_request(_check)
        self.after_request(_mark)

    def operation(
        self,
        method: str,
        rule: str,
        *,
        scope: str,
        gives: type[ma.Schema] | None = None,
        status: int = 200,
        query: type[ma.Schema] | None = None,
        takes: type[ma.Schema] | None = None,
        form: type[ma.Schema] | None = None,
        public: bool = False,
        others: dict[int, str] | None = None,
        media: tuple[str, ...] = (),
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a view. It is called with the query, then the body (as mappings), then the address's parts.

        `public` operations need no token; `others` are statuses beyond the usual, with their descriptions;
        `media` are the kinds of a file it gives instead of JSON.
        """

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            made = self.response(status, gives)(view) if not media else _file(view, media)
            if takes or form:
                made = self.arguments(takes or form, location="json" if takes else "multipart")(made)
            if query:
                made = self.arguments(query, location="query")(made)
            made = _guarded(made, scope, public)
            made = limiter.limit(READS if method == "GET" else WRITES, key_func=bearer.counted_under)(made)
            made = self.doc(**_docs(method, scope, public, others or {}, bool(takes or form)))(made)
            self.route(rule, methods=[method])(made)
            return view

        return register


def _file(view: Callable[..., Any], media: tuple[str, ...]) -> Callable[..., Any]:
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media}
    view._apidoc = {"manual_doc": {"responses": {"200": {"description": "The file", "content": content}}}}  # type: ignore[attr-defined]
    return view


def _guarded(view: Callable[..., Any], scope: str, public: bool) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        bearer.require(scope, public)
        return view(*args, **kwargs)

    return guarded


def _docs(method: str, scope: str, public: bool, others: dict[int, str], has_body: bool) -> dict[str, Any]:
    needs: list[dict[str, list[str]]] = [{"token": []}]
    statuses = {401: "The token is missing or wrong", 403: f"The token lacks the scope {scope}", 404: "No such thing"}
    statuses |= {429: "Too many requests"}
    if method != "GET":
        statuses |= {409: "The situation does not allow it", 422: "Something is not right; errors name the fields"}
    if has_body:
        statuses |= {400: "Not readable", 413: "Too big", 415: "Another kind of data"}
    statuses |= others
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    docs: dict[str, Any] = {
        "security": [*needs, {}] if public else needs,
        "responses": {
            str(code): {"description": words, "content": problem} if code >= 400 else {"description": words}
            for code, words in statuses.items()
        },
        "x-scope": scope,
    }
    if method == "POST":
        docs["parameters"] = [KEY_PARAMETER]
    return docs


def _check() -> None:
    """Refuse what no database could look for, and limit what will be read."""
    for value in (request.view_args or {}).values():
        if (isinstance(value, str) and "\x00" in value) or (isinstance(value, int) and value > BIGGEST):
            raise NotFound()
    if request.mimetype != "multipart/form-data":
        request.max_content_length = JSON_BYTES


def _mark(response: Response) -> Response:
    if g.get("api_replayed") and response.status_code < 400:
        response.headers[once.REPLAYED] = "true"
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
