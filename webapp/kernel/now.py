"""The only wall clock of the product.

Rules never ask what time it is: they receive `now`. Views, jobs and commands ask here.
Machines whose clocks differ follow one of them: what is learned of it (`learn`) corrects this process from then on.
A rehearsal and the tests may shift the clock; production settings refuse a shift.
"""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

_NOTHING = timedelta(0)
_shift_file: Path | None = None
_fixed: datetime | None = None
_ahead = _NOTHING  # by how much the clock that is followed is ahead of this machine's
_error = _NOTHING  # by how much this machine's clock is wrong: tests say so
_mutex = threading.Lock()


def now() -> datetime:
    """Return the present instant in UTC, aware, with the shift of a rehearsal applied."""
    if _fixed is not None:
        return _fixed
    return uncorrected() + _ahead + _shift()


def uncorrected() -> datetime:
    """Return what this machine's own clock says, whoever it should follow."""
    return datetime.now(UTC) + _error


def as_now(moment: datetime) -> datetime:
    """Return what `now` was at a moment of the clock that is followed: shifted, or where the tests stopped it."""
    return _fixed if _fixed is not None else moment + _shift()


def learn(asked: datetime, told: datetime, answered: datetime) -> timedelta:
    """Follow the clock that `told` its time between two moments of `uncorrected`; return the correction that took.

    A clock that may have been right stays as it is: on one machine nothing is ever corrected.
    """
    global _ahead
    with _mutex:
        least, most = told - (answered + _ahead), told - (asked + _ahead)
        off = max(least, _NOTHING) or min(most, _NOTHING)
        _ahead += off
    return off


def shift_from(path: Path | None) -> None:
    """Read the shift (seconds, as text) from `path` at each call; None takes the shift away."""
    global _shift_file
    _shift_file = path


def set_for_tests(moment: datetime | None) -> None:
    """Stop the clock at `moment` (aware) in this process, or let it run again with None."""
    global _fixed
    _fixed = moment


def go_wrong(seconds: float) -> None:
    """Let this machine's clock be wrong by so much, and forget what was learned: for tests."""
    global _ahead, _error
    _error, _ahead = timedelta(seconds=seconds), _NOTHING


def _shift() -> timedelta:
    if _shift_file is None:
        return _NOTHING
    try:
        return timedelta(seconds=float(_shift_file.read_text()))
    except (FileNotFoundError, ValueError):
        return _NOTHING
