"""A small load generator: keep-alive connections in threads, for loopback only, bounded in time."""

import http.client
import selectors
import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

Request = tuple[str, str, bytes | None, dict[str, str]]


@dataclass(frozen=True)
class Figures:
    """Requests a second, milliseconds of the median and the 99th percentile; `bad` names answers that failed."""

    per_second: float
    p50: float
    p99: float
    bad: list[str]


def press(port: int, make: Callable[[int, int], Request], seconds: float = 4.0, connections: int = 16) -> Figures:
    """Ask 127.0.0.1:`port` for `seconds` with that many connections; `make(connection, count)` builds each request."""
    took: list[list[float]] = [[] for _ in range(connections)]
    bad: list[str] = []
    start = threading.Barrier(connections + 1)
    end = [0.0]

    def one(number: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        start.wait()
        count = 0
        while time.perf_counter() < end[0]:
            method, path, body, headers = make(number, count)
            began = time.perf_counter()
            try:
                link.request(method, path, body, headers)
                answer = link.getresponse()
                content = answer.read()
                if answer.status >= 400:
                    bad.append(f"{answer.status} {content[:200].decode(errors='replace')}")
            except (OSError, http.client.HTTPException) as error:
                bad.append(repr(error))
                link.close()
            took[number].append(time.perf_counter() - began)
            count += 1
        link.close()

    threads = [threading.Thread(target=one, args=(number,), daemon=True) for number in range(connections)]
    for thread in threads:
        thread.start()
    end[0] = time.perf_counter() + seconds
    start.wait()
    for thread in threads:
        thread.join(seconds + 25)
    every = sorted(t for own in took for t in own)
    cuts = statistics.quantiles(every, n=100) if len(every) > 1 else [0.0] * 99
    return Figures(len(every) / seconds, cuts[49] * 1000, cuts[98] * 1000, bad)


def burst(port: int, requests: list[Request]) -> tuple[float, list[int]]:
    """Send all requests at one instant, each over a connection of its own; return seconds and the statuses.

    One thread reads all answers as they come, so that the crowd costs the servers as little as it can.
    """
    waiting = selectors.DefaultSelector()
    answers: list[bytearray] = [bytearray() for _ in requests]
    links = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in requests]
    began = time.perf_counter()
    for number, (link, request) in enumerate(zip(links, requests, strict=True)):
        link.sendall(_raw(request))
        link.setblocking(False)
        waiting.register(link, selectors.EVENT_READ, number)
    while waiting.get_map():
        for key, _ in waiting.select(60):
            data = key.fileobj.recv(65536)  # type: ignore[union-attr]
            answers[key.data] += data
            if not data:
                waiting.unregister(key.fileobj)
    took = time.perf_counter() - began
    for link in links:
        link.close()
    return took, [int(answer[9:12] or 0) for answer in answers]


def _raw(request: Request) -> bytes:
    method, path, body, headers = request
    lines = {"Host": "127.0.0.1", "Connection": "close", "Content-Length": str(len(body or b"")), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + (body or b"")
