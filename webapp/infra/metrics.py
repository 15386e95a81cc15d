"""What this machine's processes count: requests and how long they took.

Each process of one machine writes its counts into the folder that PROMETHEUS_MULTIPROC_DIR names (`fanmade serve`
makes it and empties it at the start), and whichever of them is scraped answers for all. What belongs to the whole
installation, queues and the like, is read when it is asked for (`webapp.watch`).
"""

import os
import time
from collections.abc import Iterator
from functools import cache

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from webapp.infra.metrics_folder import FOLDER

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
NOWHERE = "none"  # the endpoint of an address that leads nowhere: never the address itself, which anybody can invent

requests = Counter("fanmade_http_requests", "Requests answered, by endpoint.", ("endpoint", "method", "status"))
# By room, not by endpoint: each pair costs a dozen numbers in every process.
seconds = Histogram("fanmade_http_request_seconds", "How long requests took.", ("room",), buckets=BUCKETS)
csp_reports = Counter("fanmade_csp_reports", "What the content security policy stopped in browsers.", ("directive",))
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Count every request."""

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _count(response: Response) -> Response:
        try:
            count(request.endpoint or NOWHERE, request.method, response.status_code, g.get("began"))
        except OSError as error:  # a full disk must not turn an answer into an error
            log.warning("could not count a request", error=str(error))
        return response


def count(endpoint: str, method: str, status: int, began: float | None) -> None:
    """Count a request that began when `time.perf_counter()` said so (None: nobody knows); raises OSError."""
    _requests_of(endpoint, method if method in METHODS else "other", status).inc()
    if began is not None:
        _seconds_of(endpoint).observe(time.perf_counter() - began)


@cache
def _requests_of(endpoint: str, method: str, status: int) -> Counter:
    return requests.labels(endpoint, method, str(status))


@cache
def _seconds_of(endpoint: str) -> Histogram:
    return seconds.labels(endpoint.rpartition(".")[0] or endpoint)


class _Figures(Collector):
    def __init__(self, figures: list[Metric]) -> None:
        self.figures = figures

    def collect(self) -> Iterator[Metric]:
        """Yield what was measured before."""
        yield from self.figures


def exposition(figures: list[Metric]) -> bytes:
    """Return what this machine counted, with `figures`, as Prometheus reads it."""
    registry = CollectorRegistry()
    if os.environ.get(FOLDER):
        multiprocess.MultiProcessCollector(registry)
    else:
        registry.register(requests)
        registry.register(seconds)
        registry.register(csp_reports)
    registry.register(_Figures(figures))
    return generate_latest(registry)
