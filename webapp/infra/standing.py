"""Words for how a database stands: as long as they stay the same, nobody has committed anything to it.

So what was read once need not be read again, by whatever process the next commit comes. PostgreSQL says it by its
snapshot (one small question), SQLite by a counter of the commits of all others, which one connection of this process
asks that never writes: the library answers it from shared memory.
"""

import os
import sqlite3
import time
from itertools import count
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event

# Two of PostgreSQL's snapshots with the same words see the same rows. A standby's words don't say all.
SNAPSHOT = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN CAST(pg_current_snapshot() AS text) END"
Words = str | tuple[int, int]


def of_snapshot(driver: Any) -> Words | None:
    """Return PostgreSQL's words, by a connection that is in no transaction; None: a standby's."""
    return driver.execute(SNAPSHOT).fetchone()[0]  # type: ignore[no-any-return]


def of_file(engine: Engine) -> Words | None:
    """Return SQLite's words; None where the database is no file of its own. Raises sqlite3.Error."""
    watch = _watches.get(engine)
    if watch is None:
        with _making:
            watch = _watches.get(engine) or _watches.setdefault(engine, Watch(engine))
    return watch.words()


class Watch:
    """One connection that only asks what was committed; whoever waits for another's question takes its answer."""

    def __init__(self, engine: Engine) -> None:
        # Not the engine itself: it would never be let go of.
        (self.file, *_), self.options = engine.dialect.create_connect_args(engine.url)
        self.asking = Lock()
        self.asked = float("-inf")  # when the last question began, and what it was answered
        self.said: Words | None = None
        self.connection: sqlite3.Connection | None = None
        self.process = self.number = 0
        event.listen(engine, "engine_disposed", self._forget)

    def words(self) -> Words | None:
        """Return how the file stands now."""
        came = time.monotonic()
        with self.asking:
            if self.asked <= came:
                began = time.monotonic()
                self.said = self._ask()
                self.asked = began
            return self.said

    def _ask(self) -> Words | None:
        if self.connection is None or self.process != os.getpid():
            self._open()
        if self.connection is None:
            return None
        try:
            return self.number, self.connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            self._forget()
            raise

    def _open(self) -> None:
        """Begin to count: a connection's figures say nothing to another, so each has a number of its own."""
        if self.file == ":memory:" or self.file.startswith("file:"):
            return
        options = {**self.options, "check_same_thread": False, "isolation_level": None, "timeout": 10}
        self.connection = sqlite3.connect(self.file, **options)
        self.process, self.number = os.getpid(), next(_numbers)

    def _forget(self, *_: Any) -> None:
        self.connection, self.asked = None, float("-inf")


_watches: WeakKeyDictionary[Engine, Watch] = WeakKeyDictionary()
_making = Lock()
_numbers = count(1)
