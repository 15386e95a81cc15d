"""The one name of a site: what a request calls it is not believed, and its cookies belong to no other host."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit


def cookie_name(name: str, secure: bool) -> str:
    """Return a cookie's name; behind TLS with the prefix by which browsers take it from this very host alone."""
    return f"__Host-{name}" if secure else name


class OneName:
    """WSGI middleware: whatever Host and scheme a request came with, it is for `base_url` (e.g. https://example.org).

    The application then cannot build an address from what a stranger typed: neither the redirects of its URL map nor
    anything that is written one day. Probes that come by number (`/readyz`) are answered like all others.
    """

    def __init__(self, app: Any, base_url: str) -> None:
        parts = urlsplit(base_url)
        self.app, self.host, self.scheme = app, parts.netloc, parts.scheme

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer the request under the site's own name."""
        environ["HTTP_HOST"], environ["wsgi.url_scheme"] = self.host, self.scheme
        return self.app(environ, start_response)  # type: ignore[no-any-return]
