"""Loads libraries without what they would load only because it is installed. To be imported before they are; later it
changes nothing.

structlog loads rich for a coloured console: we print JSON, and rich is 4 MB. Redis's client loads OpenTelemetry for
figures of its own, which nobody asks it for, some 60 modules; what traces need of it is loaded where they are wanted
(`webapp.infra.tracing`).
"""

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

_modules: dict[str, Any] = sys.modules


@contextlib.contextmanager
def _without(name: str) -> Iterator[None]:
    """Let an import of `name` fail, for which whoever can do without is prepared."""
    hidden = name not in _modules
    if hidden:
        _modules[name] = None
    try:
        yield
    finally:
        if hidden:
            del _modules[name]


with _without("rich"):
    import structlog  # noqa: F401
with _without("opentelemetry"):
    import redis  # noqa: F401
