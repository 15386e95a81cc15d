"""Over a real socket: too large a body is answered before it is read, told or untold how long it is."""

from __future__ import annotations

import contextlib
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

LENGTH = b"Content-Length: 900000000"
CHUNKED = b"Transfer-Encoding: chunked"
CHUNK = b"10000\r\n" + b"a" * 65536 + b"\r\n"


@pytest.mark.parametrize(("header", "part"), [(LENGTH, b""), (LENGTH, b"a" * 65536), (CHUNKED, CHUNK)])
def test_a_body_above_the_cap_is_not_read_to_its_end(live_server: Any, header: bytes, part: bytes) -> None:
    address = urlsplit(live_server.base_url)
    head = (
        b"POST /c/some/enter HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=x"
    )
    sent, answer = 0, b""
    with socket.create_connection((address.hostname, address.port), 20) as wire:
        wire.sendall(head + b"\r\n" + header + b"\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while part and sent < 300_000_000:
                wire.sendall(part)
                sent += len(part)
        with contextlib.suppress(ConnectionError):
            while data := wire.recv(65536):
                answer += data
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sent < 100_000_000
