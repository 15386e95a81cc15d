"""Who is told how the installation is: figures, errors, traces."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from webapp.infra.settings.words import Words


def watching(words: Words) -> dict[str, Any]:
    """Return all of it, by field; what needs a package that is not installed is a fault."""
    token, dsn = words.text("FANMADE_METRICS_TOKEN"), words.text("FANMADE_SENTRY_DSN")
    endpoint = words.text("FANMADE_OTLP_ENDPOINT").rstrip("/")
    if token and len(token) < 16:
        words.faults.append("FANMADE_METRICS_TOKEN: shorter than 16 characters")
    for name, address in (("FANMADE_SENTRY_DSN", dsn), ("FANMADE_OTLP_ENDPOINT", endpoint)):
        if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname):
            words.faults.append(f"{name}: must be a full address that starts with https:// or http://")
    for name, address, package in (
        ("FANMADE_SENTRY_DSN", dsn, "sentry_sdk"),
        ("FANMADE_OTLP_ENDPOINT", endpoint, "opentelemetry"),
    ):
        if address and find_spec(package) is None:
            words.faults.append(f"{name}: set, but the package {package} is not installed (docs/operating.md)")
    share = words.number("FANMADE_TRACES_SHARE", 10, 0, 100)
    return {"metrics_token": token, "sentry_dsn": dsn, "otlp_endpoint": endpoint, "traces_share": share}
