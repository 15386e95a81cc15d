"""Rate limits, kept in Redis and, with Redis away, in the process.

Limits count per person once signed in and per address before. An address alone never locks anybody
out of voting: a stadium shares one.
"""

from functools import cached_property
from typing import Any, cast

from flask import Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded, RequestLimit
from flask_limiter._limits import RuntimeLimit
from flask_limiter.util import get_remote_address
from flask_login import current_user
from limits.storage import RedisStorage
from redis.exceptions import RedisError

from webapp.infra.limit_windows import MARK, Windows
from webapp.infra.settings import Settings


def who() -> str:
    """Return the key a request is counted under."""
    if current_user and current_user.is_authenticated:
        return f"person:{current_user.id}"
    return f"address:{get_remote_address()}"


PREFIX = "limits"
# It asks for both programs and imports what it finds, here for nothing: a tenth of a process's start.
RedisStorage.DEPENDENCIES = {"redis": RedisStorage.DEPENDENCIES["redis"]}


class Limits(Limiter):
    """Flask-Limiter, with a short way for limits as nearly all of ours are: a number in a time, each use counted.

    With Redis away or in a cluster, for the API, which is told how much is left, and for whatever else a limit may
    have, it goes the library's way.
    """

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        windows = self._storage
        is_short = isinstance(windows, Windows) and self.enabled and not (in_middleware or self._storage_dead)
        limits = self._plain(callable_name) if callable_name and is_short else None
        if limits is None or request.path.startswith("/api/"):
            return super()._check_request_limit(callable_name, in_middleware)
        used = [(each, _names(each)) for each in limits if not each.method_exempt]
        try:
            place = cast("Windows", windows).first_used_up([_wanted(*each) for each in used]) if used else None
        except RedisError:  # the library finds the same, and counts in this process until Redis is back
            return super()._check_request_limit(callable_name, in_middleware)
        if place is not None:
            over, names = used[place]
            self.context.view_rate_limit = RequestLimit(self, over.limit, names, True, over.shared)
            raise RateLimitExceeded(over)
        return None

    def _plain(self, name: str) -> list[RuntimeLimit] | None:
        """Return the limits of a view, the shortest time first; None: it has none, or any that says more."""
        if name not in self._known:
            found = sorted(self.limit_manager.decorated_limits(name), key=lambda each: each.limit)
            self._known[name] = found if found and all(_is_plain(each) for each in found) else None
        return self._known[name]

    @cached_property
    def _known(self) -> dict[str, list[RuntimeLimit] | None]:
        return {}


def _is_plain(limit: RuntimeLimit) -> bool:
    more = (limit.exempt_when, limit.deduct_when, limit.on_breach, limit.meta_limits)
    return not any(more) and limit.cost == 1 and bool(limit.override_defaults)


def _names(limit: RuntimeLimit) -> list[str]:
    """Return whom and what a limit counts, as the library names its keys."""
    return [PREFIX, limit.key_func(), limit.scope_for(request.endpoint or "", request.method)]


def _wanted(limit: RuntimeLimit, names: list[str]) -> tuple[str, int, int]:
    return limit.limit.key_for(*names), limit.limit.amount, limit.limit.get_expiry()


limiter = Limits(key_func=who, headers_enabled=True, strategy="moving-window")


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the limiter to the application's Redis."""
    app.config.update(
        RATELIMIT_ENABLED=settings.rate_limits,
        **_storage(app, settings.counters_url or settings.redis_url),
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        # Of two requests that find Redis gone at once, the library falls back for one and raises for the other.
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_KEY_PREFIX=PREFIX,
    )
    limiter._storage_options = {}  # the library adds to those of an application before, of which this one has no use
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
        "RATELIMIT_STORAGE_URI": f"{MARK}{url}",
        "RATELIMIT_STORAGE_OPTIONS": options,
    }


def _only_programs_are_told(response: Response) -> Response:
    """Leave out how much of a limit is left, which costs another trip to Redis, where no program reads it."""
    if response.status_code != 429 and not request.path.startswith("/api/"):
        limiter.context.view_rate_limit = None
    return response
