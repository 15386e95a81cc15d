"""The only wall clock of the product.

Rules never ask what time it is: they receive `now`. Views, jobs and commands ask here.
A rehearsal and the tests may shift the clock; production settings refuse a shift.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

_shift_file: Path | None = None
_fixed: datetime | None = None


def now() -> datetime:
    """Return the present instant in UTC, aware, with the shift of a rehearsal applied."""
    if _fixed is not None:
        return _fixed
    return datetime.now(UTC) + _shift()


def shift_from(path: Path | None) -> None:
    """Read the shift (seconds, as text) from `path` at each call; None takes the shift away."""
    global _shift_file
    _shift_file = path


def set_for_tests(moment: datetime | None) -> None:
    """Stop the clock at `moment` (aware) in this process, or let it run again with None."""
    global _fixed
    _fixed = moment


def _shift() -> timedelta:
    if _shift_file is None:
        return timedelta(0)
    try:
        return timedelta(seconds=float(_shift_file.read_text()))
    except (FileNotFoundError, ValueError):
        return timedelta(0)
