"""The order of SQLite's writers.

SQLite lets one writer in and makes the others sleep and try again, longer each time and without order: of many
some would sleep until their time is up, and the file would lie idle meanwhile. So they queue outside: the threads
of a process for a lock, of which the first holds a lock on a file beside the database. Whoever knows nothing of
that file (another program) is still kept apart by SQLite itself.
"""

import fcntl
import os
import threading
import time

TRY_EVERY = 0.0003  # seconds; one thread a process tries, so it costs little


class Turn:
    """Who may write. A process that dies has given its turn back."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._files: dict[str, int] = {}  # POSIX locks belong to a process: what a fork inherits is not held

    def acquire(self, database: str | None, timeout: float) -> bool:
        """Wait for a turn at a database's file; return whether it came in time, else nothing is held."""
        ends = time.monotonic() + timeout
        if not self._mutex.acquire(timeout=timeout):
            return False
        if database and not self._first(database, ends):
            self._mutex.release()
            return False
        return True

    def release(self, database: str | None) -> None:
        """Give the turn back."""
        if database in self._files:
            fcntl.lockf(self._files[database], fcntl.LOCK_UN)
        self._mutex.release()

    def _first(self, database: str, ends: float) -> bool:
        """Be the process whose turn it is."""
        try:
            file = self._file(database)
            while not _took(file):
                if time.monotonic() > ends:
                    return False
                time.sleep(TRY_EVERY)
        except OSError:
            return True  # no file can be written there, and then no database either: SQLite will say so
        return True

    def _file(self, database: str) -> int:
        # Never closed: closing any descriptor of a file would give all of this process's locks on it back.
        if database not in self._files:
            self._files[database] = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._files[database]


def _took(file: int) -> bool:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
