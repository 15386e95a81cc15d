"""The rehearsal's clock: it runs like any other, and jumps to where the story goes on."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from webapp.kernel.now import now


class Shift:
    """A file with a number of seconds that every process of the scratch installation adds to its clock."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def reach(self, moment: datetime) -> None:
        """Jump to `moment`, unless it is past already."""
        ahead = (moment - now()).total_seconds()
        if ahead > 0:
            self._write(self._seconds() + ahead)

    def advance(self, by: timedelta) -> None:
        """Jump ahead."""
        self._write(self._seconds() + by.total_seconds())

    def _seconds(self) -> float:
        return float(self.path.read_text()) if self.path.exists() else 0.0

    def _write(self, seconds: float) -> None:
        # Renamed into place: nobody ever reads half a number.
        part = self.path.with_suffix(".part")
        part.write_text(f"{seconds:.3f}")
        os.replace(part, self.path)
