"""Loads libraries without what they would load and nobody here uses. To be imported before they are; later it changes
nothing.

structlog loads rich for a coloured console: we print JSON, and rich is 4 MB. Redis's client loads OpenTelemetry for
figures of its own, some 60 modules; what traces need of it is loaded where they are wanted (`webapp.infra.tracing`).
It and limits load their twins for asyncio, SQLAlchemy other drivers, Flask-Login what its tests use, Flask-WTF what
asks Google. Babel knows which languages are spoken in which country, 2 MB of what nobody asks for.
"""

import contextlib
import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, cast

from babel import core

_modules: dict[str, Any] = sys.modules


@contextlib.contextmanager
def _without(name: str) -> Iterator[None]:
    """Let an import of `name` fail, for which whoever can do without is prepared."""
    with _being(name, None):
        yield


@contextlib.contextmanager
def _empty(name: str, **values: Any) -> Iterator[None]:
    """Let a part of a library, which this imports and doesn't use, be nothing but these values and its own parts.

    Whoever imports it later gets the real one.
    """
    package, _, last = name.rpartition(".")
    found = importlib.util.find_spec(package)
    module = ModuleType(name)
    module.__path__ = [f"{folder}/{last}" for folder in (found and found.submodule_search_locations) or ()]
    vars(module).update(values)
    with _being(name, module):
        yield


@contextlib.contextmanager
def _being(name: str, module: ModuleType | None) -> Iterator[None]:
    if name in _modules:
        yield
        return
    _modules[name] = module
    try:
        yield
    finally:
        if _modules.get(name) is module:
            del _modules[name]


with _without("rich"):
    import structlog  # noqa: F401
with _without("opentelemetry"), _empty("redis.asyncio"):
    import redis  # noqa: F401
with _empty("limits.aio"):
    import limits  # noqa: F401
with _empty("flask_login.test_client", FlaskLoginClient=None):
    import flask_login  # noqa: F401
with _empty("flask_wtf.recaptcha", Recaptcha=None, RecaptchaField=None, RecaptchaWidget=None):
    import flask_wtf  # noqa: F401
with _empty("sqlalchemy.dialects.postgresql.asyncpg"), _empty("sqlalchemy.dialects.postgresql.pg8000"):
    import sqlalchemy.dialects.postgresql  # noqa: F401

core.get_global("cldr")  # loads all. Without the first, the locales there are must be named as they are: `en`, `fi`
for each in ("likely_subtags", "territory_languages", "territory_currencies"):
    cast("dict[str, object]", core._global_data or {}).pop(each, None)
