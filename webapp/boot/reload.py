"""Notices that a source file has changed, for ``make dev``."""

from __future__ import annotations

import time
from pathlib import Path

_PACKAGES = ("webapp", "contests", "voting", "preorders", "migrations")
_KINDS = {".py", ".html", ".txt", ".css", ".js", ".svg", ".mo", ".json"}


class Sources:
    """The project's source files and when each was written."""

    def __init__(self, root: Path, every: float = 0.7) -> None:
        self._root, self._every = root, every
        self._seen = self._times()

    def wait_for_change(self) -> str:
        """Block until a file was written, added or removed; returns its name."""
        while True:
            time.sleep(self._every)
            now = self._times()
            changed = {name for name, _ in now.items() ^ self._seen.items()}
            if changed:
                self._seen = now
                return min(changed)

    def _times(self) -> dict[str, int]:
        times = {}
        for package in _PACKAGES:
            for path in (self._root / package).rglob("*"):
                if path.suffix in _KINDS and path.is_file():
                    times[str(path.relative_to(self._root))] = path.stat().st_mtime_ns
        return times
