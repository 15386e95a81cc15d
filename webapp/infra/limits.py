"""Rate limits, kept in Redis and, with Redis away, in the process.

Limits count per person once signed in and per address before. An address alone never locks anybody
out of voting: a stadium shares one.
"""

from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from limits.storage import RedisStorage

from webapp.infra.settings import Settings


def who() -> str:
    """Return the key a request is counted under."""
    if current_user and current_user.is_authenticated:
        return f"person:{current_user.id}"
    return f"address:{get_remote_address()}"


# It asks for both programs and imports what it finds, here for nothing: a tenth of a process's start.
RedisStorage.DEPENDENCIES = {"redis": RedisStorage.DEPENDENCIES["redis"]}
limiter = Limiter(key_func=who, headers_enabled=True, strategy="moving-window")


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the limiter to the application's Redis."""
    app.config.update(
        RATELIMIT_ENABLED=settings.rate_limits,
        **_storage(app, settings.counters_url or settings.redis_url),
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        # Of two requests that find Redis gone at once, the library falls back for one and raises for the other.
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_KEY_PREFIX="limits",
    )
    limiter.init_app(app)
    # Limits belong to views, whose decorators check them. There is none of the whole site or of a blueprint, so that
    # the library need not look for one before each request.
    before = app.before_request_funcs.get(None, [])
    if limiter._check_request_limit in before:  # it is not where limits are switched off
        before.remove(limiter._check_request_limit)
    # Registered after the library's own and so run before it.
    app.after_request(_only_programs_are_told)


def _storage(app: Flask, url: str) -> dict[str, Any]:
    if app.extensions["fanmade.redis.parts"]:
        options: dict[str, Any] = {"client": app.extensions["fanmade.redis.counters"]}
        return {"RATELIMIT_STORAGE_URI": "fanmade+cluster://", "RATELIMIT_STORAGE_OPTIONS": options}
    options = {"socket_connect_timeout": 0.5, "socket_timeout": 2}
    return {
        "RATELIMIT_STORAGE_URI": url.replace("unix://", "redis+unix://"),
        "RATELIMIT_STORAGE_OPTIONS": options,
    }


def _only_programs_are_told(response: Response) -> Response:
    """Leave out how much of a limit is left, which costs another trip to Redis, where no program reads it."""
    if response.status_code != 429 and not request.path.startswith("/api/"):
        limiter.context.view_rate_limit = None
    return response
