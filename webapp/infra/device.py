"""A random name for this browser, in a signed cookie: it holds a stranger's pending votes together.

It is set with the first answer and says nothing about the person.
"""

import hashlib
import hmac
import time
import uuid
from functools import lru_cache

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.http import dump_cookie

from webapp.infra import keys
from webapp.infra.names import cookie_name

COOKIE = "device"
YEAR = 365 * 86400


def device_id() -> str:
    """Return this browser's random name; a new browser gets one with this answer."""
    found: str | None = g.get("device_id")
    if found is None:
        found = _from_cookie() or _new()
        g.device_id = found
    return found


def known_device() -> str:
    """Return the same, but '' for a browser that has its name from this answer: nothing is known of it."""
    found = device_id()
    return "" if g.get("device_is_new") else found


def here(found: str | None) -> str:
    """Say which browser this is, outside of a request: `found` by `read`, or None for a new one; return its name."""
    g.device_id = found or _new()
    return g.device_id  # type: ignore[no-any-return]


def read(value: str) -> str | None:
    """Return the name in a cookie, None unless it is one of ours under the present key."""
    try:
        name = _serializer().loads(value)
    except BadSignature:
        return None
    if not (isinstance(name, str) and len(name) == 32) or len(keys.every()) > 1:
        return None
    return name


def visitor_seed(about: object = "") -> int:
    """Return one of 64 numbers that stays with this browser, another for each thing it is `about`.

    It says which of the shuffled orders of a contest the browser sees. Keyed, so that nobody can pick theirs.
    """
    key = keys.lasting().encode()
    digest = hmac.new(key, f"order|{about}|{device_id()}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest, "big") % 64


def init_app(app: Flask) -> None:
    """Send the cookie with the first answer to a new browser."""

    @app.after_request
    def _set(response: Response) -> Response:
        if g.get("device_is_new") and not response.cache_control.public:
            response.headers.add("Set-Cookie", set_cookie(g.device_id))
        return response


def set_cookie(name: str) -> str:
    """Return the header that gives a browser its name."""
    before, after = _around(cookie(), current_app.config["SESSION_COOKIE_SECURE"], int(time.time()))
    return f"{before}{_serializer().dumps(name)!s}{after}"  # signed texts need no quotes


@lru_cache(maxsize=4)
def _around(name: str, secure: bool, second: int) -> tuple[str, str]:
    """Return what stands around the value in this second's cookies, which all end at the same instant."""
    text = dump_cookie(name, "-", max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
    before, _, after = text.partition("=-")
    return f"{before}=", after


def _new() -> str:
    g.device_is_new = True
    return uuid.uuid4().hex


def _from_cookie() -> str | None:
    try:
        value = _serializer().loads(request.cookies.get(cookie(), ""))
    except BadSignature:
        return None
    if not (isinstance(value, str) and len(value) == 32):
        return None
    # Signed by a former key: signed anew, so that it outlives that key.
    g.device_is_new = len(keys.every()) > 1 and _serializer().dumps(value) != request.cookies[cookie()]
    return value


def cookie() -> str:
    """Return what the cookie is called at this site."""
    return cookie_name(COOKIE, current_app.config["SESSION_COOKIE_SECURE"])


def _serializer() -> URLSafeSerializer:
    return keys.signer("device")
