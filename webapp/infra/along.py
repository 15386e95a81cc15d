"""Which pages are read on a replica (`webapp.infra.replicas`), and by whom: by strangers who have not written lately.

Who is signed in, and who has sent anything within the last seconds, reads from the primary and so sees what they did:
the browser keeps a cookie for as long as a replica may be behind, and more. Should the replica fail or fall behind
while a page is made, the page is made again from the primary.
"""

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoPlaceInPool

from webapp.infra import replicas
from webapp.infra.db import db
from webapp.infra.names import cookie_name

COOKIE = "wrote"
LASTS = 10  # seconds, several times `replicas.HOLDS`
READS = ("GET", "HEAD", "OPTIONS")

log = structlog.get_logger()


def init_app(app: Flask, pages: Collection[str]) -> None:
    """Let strangers read the pages of these endpoints on replicas; does nothing where there are none.

    Comes after the pages were registered.
    """
    if not app.extensions[replicas.EXTENSION].found:
        return
    for endpoint in pages:
        app.view_functions[endpoint] = _along(app.view_functions[endpoint])
    app.after_request(_note)


def chosen(cookies: Mapping[str, str]) -> replicas.Replica | None:
    """Return the replica for a stranger with these cookies, None: they read from the primary."""
    there = replicas.here()
    if not there.found or cookies.keys() & {COOKIE, f"__Host-{COOKIE}"}:
        return None
    return there.chosen()


def _along(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def reading(*args: Any, **values: Any) -> Any:
        stranger = request.method in READS and not current_user.is_authenticated
        replica = chosen(request.cookies) if stranger else None
        if replica is None:
            return view(*args, **values)
        try:
            with replicas.reading(replica):
                answer = view(*args, **values)
            if replica.holds():
                return answer
        except (DBAPIError, NoPlaceInPool) as error:
            log.warning("a replica failed", name=replica.name, error=str(error).splitlines()[0][:200])
            replica.leave()
        db.session().rollback()
        return view(*args, **values)

    return reading


def _note(response: Response) -> Response:
    """Let this browser read from the primary for a while after it wrote; what it did may not be elsewhere yet."""
    wrote = request.method not in READS or g.get("wrote")
    if wrote and not response.cache_control.public:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(cookie_name(COOKIE, secure), "1", LASTS, secure=secure, httponly=True, samesite="Lax")
    return response
