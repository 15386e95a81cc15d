"""A small proxy that packs texts as the one before an installation does: phones are judged by what arrives."""

from __future__ import annotations

import contextlib
import gzip
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

TEXTS = ("text/", "application/json", "application/javascript", "image/svg")
HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "content-length", "server", "date"}


@contextlib.contextmanager
def packing(url: str) -> Iterator[str]:
    """Answer on a free port of this machine for the site at `url`; yields the address to use instead."""
    site = urlsplit(url)

    class Handler(_Handler):
        upstream = (str(site.hostname), int(site.port or 80))

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that hung up; tell of all else as the library does."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    upstream: ClassVar[tuple[str, int]]

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal is for figures."""

    def _pass_on(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = HTTPConnection(*self.upstream, timeout=60)
        try:
            connection.request(self.command, self.path, sent or None, dict(self.headers))
            answer = connection.getresponse()
            body, kind = answer.read(), answer.getheader("Content-Type", "")
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
            if answer.status == 200 and kind.startswith(TEXTS) and "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, 6)
                headers.append(("Content-Encoding", "gzip"))
            self.send_response(answer.status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        finally:
            connection.close()
