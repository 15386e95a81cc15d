"""The variables as they stand in the environment, read one by one; faults are gathered, not raised."""

from collections.abc import Mapping
from pathlib import Path

from webapp.infra import secret_files


class BadSettings(Exception):
    """Every fault found in the environment, one line each, in `faults`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Words:
    """What the environment says, and what is wrong with it: each fault is a line in `faults`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        named, self.faults = secret_files.read(environ)
        self.environ = {k: v.strip() for k, v in named.items() if k.startswith("FANMADE_")}

    def text(self, name: str, default: str = "") -> str:
        """Return a variable's value, the default when it is not set or empty."""
        return self.environ.get(name) or default

    def path(self, name: str) -> Path | None:
        """Return a full path, None when it is not set."""
        return Path(self.environ[name]).absolute() if self.environ.get(name) else None

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """Return one of the values that are allowed; another is a fault, and the default stands in."""
        value = self.text(name, default)
        if value not in allowed:
            self.faults.append(f"{name}: {value!r} is not one of {', '.join(allowed)}")
            return default
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number within both bounds; anything else is a fault, and the default stands in."""
        value = self.text(name, str(default))
        if not value.removeprefix("-" if low < 0 else "").isdigit() or not low <= int(value) <= high:
            self.faults.append(f"{name}: {value!r} is not a whole number from {low} to {high}")
            return default
        return int(value)
