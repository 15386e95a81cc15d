"""One place where a refusal becomes an answer: a page, a fragment, JSON for scripts or a problem."""

import errno
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoPlaceInPool
from werkzeug.exceptions import HTTPException

from webapp.infra import tracing
from webapp.kernel.refusal import N_, Refused

log = structlog.get_logger()
# The disk is full, over its quota, read-only, closed to us, broken or away: nothing the asker did, and it may pass.
STORAGE_REFUSES = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM}
STORAGE_REFUSES |= {errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN, errno.ENXIO}

TEXTS = {
    400: N_("Something in that request was not right."),
    403: N_("This is not yours to change."),
    404: N_("We could not find that."),
    405: N_("That can't be done here."),
    410: N_("This is gone."),
    413: N_("That file is too big."),
    415: N_("We can't read that kind of data."),
    422: N_("Something in that form was not right."),
    429: N_("That was a lot at once. Wait a moment, then try again."),
    500: N_("Something broke on our side. Nothing you had saved is lost."),
    503: N_("We can't reach our database right now. Nothing you had saved is lost."),
}

STORAGE_FULL = N_("That file could not be kept: our storage takes nothing right now. Try again in some minutes.")


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(NoPlaceInPool, _database_away)
    app.register_error_handler(OSError, _storage_refuses)
    app.register_error_handler(Exception, _broken)


def text_of(refused: Refused) -> str:
    """Return the refusal's sentence in the reader's language."""
    return str(gettext(refused.message, **refused.details))


def wants_json() -> bool:
    """Return whether a script of ours asked, rather than a person's browser."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def is_api() -> bool:
    """Return whether the request is for the JSON API."""
    return request.path.startswith("/api/")


def answer(status: int, code: str, text: str, **extra: Any) -> Response:
    """Return the answer for a failure in the form the asker reads."""
    if is_api():
        body = {"type": f"urn:fanmade:{code}", "title": text, "status": status, "code": code, **extra}
        response = jsonify(body)
        response.mimetype = "application/problem+json"
    elif wants_json():
        response = jsonify({"code": code, "message": text, **extra})
    elif request.headers.get("HX-Request") == "true":
        response = make_response(render_template("errors/fragment.html", text=text, code=code))
    else:
        template = f"errors/{status}.html" if status in (404, 410, 413, 429, 500, 503) else "errors/refused.html"
        response = make_response(render_template(template, text=text, code=code, status=status))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(refused: Refused) -> Response:
    response = answer(refused.status, refused.code, text_of(refused))
    if refused.status == 429 or "retry_after" in refused.details:
        response.headers["Retry-After"] = str(refused.details.get("retry_after", 60))
    return response


def _csrf(error: CSRFError) -> Response:
    log.warning("no good form token", endpoint=request.endpoint, why=error.description)
    return answer(
        400,
        "csrf",
        gettext("This page had been open for too long, or in another session. Go back, reload and try again."),
    )


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    response = answer(status, f"http-{status}", gettext(TEXTS.get(status, TEXTS[400 if status < 500 else 500])))
    for name in ("Retry-After", "Allow", "WWW-Authenticate"):
        for key, value in error.get_headers():
            if key == name:
                response.headers[name] = value
    if status == 429:
        log.info("limited", endpoint=request.endpoint)
    if status == 429 and "Retry-After" not in response.headers:
        response.headers["Retry-After"] = "60"
    return response


def _database_away(error: OperationalError | NoPlaceInPool) -> Response:
    log.error("database away", error=str(error))
    tracing.report(error)
    g.database_away = True
    response = answer(503, "database-away", gettext(TEXTS[503]))
    response.headers["Retry-After"] = "10"
    return response


def _storage_refuses(error: OSError) -> Response:
    if error.errno not in STORAGE_REFUSES:
        return _broken(error)
    log.error("storage refuses", error=str(error), path=request.path)
    tracing.report(error)
    response = answer(503, "storage-full", gettext(STORAGE_FULL))
    response.headers["Retry-After"] = "60"
    return response


def _broken(error: Exception) -> Response:
    log.exception("request broke", path=request.path)
    tracing.report(error)
    return answer(500, "broken", gettext(TEXTS[500]))
