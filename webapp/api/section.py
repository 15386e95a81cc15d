"""How an operation is written down: its address, its scope, what it takes and gives. None can forget its guard."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any

import marshmallow as ma
from flask import Blueprint, g, jsonify, request
from werkzeug import Response

from webapp.accounts.guards import GUARDS
from webapp.api import bearer, once
from webapp.api.parsing import BIGGEST, Parser
from webapp.infra.limits import limiter
from webapp.kernel.refusal import NotFound

PREFIX = "/api/v1"
JSON_BYTES = 256 * 1024
READS, WRITES = "600/minute", "120/minute"

View = Callable[..., Any]
Schema = type[ma.Schema]
_parser = Parser()


@dataclass(frozen=True)
class Operation:
    """One operation as it is written down, from which it is served and described (`webapp.api.describing`)."""

    method: str
    rule: str
    view: View
    scope: str
    gives: Schema | None = None
    status: int = 200
    query: Schema | None = None
    takes: Schema | None = None
    form: Schema | None = None
    public: bool = False
    others: dict[int, str] = field(default_factory=dict)
    media: tuple[str, ...] = ()


class Section(Blueprint):
    """Operations about one thing."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(f"api-{name}", __name__, url_prefix=PREFIX)
        self.description = description
        self.operations: list[Operation] = []
        GUARDS[self.name] = "token"
        self.before_request(_check)
        self.after_request(_mark)

    def operation(
        self,
        method: str,
        rule: str,
        *,
        scope: str,
        gives: Schema | None = None,
        status: int = 200,
        query: Schema | None = None,
        takes: Schema | None = None,
        form: Schema | None = None,
        public: bool = False,
        others: dict[int, str] | None = None,
        media: tuple[str, ...] = (),
    ) -> Callable[[View], View]:
        """Register a view. It is called with the query, then the body (as mappings), then the address's parts.

        `public` operations need no token; `others` are statuses beyond the usual, with their descriptions;
        `media` are the kinds of a file it gives instead of JSON.
        """

        def register(view: View) -> View:
            told = Operation(method, rule, view, scope, gives, status, query, takes, form, public, others or {}, media)
            self.operations.append(told)
            made = _guarded(_served(told), scope, public)
            made = limiter.limit(READS if method == "GET" else WRITES, key_func=bearer.counted_under)(made)
            self.add_url_rule(rule, view.__name__, made, methods=[method])
            return view

        return register


@cache
def _shape(schema: Schema) -> ma.Schema:
    """Return the one instance of a schema. It is made when it is needed: all of them are 5 MB."""
    return schema()


def _served(told: Operation) -> View:
    """Return a view that reads what is taken and writes what is given."""

    @wraps(told.view)
    def served(**parts: Any) -> Any:
        taken = []
        if told.query:
            taken.append(_parser.parse(_shape(told.query), request, location="query"))
        if body := told.takes or told.form:
            taken.append(_parser.parse(_shape(body), request, location="json" if told.takes else "multipart"))
        found = told.view(*taken, **parts)
        return found if isinstance(found, Response) or told.media else _given(told, found)

    return served


def _given(told: Operation, found: Any) -> Response:
    answer = jsonify(_shape(told.gives).dump(found) if told.gives else found)
    answer.status_code = told.status
    return answer


def _guarded(view: View, scope: str, public: bool) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        bearer.require(scope, public)
        return view(*args, **kwargs)

    return guarded


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
