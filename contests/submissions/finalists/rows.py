"""What the queries on kits return: frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class KitRow:
    """One kit; failures are told of it as of a revision."""

    id: int
    submission_id: int
    state: str
    failure_code: str
    attempts: int
    report: dict[str, Any]
    files: list[dict[str, Any]]
    created_at: datetime
    done_at: datetime | None

    @property
    def waiting(self) -> bool:
        """Return whether it is still in the making."""
        return self.state in ("waiting", "processing")

    def file(self, part: str) -> dict[str, Any] | None:
        """Return one of its files ({"part", "key", "bytes"}) once it is made."""
        found = self.files if self.state == "done" else []
        return next((each for each in found if each["part"] == part), None)


@dataclass(frozen=True)
class Counts:
    """How often a design's code was scanned, and its wallpaper taken."""

    scans: int = 0
    wallpapers: int = 0


@dataclass(frozen=True)
class Day:
    """The same for one day."""

    day: date
    scans: int
    wallpapers: int
