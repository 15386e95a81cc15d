"""Words for how a database stands: as long as they stay the same, nobody has committed anything to it.

So what was read once need not be read again, by whatever process the next commit comes. PostgreSQL says it by its
snapshot, SQLite by a counter of the commits of all other connections, which it answers from shared memory. Each process
has one connection that asks nothing else: it takes no place in the pool, and costs no more than the question.
"""

import os
from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event

from webapp.infra.one_for_all import OneForAll

# Two of PostgreSQL's snapshots with the same words see the same rows. A standby's words don't say all.
SNAPSHOT = b"SELECT CASE WHEN NOT pg_is_in_recovery() THEN CAST(pg_current_snapshot() AS text) END"
Words = tuple[int, int | bytes]


def words(engine: Engine) -> Words | None:
    """Return how the engine's database stands now.

    None: there are no such words, of a database in memory or a standby, or whoever asked for us got none. Raises the
    driver's errors.
    """
    watch = _watches.get(engine)
    if watch is None:
        with _making:
            watch = _watches.get(engine) or _watches.setdefault(engine, Watch(engine))
    return watch.words(engine)


class Watch:
    """A connection that only asks, once for all who want to know at the same time."""

    def __init__(self, engine: Engine) -> None:
        self.ask: Callable[[Any], Any] = _of_file if engine.dialect.name == "sqlite" else _of_server
        self.one: OneForAll[Words | None] = OneForAll()
        self.connection: Any = None
        self.is_shared = True
        self.process = self.number = 0
        event.listen(engine, "engine_disposed", self._forget)

    def words(self, engine: Engine) -> Words | None:
        """Return how the database stands now. The engine is not kept: it would never be let go of."""
        return self.one.answer(lambda: self._ask(engine), None)

    def _ask(self, engine: Engine) -> Words | None:
        if self.connection is None or self.process != os.getpid():
            self._open(engine)
        try:
            said = self.ask(self.connection)
        except engine.dialect.loaded_dbapi.Error:
            self._forget()
            raise
        return (self.number, said) if said is not None and self.is_shared else None

    def _open(self, engine: Engine) -> None:
        """Begin to count. What a connection says means nothing to another, so each has a number of its own."""
        place = engine.raw_connection()
        self.connection = place.driver_connection
        place.detach()
        if engine.dialect.name == "sqlite":  # in memory each connection has a database of its own
            self.is_shared = bool(self.connection.execute("PRAGMA database_list").fetchone()[2])
        else:
            self.connection.autocommit = True
        self.process, self.number = os.getpid(), next(_numbers)

    def _forget(self, *_: Any) -> None:
        self.connection = None


def _of_file(connection: Any) -> int:
    """Return SQLite's counter."""
    return connection.execute("PRAGMA data_version").fetchone()[0]  # type: ignore[no-any-return]


def _of_server(connection: Any) -> bytes | None:
    """Return PostgreSQL's words, by its library alone: the driver's part costs twice the question's."""
    said = connection.pgconn.exec_(SNAPSHOT)
    if said.ntuples != 1:
        raise connection.OperationalError(said.get_error_message())
    return said.get_value(0, 0)  # type: ignore[no-any-return]


_watches: WeakKeyDictionary[Engine, Watch] = WeakKeyDictionary()
_making = Lock()
_numbers = count(1)
