"""A random name for this browser, in a signed cookie: it holds a stranger's pending votes together.

It is set with the first answer and says nothing about the person.
"""

import hashlib
import hmac
import uuid

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

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
            response.set_cookie(
                _cookie(),
                _serializer().dumps(g.device_id),
                max_age=YEAR,
                httponly=True,
                samesite="Lax",
                secure=current_app.config["SESSION_COOKIE_SECURE"],
            )
        return response


def _new() -> str:
    g.device_is_new = True
    return uuid.uuid4().hex


def _from_cookie() -> str | None:
    try:
        value = _serializer().loads(request.cookies.get(_cookie(), ""))
    except BadSignature:
        return None
    if not (isinstance(value, str) and len(value) == 32):
        return None
    # Signed by a former key: signed anew, so that it outlives that key.
    g.device_is_new = len(keys.every()) > 1 and _serializer().dumps(value) != request.cookies[_cookie()]
    return value


def _cookie() -> str:
    return cookie_name(COOKIE, current_app.config["SESSION_COOKIE_SECURE"])


def _serializer() -> URLSafeSerializer:
    return keys.signer("device")
