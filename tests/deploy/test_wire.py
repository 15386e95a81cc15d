"""What arrives on the wire of `fanmade serve`, with no proxy in front: odd messages, smuggled ones, slow ones."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live import running

HOST = b"Host: fans.example\r\n"
END = b"Connection: close\r\n\r\n"
SECOND = b"GET /healthz HTTP/1.1\r\n" + HOST + END
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, one_site: Any) -> int:
    return int(one_site.rpartition(":")[2])


@pytest.fixture(scope="module")
def one_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from tests.databases import sqlite_template
    from tests.once import of_the_run

    data = tmp_path_factory.mktemp("wire") / "data"
    data.mkdir()
    with running(data, template=sqlite_template(of_the_run(tmp_path_factory)), few=True) as server:
        yield server.base_url


def said(port: int, message: bytes, wait: float = 20, ends: bytes = b"") -> bytes:
    """Send bytes, return all that is answered until the other side hangs up, or `ends` is there."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), 20) as line, contextlib.suppress(OSError):
        line.settimeout(wait)
        line.sendall(message)
        while piece := line.recv(65536):
            answer += piece
            if ends and ends in answer:
                break
    return answer


def statuses(answer: bytes) -> list[int]:
    return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


def post(*lines: bytes, body: bytes = b"", path: bytes = b"/sign-in") -> bytes:
    head = b"POST " + path + b" HTTP/1.1\r\n" + HOST + FORM
    return head + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


CHUNKED = b"Transfer-Encoding: chunked"
SMUGGLED = {
    "two lengths": post(b"Content-Length: 5", b"Content-Length: 6", body=b"hello!" + SECOND),
    "a list of lengths": post(b"Content-Length: 5, 5", body=b"hello" + SECOND),
    "a signed length": post(b"Content-Length: +5", body=b"hello" + SECOND),
    "a length before a blank": post(b"Content-Length : 5", body=b"hello" + SECOND),
    "length, then chunks": post(b"Content-Length: 6", CHUNKED, body=b"0\r\n\r\n" + SECOND),
    "chunks, then length": post(CHUNKED, b"Content-Length: 4", body=b"5c\r\n" + SECOND + b"\r\n0\r\n\r\n"),
    "two encodings": post(CHUNKED, b"Transfer-Encoding: identity", body=b"0\r\n\r\n" + SECOND),
    "an unknown encoding": post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n" + SECOND),
    "chunks and no more": post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + SECOND),
    "a folded header": post(b"X: a", b" b", b"Content-Length: 0", body=SECOND),
    "a bare return": post(b"X: a\rContent-Length: 99", b"Content-Length: 0", body=SECOND),
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + SECOND,
    "chunks of no length": post(CHUNKED, body=b"zz\r\nhello\r\n0\r\n\r\n" + SECOND),
    "a negative chunk": post(CHUNKED, body=b"-5\r\nhello\r\n0\r\n\r\n" + SECOND),
    "a chunk too short": post(CHUNKED, body=b"3\r\nhello\r\n0\r\n\r\n" + SECOND),
    "chunks ended by line feeds": post(CHUNKED, body=b"5\nhello\n0\n\n" + SECOND),
}


def test_where_messages_end_is_never_a_matter_of_opinion(port: int) -> None:
    for name, message in SMUGGLED.items():
        found = statuses(said(port, message))
        assert len(found) == 1, f"{name}: what was hidden in it was answered: {found}"
        assert found[0] in (400, 501), f"{name}: {found}"


def test_an_unread_body_is_no_request(port: int) -> None:
    for line in (b"POST /nowhere", b"PUT /", b"GET /healthz"):
        message = line + b" HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % len(SECOND) + SECOND
        found = statuses(said(port, message + b"GET /robots.txt HTTP/1.1\r\n" + HOST + END))
        assert len(found) <= 2, found


ODD = {
    b"TRACE / HTTP/1.1\r\n" + HOST + END: {405},
    b"PUT / HTTP/1.1\r\n" + HOST + END: {405},
    b"NONSENSE / HTTP/1.1\r\n" + HOST + END: {405},
    b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + END: {404},
    b"GET /healthz\r\n\r\n": {400},
    b"GET /c/\xff\xfe HTTP/1.1\r\n" + HOST + END: {400},
    b"GET /\x00 HTTP/1.1\r\n" + HOST + END: {400},
    b"GET /c/%00 HTTP/1.1\r\n" + HOST + END: {404},
    b"GET /c/%ff%fe?q=%ff&next=%00&next=2 HTTP/1.1\r\n" + HOST + END: {404},
    b"GET /static/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + HOST + END: {404},
    b"GET /sign-in HTTP/1.1\r\n" + HOST + b"Cookie: fanmade=\xff\x01; zone=../../x; device=\x80\r\n" + END: {400},
    b"GET /sign-in HTTP/1.1\r\n" + HOST + b"Cookie: fanmade=x; zone=../../etc/passwd\r\n" + END: {200},
    b"GET /sign-in HTTP/1.1\r\n" + HOST + b"Accept-Language: \xff,,;q=a;q=9e99\r\nAccept: ;;,/\r\n" + END: {200},
    b"GET /sign-in HTTP/1.1\r\n" + HOST + b"Range: bytes=99999999999999999999-,a\r\n" + END: {200},
    b"GET /sign-in HTTP/1.1\r\n" + HOST + b"If-Modified-Since: Mon, 99 Foo 99999\r\nIf-None-Match: \xff\r\n" + END: {
        200
    },
    b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 100_000 + b"\r\n" + END: {431},
    b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\n" + HOST + END: {414},
    post(b"Expect: 100-continue", b"Content-Length: 3", b"Connection: close", body=b"a=b"): {100, 400},
    post(b"Expect: 200-maybe", b"Content-Length: 3", b"Connection: close", body=b"a=b"): {417},
    post(b"Content-Length: 99999999999999999999", b"Connection: close", body=b"a=b"): {413},
    post(b"Content-Encoding: gzip", b"Content-Length: 3", b"Connection: close", body=b"a=b"): {400},
    post(CHUNKED, b"Connection: close", body=b"3\r\na=b\r\n0\r\nX-Evil: 1\r\n\r\n"): {400},
}


def test_odd_messages_are_answered_plainly(port: int) -> None:
    for message, expected in ODD.items():
        answer = said(port, message)
        assert set(statuses(answer)) == expected, (message[:120], answer[:300])
        assert b"Traceback" not in answer


def test_a_full_address_of_elsewhere_leads_nowhere(port: int) -> None:
    for target in (b"http://evil.example/sign-in", b"https://evil.example", b"//evil.example/%2f.."):
        answer = said(port, b"GET " + target + b" HTTP/1.1\r\n" + HOST + END)
        assert b"Location: http://evil" not in answer
        assert b"evil.example" not in answer.replace(b'name="next"', b"").partition(b"<main")[0]


def test_what_is_no_request_is_answered_as_the_api_answers_and_repeats_nothing(port: int) -> None:
    for sent in (b"GET /api/v1/me HTTP/1.1\r\nAuthorization: \x01<i>evil</i>\r\n", b"<i>evil</i> / HTTP/1.1\r\n"):
        answer = said(port, sent + HOST + END)
        assert statuses(answer) == [400]
        assert b"Content-Type: application/problem+json\r\n" in answer
        assert b"evil" not in answer


def test_headers_of_a_proxy_that_is_not_there_change_nothing(port: int) -> None:
    forged = (
        b"X-Original-URL: /operator\r\nX-Rewrite-URL: /x\r\nX-HTTP-Method-Override: DELETE\r\nSCRIPT_NAME: /evil\r\n"
    )
    forged += b"X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /evil\r\n"
    answer = said(port, b"GET /sign-in HTTP/1.1\r\n" + HOST + forged + END)
    assert statuses(answer) == [200]
    assert b"evil" not in answer


@pytest.mark.parametrize("sent", ["nothing", "half a head", "half a form"])
def test_a_crowd_of_slow_clients_holds_up_nobody(port: int, sent: str) -> None:
    """Five times as many as threads; without `boot.threads` the next visitor waits for as long as they like."""
    begun = {
        "nothing": b"",
        "half a head": b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        "half a form": post(b"Content-Length: 1000", body=b"email="),
    }[sent]
    with contextlib.ExitStack() as open_ones:
        slow = [open_ones.enter_context(socket.create_connection(("127.0.0.1", port), 20)) for _ in range(40)]
        for line in slow:
            line.sendall(begun)
        time.sleep(0.3)
        assert statuses(said(port, SECOND, wait=10)) == [200]
        if sent == "half a head":
            slow[0].sendall(b"but there it is\r\nConnection: close\r\n\r\n")
            slow[0].settimeout(20)
            assert statuses(slow[0].recv(4096)) == [200], "a slow one that comes to its end is answered"
            slow[1].settimeout(40)
            assert statuses(slow[1].recv(4096)) == [408]


def test_clients_that_do_not_hang_up_hold_up_nobody(port: int) -> None:
    """The server's own loop waits two seconds for each of them, one after the other."""
    with contextlib.ExitStack() as open_ones:
        for _ in range(20):
            line = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), 20))
            line.sendall(SECOND)
        assert statuses(said(port, SECOND, wait=10)) == [200]


def test_requests_in_one_go_and_in_pieces_are_all_answered(port: int) -> None:
    keep = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
    assert statuses(said(port, keep * 3 + SECOND)) == [200] * 4
    with socket.create_connection(("127.0.0.1", port), 20) as line:
        for piece in (keep[:9], keep[9:] + keep[:20], keep[20:]):
            line.sendall(piece)
            time.sleep(0.05)
        line.settimeout(20)
        found = b""
        while len(statuses(found)) < 2:
            found += line.recv(65536)
    assert statuses(found) == [200, 200]
