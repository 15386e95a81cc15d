"""Errors to Sentry and traces to OpenTelemetry, when the settings name where; otherwise nothing of them is loaded.

Neither is told who somebody is: no cookies, no form, no address, no query; a person is no dimension of a trace.
"""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask

from webapp.infra.settings import Settings

# What a span may say of its request.
KEPT = frozenset({"http.method", "http.route", "http.status_code", "http.request.method", "http.response.status_code"})
_begun: set[str] = set()  # SDKs are begun once for each process, however many applications it makes


def init_app(app: Flask, settings: Settings) -> None:
    """Begin what the settings ask for."""
    if settings.sentry_dsn and "sentry" not in _begun:
        _begun.add("sentry")
        _sentry(settings)
    if settings.otlp_endpoint:
        _traces(app, settings)


def report(error: BaseException) -> None:
    """Tell Sentry, if it is used, of an error that was answered, or will be tried again."""
    if "sentry" in _begun:
        import sentry_sdk

        sentry_sdk.capture_exception(error)


def passed(route: str, status: int, began: float, environ: Mapping[str, Any]) -> None:
    """Tell of a GET that was answered before the application saw it; `began` is of `time.perf_counter()`."""
    if "otel" not in _begun:
        return
    from opentelemetry import propagate, trace

    ends = time.time_ns()
    span = trace.get_tracer("fanmade").start_span(
        f"GET {route}",
        propagate.extract({"traceparent": environ.get("HTTP_TRACEPARENT", "")}),
        trace.SpanKind.SERVER,
        {"http.method": "GET", "http.route": route, "http.status_code": status},
        start_time=ends - int((time.perf_counter() - began) * 1e9),
    )
    span.end(ends)


def flush() -> None:
    """Send what waits to be sent: before a process ends, and in tests."""
    if "otel" in _begun:
        from opentelemetry import trace

        trace.get_tracer_provider().force_flush()  # type: ignore[attr-defined]
    if "sentry" in _begun:
        import sentry_sdk

        sentry_sdk.flush(timeout=2)


def _sentry(settings: Settings) -> None:
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.sentry_dsn,
        environment=settings.env,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0.0,
        before_send=_bare,
    )


def _bare(event: Any, hint: Any) -> Any:
    """Take out of an error's report what could name a person: addresses, cookies, queries, breadcrumbs."""
    event.pop("user", None)
    event.pop("breadcrumbs", None)
    request = event.get("request")
    if request:
        kept = {name: request[name] for name in ("method", "url") if name in request}
        if "url" in kept:
            kept["url"] = _without_query(kept["url"])
        event["request"] = kept
    return event


def _without_query(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def _traces(app: Flask, settings: Settings) -> None:
    from opentelemetry import trace
    from opentelemetry.instrumentation.flask import FlaskInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    if "otel" not in _begun:
        _begun.add("otel")
        sampler = ParentBased(TraceIdRatioBased(settings.traces_share / 100))
        provider = TracerProvider(resource=Resource.create({"service.name": "fanmade"}), sampler=sampler)
        provider.add_span_processor(BatchSpanProcessor(_bare_exporter(f"{settings.otlp_endpoint}/v1/traces")))
        trace.set_tracer_provider(provider)
    FlaskInstrumentor().instrument_app(app, excluded_urls="healthz,readyz,metrics")


def _bare_exporter(address: str) -> Any:
    """Return an exporter that keeps of each span only `KEPT`: an address's query may hold a token of a mail."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import ReadableSpan

    def bare(span: Any) -> ReadableSpan:
        return ReadableSpan(
            name=span.name,
            context=span.context,
            parent=span.parent,
            resource=span.resource,
            attributes={name: value for name, value in (span.attributes or {}).items() if name in KEPT},
            kind=span.kind,
            status=span.status,
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )

    class Bare(OTLPSpanExporter):
        def export(self, spans: Any) -> Any:
            return super().export([bare(span) for span in spans])

    return Bare(endpoint=address)
