"""Who asks, before the application is asked: what somebody's cookies say who is not signed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie

from webapp.infra import device
from webapp.infra.i18n import LANGUAGES

Headers = list[tuple[str, str]]
USUAL = frozenset({"csrf_token", "order", "language"})  # what the cookie of a stranger may hold
UNUSUAL = ("HTTP_HX_REQUEST", "HTTP_AUTHORIZATION", "HTTP_RANGE")  # who asks so is left to the application
OWN = frozenset({"content-length", "set-cookie", "x-request-id"})  # headers that no other answer bears


@dataclass
class Stranger:
    """Their cookies, what the session's says and said, their browser's name (None: it has none yet), their language."""

    cookies: Mapping[str, str]
    cookie: dict[str, Any]
    was: dict[str, Any]
    device: str | None
    language: str


def of(flask: Flask, environ: dict[str, Any], by_name: bool = True) -> Stranger | None:
    """Return who asks, None when their cookies are of somebody signed in, former, forged or hold a message.

    by_name: whether it matters which browser it is. Wants the application's context.
    """
    cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
    cookie: dict[str, Any] = {}
    name = None
    if kept := cookies.get(flask.config["SESSION_COOKIE_NAME"]):
        try:
            cookie = signer(flask).loads(kept, max_age=int(flask.permanent_session_lifetime.total_seconds()))
        except BadSignature:
            return None
    if by_name and (kept := cookies.get(device.cookie())):
        name = device.read(kept)
        if name is None:
            return None
    language = cookie.get("language") or _language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    if not USUAL.issuperset(cookie) or language not in LANGUAGES:
        return None
    return Stranger(cookies, cookie, dict(cookie), name, language)


def signer(flask: Flask) -> URLSafeTimedSerializer:
    """Return what signs and reads the session's cookie."""
    return flask.session_interface.get_signing_serializer(flask)  # type: ignore[attr-defined,no-any-return]


@lru_cache(maxsize=500)
def _language(asked: str) -> str:
    return parse_accept_header(asked, LanguageAccept).best_match(list(LANGUAGES), "en") or "en"
