"""What a request brings is read to its end or not at all: a broken message is its sender's fault, never ours.

In addresses control characters become the sign for what cannot be read: PostgreSQL looks for no text with a NUL, and a
header that leads to another page may hold no end of a line. From the fields of forms NULs are taken out.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
IN_PATH = UNREADABLE.encode().decode("latin-1")  # as WSGI has it
IN_QUERY = "".join(f"%{byte:02X}" for byte in UNREADABLE.encode())


class Whole:
    """WSGI middleware: what the server can't make sense of while it reads (chunks of no length) answers 400."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer the request, its body behind a `Body`."""
        environ["wsgi.input"] = Body(environ["wsgi.input"])
        if not environ["PATH_INFO"].isprintable():
            environ["PATH_INFO"] = CONTROLS.sub(IN_PATH, environ["PATH_INFO"])
        if "%00" in environ.get("QUERY_STRING", ""):
            environ["QUERY_STRING"] = environ["QUERY_STRING"].replace("%00", IN_QUERY)
        return self.app(environ, start_response)  # type: ignore[no-any-return]


class Fields(FormDataParser):
    """Reads forms; no database keeps a NUL, whoever asks for the field."""

    def parse(self, *given: Any, **named: Any) -> Any:
        """Return stream, fields and files as the library does."""
        stream, fields, files = super().parse(*given, **named)
        return stream, without_nul(fields), files


def without_nul(fields: MultiDict[str, Any]) -> MultiDict[str, Any]:
    """Return the fields of a form without NULs: themselves, where there are none."""
    if not any("\0" in each for values in fields.listvalues() for each in values if isinstance(each, str)):
        return fields
    pairs = fields.items(multi=True)
    return type(fields)((name, each.replace("\0", "") if isinstance(each, str) else each) for name, each in pairs)


class Asked(Request):
    """A request as views see it."""

    form_data_parser_class = Fields


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
