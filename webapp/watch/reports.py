"""Where browsers say that the content security policy stopped something (docs/security.md).

Anybody can send anything here, so nothing of what is sent is kept or repeated: a report becomes one line of the log and
one count, both made of words that stand in this file and of the URL map.
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Response, current_app, request
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType
from werkzeug.routing import RequestRedirect

from webapp.accounts.guards import public_blueprint
from webapp.infra import metrics
from webapp.infra.limits import limiter
from webapp.infra.security import REPORTS

LARGEST = 16 * 1024  # bytes of a body
MOST = 20  # reports of a body
LIMIT = "60 per hour"
TYPES = {"application/csp-report", "application/reports+json", "application/json"}
DIRECTIVES = re.compile(
    "(default|script|style|img|font|connect|manifest|frame|object|media|worker)-src|(script|style)-src-(elem|attr)"
    "|form-action|base-uri|frame-ancestors"
)
BLOCKED = frozenset({"inline", "eval", "wasm-eval", "data", "blob", "filesystem", "about", "self"})
EXTENSIONS = frozenset({"chrome-extension", "moz-extension", "safari-extension", "safari-web-extension"})
blueprint = public_blueprint("reports", __name__)
log = structlog.get_logger()


@blueprint.post(REPORTS)
@limiter.limit(LIMIT, key_func=get_remote_address)
def csp() -> Response:
    """Count reports, in the old form and in the new one; answers 204, or says why they can't be read."""
    for report in _reports():
        directive = _directive(report)
        metrics.csp_reports.labels(directive).inc()
        log.warning("csp", directive=directive, blocked=_blocked(report), place=_place(report))
    return Response(status=204)


def _reports() -> list[dict[str, Any]]:
    if request.mimetype not in TYPES:
        raise UnsupportedMediaType()
    request.max_content_length = LARGEST
    try:
        said = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        raise BadRequest() from None
    if isinstance(said, dict):
        return [said["csp-report"]] if isinstance(said.get("csp-report"), dict) else []
    given = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
    return [each["body"] for each in given[:MOST] if isinstance(each.get("body"), dict)]


def _text(report: dict[str, Any], *names: str) -> str:
    found = next((report[name] for name in names if name in report), "")
    return found[:2000] if isinstance(found, str) else ""


def _directive(report: dict[str, Any]) -> str:
    named = _text(report, "effectiveDirective", "effective-directive", "violated-directive").split(" ")[0]
    return named if DIRECTIVES.fullmatch(named) else "other"


def _blocked(report: dict[str, Any]) -> str:
    """What was stopped, in a word: what the policy names, an extension of the browser, here or elsewhere."""
    address = _text(report, "blockedURL", "blocked-uri")
    if address in BLOCKED:
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return "other"
    if parts.scheme in BLOCKED:
        return parts.scheme
    if parts.scheme in EXTENSIONS:
        return "extension"
    return "here" if parts.netloc == request.host else "elsewhere" if parts.netloc else "other"


def _place(report: dict[str, Any]) -> str:
    """The endpoint of the page it happened on: an address may hold a token, and anybody can invent one."""
    try:
        parts = urlsplit(_text(report, "documentURL", "document-uri"))
        if parts.netloc != request.host:
            return "elsewhere"
        return str(current_app.url_map.bind("localhost").match(parts.path, method="GET")[0])
    except (ValueError, HTTPException, RequestRedirect):
        return "unknown"


EXEMPT = (csp,)
