"""Errors and traces that leave the house: they arrive, and say nothing of who somebody is."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from webapp.infra.settings import BadSettings, Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def collector() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A server that keeps what it is sent: its address, and the bodies by path."""
    kept: dict[str, bytes] = {}

    class Keeps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            elif self.headers.get("Content-Encoding") == "br":
                import brotli  # used by the SDK only where it is installed

                body = brotli.decompress(body)
            kept[self.path] = kept.get(self.path, b"") + body
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keeps)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kept
    finally:
        server.shutdown()


@pytest.mark.one_db
def test_reports_arrive_without_a_person_in_them(collector: tuple[str, dict[str, bytes]], tmp_path: Path) -> None:
    place, kept = collector
    child = [sys.executable, "-m", "tests.watch.reported", place, str(tmp_path)]
    done = subprocess.run(child, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    traces, errors = kept["/v1/traces"], kept["/api/7/envelope/"]
    assert b"fanmade" in traces and b"/a/<" in traces, "a span is named by its route"
    assert b"GET /a/short/<way>" in traces, "what no view answered is told of, too"
    assert b"the whole trace." in traces and b"a parent" in traces, "as a part of the trace it came with"
    assert b"OperationalError" in errors and b"GET" in errors
    for secret in (b"secret-cookie", b"secret-query", b"secret-browser"):
        assert secret not in traces and secret not in errors


def test_faults_of_the_settings_are_told_at_the_start() -> None:
    bad = {"FANMADE_METRICS_TOKEN": "short", "FANMADE_SENTRY_DSN": "nowhere", "FANMADE_OTLP_ENDPOINT": "ftp://a"}
    with pytest.raises(BadSettings) as found:
        Settings.from_env(bad | {"FANMADE_TRACES_SHARE": "101"})
    assert {fault.split(":")[0] for fault in found.value.faults} == {*bad, "FANMADE_TRACES_SHARE"}
