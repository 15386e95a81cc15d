"""What a request says of itself is not believed: its Host, its scheme, whose address it comes from."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.web import Client
from webapp.boot.app import create_app
from webapp.infra.db import db
from webapp.infra.limits import limiter

pytestmark = pytest.mark.one_db
SITE = "https://merch.example.org"
ODD = [
    "evil.example",
    "evil.example:443",
    "merch.example.org.evil.example",
    "evil.example/merch.example.org",
    "merch.example.org@evil.example",
    "evil.example#",
    "[::1",
    "a b",
    "",
    "x" * 5000,
]


@pytest.fixture(scope="module")
def site(applications: Any, databases: Any, redis_url: str) -> Iterator[Any]:
    """Makes applications behind so many proxies, as production has them."""
    made = []

    def behind(proxies: int) -> Flask:
        settings = applications(databases.shared("sqlite")).config["SETTINGS"]
        site = create_app(replace(settings, base_url=SITE, trusted_proxies=proxies))
        made.append(site)
        return site

    yield behind
    for site in made:
        with site.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="module")
def at_home(site: Any) -> Flask:
    """The site, without a proxy."""
    limiter_on = limiter.enabled
    made: Flask = site(0)
    limiter.enabled = limiter_on
    return made


@pytest.mark.parametrize("host", ODD)
@pytest.mark.parametrize("path", ["/", "//sign-in//password", "/team/nobody/people", "/nothing", "/sign-in", "/readyz"])
def test_no_host_that_is_sent_comes_back(at_home: Flask, path: str, host: str) -> None:
    if path != "/" and host not in ODD[:3]:
        return
    headers = {"Host": host, "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = Client(at_home).get(path, headers=headers)
    assert answer.status_code < 500 or path == "/readyz"
    assert "evil.example" not in answer.get_data(as_text=True)
    assert "evil.example" not in str(answer.headers)
    where = answer.headers.get("Location", "/")
    assert where.startswith(("/", f"{SITE}/")), where


def test_two_hosts_in_one_request_are_none(at_home: Flask) -> None:
    """As bytes on the wire: a second Host, and an absolute address in the first line."""
    server = make_server("127.0.0.1", 0, at_home)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        for lines in (
            b"GET //sign-in//password HTTP/1.1\r\nHost: merch.example.org\r\nHost: evil.example\r\n",
            b"GET http://evil.example//sign-in//password HTTP/1.1\r\nHost: evil.example\r\n",
            b"GET //sign-in//password HTTP/1.0\r\n",
        ):
            with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as sent:
                sent.sendall(lines + b"Connection: close\r\n\r\n")
                answer = http.client.HTTPResponse(sent)
                answer.begin()
                assert b"evil" not in answer.read()
                assert "evil" not in str(answer.headers)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_cookies_and_headers_behind_tls(at_home: Flask) -> None:
    client = Client(at_home)
    answer = client.get("/csrf", base_url=SITE)
    seen = client.get("/sign-in", base_url=SITE)
    cookies = answer.headers.getlist("Set-Cookie") + _device(at_home)
    assert {each.partition("=")[0] for each in cookies} == {"__Host-fanmade", "__Host-device"}
    for each in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(each.split("; ")), each
        assert "Domain" not in each
    assert seen.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    policy = seen.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy.split("; ")
    assert "report-uri /csp-report" in policy
    assert seen.headers["Reporting-Endpoints"] == 'csp="/csp-report"'
    assert (seen.headers["X-Content-Type-Options"], seen.headers["Referrer-Policy"]) == ("nosniff", "same-origin")


def _device(site: Flask) -> list[str]:
    from webapp.infra.device import device_id

    with site.test_request_context("/"):
        device_id()
        return list(site.process_response(site.make_response("")).headers.getlist("Set-Cookie"))


SAID = "198.51.100.1, 203.0.113.2, 192.0.2.3"


@pytest.mark.parametrize(("proxies", "seen"), [(0, "10.0.0.9"), (1, "192.0.2.3"), (2, "203.0.113.2")])
def test_an_address_is_believed_as_far_as_trusted_hops_go(site: Any, proxies: int, seen: str) -> None:
    """What a client writes into the header itself stands to the left of what the proxies add."""
    from flask import request
    from flask_limiter.util import get_remote_address

    app, found = site(proxies), []

    @app.before_request
    def _look() -> None:
        found.append((request.remote_addr, get_remote_address(), request.host))

    where = {"REMOTE_ADDR": "10.0.0.9"}
    Client(app).get("/healthz", headers={"X-Forwarded-For": SAID, "X-Forwarded-Proto": "http"}, environ_base=where)
    assert found == [(seen, seen, "merch.example.org")]


def test_a_limit_is_not_escaped_by_naming_other_addresses(app: Flask, rate_limits: None) -> None:
    """Sixty reports an hour: one more is refused, whatever the client says of where it comes from."""
    answers = [
        Client(app)
        .post("/csp-report", json={"csp-report": {}}, headers={"X-Forwarded-For": f"198.51.100.{number}"})
        .status_code
        for number in range(61)
    ]
    assert answers == [204] * 60 + [429]
