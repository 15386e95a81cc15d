"""What an installation with real fans behind its door must not be told."""

from urllib.parse import unquote, urlsplit

from webapp.infra.settings.known import Known
from webapp.infra.settings.words import Words

# What examples and images come with, ours too.
DEFAULT_PASSWORDS = {"password", "passwd", "changeme", "change-me", "secret", "admin", "root", "minioadmin"}


def refuse(words: Words, settings: Known) -> None:
    """Note as faults what is fit for rehearsals only, and secrets that everybody knows."""
    if not settings.production:
        return
    for name in ("FANMADE_DATABASE_URL", "FANMADE_REDIS_URL", "FANMADE_COUNTERS_URL", "FANMADE_MAIL_URL"):
        if unquote(_password_in(words.text(name))).lower() in DEFAULT_PASSWORDS:
            words.faults.append(f"{name}: has a password that everybody knows; choose one")
    if any(unquote(_password_in(each)).lower() in DEFAULT_PASSWORDS for each in settings.replica_urls):
        words.faults.append("FANMADE_REPLICA_URLS: has a password that everybody knows; choose one")
    for name in ("FANMADE_S3_SECRET", "FANMADE_METRICS_TOKEN"):
        if words.text(name).lower() in DEFAULT_PASSWORDS:
            words.faults.append(f"{name}: is one that everybody knows; choose another")
    if settings.clock_file:
        words.faults.append("FANMADE_CLOCK_FILE: the clock is not shifted in production")
    if settings.clock_error:
        words.faults.append("FANMADE_CLOCK_ERROR: no clock is made wrong in production")
    if not settings.rate_limits:
        words.faults.append("FANMADE_RATE_LIMITS: may not be off in production")
    if not settings.quiet_hours:
        words.faults.append("FANMADE_QUIET_HOURS: may not be off in production")


def _password_in(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:  # no address at all, which is another fault
        return ""
