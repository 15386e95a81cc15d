"""Loads structlog as we use it. To be imported before anything that imports structlog; later it changes nothing.

structlog loads rich wherever that is installed, for a coloured console. We print JSON, and rich is 4 MB.
"""

import sys
from typing import Any

_modules: dict[str, Any] = sys.modules
_hidden = "rich" not in _modules
if _hidden:
    _modules["rich"] = None  # importing it fails, for which structlog is prepared
try:
    import structlog  # noqa: F401
finally:
    if _hidden:
        del _modules["rich"]
