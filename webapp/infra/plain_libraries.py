"""Loads libraries without what they would load and nobody here uses. To be imported before they are; later it changes
nothing.

structlog loads rich for a coloured console: we print JSON, and rich is 4 MB. Redis's client loads OpenTelemetry for
figures of its own, some 60 modules; what traces need of it is loaded where they are wanted (`webapp.infra.tracing`).
It and limits load their twins for asyncio, SQLAlchemy other drivers, Flask-Login what its tests use, Flask-WTF what
asks Google. Babel knows which languages are spoken in which country, 2 MB of what nobody asks for, and in each locale
the names of languages and units, half a megabyte. Eight libraries load asyncio, of which one asks it one
thing; Redis's client its twin for clusters.
"""

import contextlib
import importlib.util
import inspect
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, cast

from babel import core, localedata

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


class _Later(ModuleType):
    """A module that is loaded once somebody asks for something of it. Until all who name it are, it has any type."""

    ready = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self.ready:
            return getattr(importlib.import_module(self.__name__), name)
        return type(name, (Exception,), {"__class_getitem__": classmethod(lambda cls, _: cls)})


@contextlib.contextmanager
def _later(*names: str, **known: object) -> Iterator[None]:
    """Let who is imported within, and imports these modules, load them only to use them, but for what is `known`.

    Whoever imports them later gets the real ones.
    """
    modules = [_Later(name) for name in names]
    with contextlib.ExitStack() as stack:
        for module in modules:
            vars(module).update(known)
            stack.enter_context(_being(module.__name__, module))
        yield
    for module in modules:
        module.ready = True


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


with _without("rich"), _later("asyncio"):
    import structlog  # noqa: F401
with (
    _without("opentelemetry"),
    _empty("redis.asyncio"),
    _later("asyncio", "redis.cluster", "redis.keyspace_notifications"),
):
    import redis  # noqa: F401
with _empty("limits.aio"), _later("asyncio"):
    import limits  # noqa: F401
with _later("asyncio", iscoroutine=inspect.iscoroutine):  # each job asks for that
    import rq  # noqa: F401
with _empty("flask_login.test_client", FlaskLoginClient=None):
    import flask_login  # noqa: F401
with _empty("flask_wtf.recaptcha", Recaptcha=None, RecaptchaField=None, RecaptchaWidget=None):
    import flask_wtf  # noqa: F401
with _later("asyncio"):
    import sqlalchemy
with (
    _empty("sqlalchemy.dialects.postgresql.asyncpg"),
    _empty("sqlalchemy.dialects.postgresql.pg8000"),
    _later("asyncio"),
):
    import sqlalchemy.dialects.postgresql
    import sqlalchemy.dialects.sqlite  # noqa: F401


def load_postgres() -> None:
    """Load PostgreSQL's driver, for who has such a database; its twin for asyncio has no asyncio until it is used."""
    with _later("asyncio"):
        import psycopg  # noqa: F401


core.get_global("cldr")  # loads all. Without the first, the locales there are must be named as they are: `en`, `fi`
for each in ("likely_subtags", "territory_languages", "territory_currencies"):
    cast("dict[str, object]", core._global_data or {}).pop(each, None)

UNASKED = (
    *("languages", "scripts", "variants", "unit_display_names", "compound_unit_patterns"),
    *("compact_decimal_formats", "compact_currency_formats", "interval_formats"),
)
_load = localedata.load


def _loaded(name: Any, merge_inherited: bool = True) -> Any:
    """Return a locale's data without what nobody asks for: languages, scripts, kilograms and acres."""
    known = name in localedata._cache
    data = _load(name, merge_inherited)
    if not known:
        for each in UNASKED:
            data.pop(each, None)
        units = data.get("unit_patterns", {})
        for unit in list(units):
            if not unit.startswith("duration-"):
                units.pop(unit, None)
    return data


localedata.load = _loaded
