"""Who may speak to other machines, and to which: no address that a person typed is ever fetched."""

from __future__ import annotations

from tests.house.layers import imports, sources

# What opens connections, of the standard library and of what is installed.
NETWORK = {"socket", "socketserver", "ssl", "asyncio", "ftplib", "imaplib", "poplib", "telnetlib", "xmlrpc", "smtplib"}
NETWORK |= {"http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "httpcore", "websockets"}
NETWORK |= {"obstore", "stripe", "boto3", "botocore", "sentry_sdk", "opentelemetry", "redis", "psycopg", "dns"}
ALLOWED = {
    "preorders.payments.stripe_provider": "Stripe's API: FANMADE_STRIPE_API",
    "webapp.infra.antivirus": "the virus check: FANMADE_CLAMD",
    "webapp.infra.carriers": "what may go wrong with a mail",
    "webapp.infra.mail.nobody": "what a relay answers",
    "webapp.infra.mail.outcomes": "what a relay answers",
    "webapp.infra.mail.connection": "the relay: FANMADE_MAIL_URL",
    "webapp.infra.plain_libraries": "none: it loads what others speak with",
    "webapp.infra.storage": "the bucket: FANMADE_S3_ENDPOINT",
    "webapp.infra.tracing": "FANMADE_SENTRY_DSN, FANMADE_OTLP_ENDPOINT",
    "webapp.boot.commands.doctor": "the relay: is it there?",
    "webapp.boot.nursery": "the parent of its processes, by a pair of sockets",
    "webapp.boot.parent": "the supervisor, by the same pair",
    "webapp.boot.redis_server": "its own Redis: is it up?",
    "webapp.boot.stack": "a free port of this machine",
    "webapp.boot.threads": "none: it serves what comes in",
    "webapp.boot.supervisor": "its own web process: /healthz",
    "webapp.boot.rehearse.client": "a rehearsal's own site, as its fans",
}
REDIS = "FANMADE_REDIS_URL"  # many wait for its faults; connections are made in two places
CONNECTS = {"webapp.infra.queue", "webapp.boot.redis_server"}


def opening() -> dict[str, set[str]]:
    """Return the modules that import something of NETWORK, with what."""
    found: dict[str, set[str]] = {}
    for module, path in sources():
        for name in imports(path.read_text("utf-8"), module, path.name == "__init__.py"):
            if known := {each for each in NETWORK if name == each or name.startswith(f"{each}.")}:
                found.setdefault(module, set()).update(known)
    return found


def test_only_these_speak_to_other_machines() -> None:
    found = {module: names - {"redis"} for module, names in opening().items()}
    assert {module for module, names in found.items() if names} == set(ALLOWED)


def test_redis_is_reached_by_its_setting_alone() -> None:
    makers = {module for module, path in sources() if "from_url(" in path.read_text("utf-8")}
    assert makers <= CONNECTS | {module for module in makers if module.startswith("webapp.boot")}, REDIS


def test_the_list_would_find_another() -> None:
    """The negative control."""
    assert "urllib.request.urlopen" in set(imports("from urllib.request import urlopen", "contests.views", False))
