"""Who asks, before the application is asked: what somebody's cookies say who is not signed in."""

import time
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

MOST = 500  # cookies
MINUTE = 60
Headers = list[tuple[str, str]]
USUAL = frozenset({"csrf_token", "order", "language"})  # what the cookie of a stranger may hold
UNUSUAL = ("HTTP_HX_REQUEST", "HTTP_AUTHORIZATION", "HTTP_RANGE")  # who asks so is left to the application
OWN = frozenset({"content-length", "set-cookie", "x-request-id"})  # headers that no other answer bears


@dataclass
class Stranger:
    """Their cookies, what the session's says and said, their browser's name (None: it has none yet), their language."""

    cookies: Mapping[str, str]
    cookie: dict[str, Any]
    was: Mapping[str, Any]
    device: str | None
    language: str


def of(flask: Flask, environ: dict[str, Any], by_name: bool = True) -> Stranger | None:
    """Return who asks, None when their cookies are of somebody signed in, former, forged or hold a message.

    by_name: whether it matters which browser it is. Wants the application's context.
    """
    cookies = _cookies(environ.get("HTTP_COOKIE", ""))
    was: Mapping[str, Any] = {}
    name = None
    try:
        if kept := cookies.get(flask.config["SESSION_COOKIE_NAME"]):
            lasts = int(flask.permanent_session_lifetime.total_seconds())
            was = _said(signer(flask), kept, lasts, int(time.monotonic()) // MINUTE)
    except BadSignature:
        return None
    if by_name and (kept := cookies.get(device.cookie())):
        name = device.read(kept)
        if name is None:
            return None
    language = was.get("language") or _language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    if not USUAL.issuperset(was) or language not in LANGUAGES:
        return None
    return Stranger(cookies, dict(was), was, name, language)


@lru_cache(maxsize=MOST)
def _cookies(header: str) -> Mapping[str, str]:
    return parse_cookie(header)


@lru_cache(maxsize=MOST)
def _said(signer: URLSafeTimedSerializer, text: str, lasts: int, minute: int) -> Mapping[str, Any]:
    """Return what a cookie says; within a minute a browser shows the same one with each page. Raises BadSignature."""
    return signer.loads(text, max_age=lasts)  # type: ignore[no-any-return]


def signer(flask: Flask) -> URLSafeTimedSerializer:
    """Return what signs and reads the session's cookie."""
    return flask.session_interface.get_signing_serializer(flask)  # type: ignore[attr-defined,no-any-return]


@lru_cache(maxsize=500)
def _language(asked: str) -> str:
    return parse_accept_header(asked, LanguageAccept).best_match(list(LANGUAGES), "en") or "en"
