"""What has been done: one line for each step, kept before the next begins. A torn last line is no line."""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Journal:
    """Facts by name. Written once each; read again by a rehearsal that goes on after it was killed."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._facts: dict[str, Any] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            try:
                name, value = json.loads(line)
            except ValueError:
                continue
            self._facts[name] = value

    def get(self, name: str) -> Any:
        """Return what was noted under `name`, or None."""
        return self._facts.get(name)

    def has(self, name: str) -> bool:
        """Return whether something was noted under `name`."""
        return name in self._facts

    def note(self, name: str, value: Any) -> Any:
        """Keep a fact, for good, and return it."""
        # A line of its own also behind a torn one.
        with self._lock, open(self._path, "a", encoding="utf-8") as file:
            file.write("\n" + json.dumps([name, value]) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._facts[name] = value
        return value

    def once(self, name: str, act: Callable[[], Any]) -> Any:
        """Return what was noted under `name`; else do `act`, note what it returns, and return that."""
        return self._facts[name] if name in self._facts else self.note(name, act())
