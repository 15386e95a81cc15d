"""A small load generator: keep-alive connections in threads, for loopback only, bounded in time."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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


def burst(
    port: int, requests: list[Request], connections: int = 32, sizes: list[int] | None = None
) -> tuple[float, list[int]]:
    """Send all requests at once, as fast as so many connections take them; return seconds and the statuses.

    `sizes` takes the bytes of each answer.
    """

    def one(number: int) -> list[int]:
        link, statuses = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
        for method, path, body, headers in requests[number::connections]:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            content = answer.read()
            statuses.append(answer.status)
            if sizes is not None:
                sizes.append(len(content))
        link.close()
        return statuses

    with ThreadPoolExecutor(connections) as pool:
        began = time.perf_counter()
        found = [status for each in pool.map(one, range(connections)) for status in each]
        return time.perf_counter() - began, found
