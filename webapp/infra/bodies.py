"""What a request brings is read to its end or not at all: a broken message is its sender's fault, never ours."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from werkzeug.exceptions import BadRequest


class Whole:
    """WSGI middleware: what the server can't make sense of while it reads (chunks of no length) answers 400."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer the request, its body behind a `Body`."""
        environ["wsgi.input"] = Body(environ["wsgi.input"])
        return self.app(environ, start_response)  # type: ignore[no-any-return]


class Body:
    """A request's body; raises BadRequest where the server's own reader raises anything."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def read(self, *size: Any) -> bytes:
        """Return up to `size` bytes."""
        return _read(self._source.read, *size)

    def readline(self, *size: Any) -> bytes:
        """Return the next line."""
        return _read(self._source.readline, *size)

    def readlines(self, *hint: Any) -> list[bytes]:
        """Return all lines."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines that are left."""
        while line := self.readline():
            yield line


def _read(read: Callable[..., bytes], *size: Any) -> bytes:
    try:
        return read(*size)
    except Exception as error:  # each server has its own kinds: gunicorn's are no OSErrors
        raise BadRequest() from error
