"""Browsers that nobody has seen yet, each from a network of its own."""

from __future__ import annotations

import http.client
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from bench.costs.site import SECRET
from bench.load import Request

FORM = "application/x-www-form-urlencoded"
LOOK = "/c/the-vote/designs"
RAW = "0" * 40


class Crowd:
    """Strangers, each from a network of its own: a stadium is asked for a puzzle, the bench is not."""

    def __init__(self, port: int) -> None:
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        app = Flask("bench")
        app.secret_key = SECRET
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer
        self._sign = signer.dumps
        self._token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(RAW)
        self._device = URLSafeSerializer(SECRET, salt="device")

    def meets(self, path: str) -> str:
        """Open a page as a new browser; return its cookies."""
        self._link.request("GET", path)
        answer = self._link.getresponse()
        answer.read()
        return "; ".join(value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie") or [])

    def header(self, path: str, name: str) -> str:
        """A header of what is there."""
        self._link.request("GET", path)
        answer = self._link.getresponse()
        answer.read()
        return answer.getheader(name) or ""

    def stranger(self, number: int) -> dict[str, str]:
        """The headers of somebody nobody has seen yet."""
        return {"X-Forwarded-For": f"10.{number // 200}.{number % 200}.7"}

    def asks(self, number: int, email: str) -> Request:
        """Ask for a code."""
        return self._form(number, "/sign-in", {}, f"&email={email}")

    def enters(self, number: int, email: str, code: str) -> Request:
        """Give the code that came."""
        pending = {"signing_in": {"email": email, "next": LOOK}}
        return self._form(number, "/sign-in/code", pending, f"&code={code}")

    def _form(self, number: int, path: str, session: dict[str, Any], fields: str) -> Request:
        cookie = self._sign({"csrf_token": RAW, "_permanent": True, **session})
        device = self._device.dumps(f"{number:032x}")
        headers = {**self.stranger(number), "Content-Type": FORM, "Cookie": f"fanmade={cookie}; device={device}"}
        return "POST", path, f"csrf_token={self._token}{fields}".encode(), headers
