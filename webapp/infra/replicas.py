"""Standbys of PostgreSQL on which strangers' pages are read: which of them may be, and until when.

A replica may be read for HOLDS seconds after a moment at which it is known to have had everything: the primary is
asked how long its journal is, and the replica whether it has replayed that much. So nothing that was committed HOLDS
seconds ago is missing on any replica that any process reads. Whoever takes something from sight waits until all
replicas have it, or for HOLDS seconds, after which those that have it not are read by nobody: that wait is bounded,
whatever has become of a replica. A replica that is away, late, promoted or follows another primary is left aside, and
comes back by itself.
"""

import os
import random
import re
import threading
import time
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

HOLDS = 2.0  # seconds; the same in all processes, since those that write reckon with it
EVERY = 0.4  # seconds between two looks of a process
EXTENSION = "fanmade.replicas"
# The timeline is another one after each promotion: a standby of a former primary is not ours.
_WHO = "FROM pg_control_system() AS s, pg_control_checkpoint() AS c"
_LEVEL = text(f"SELECT pg_current_wal_lsn() - '0/0', s.system_identifier, c.timeline_id {_WHO}")
_REPLAYED = text(
    "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0' END, s.system_identifier,"
    f" c.timeline_id, EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()) {_WHO}"
)
_TAKES = re.compile(r"\b(?:UPDATE|DELETE FROM) (?:ONLY )?\"?(\w+)")

log = structlog.get_logger()
_here: ContextVar["Replica | None"] = ContextVar("replica", default=None)
_taken: ContextVar[bool] = ContextVar("taken", default=False)


@dataclass(frozen=True)
class Level:
    """How much journal there is, of which primary, and when (monotonic) that was asked."""

    asked: float
    bytes: int
    primary: tuple[Any, ...]


@dataclass(frozen=True)
class State:
    """How a replica stands, for those who watch: what is wrong ('': nothing), bytes and seconds behind."""

    name: str
    fault: str
    behind: int = 0
    seconds: float = 0.0


class Replica:
    """One standby. `proven` is a moment at which it had everything."""

    def __init__(self, address: str, engine: Engine) -> None:
        url = make_url(address)
        self.name = f"{url.host or url.query.get('host', '')}:{url.port or 5432}"
        self.engine = engine
        self.proven = float("-inf")
        self._levels: deque[Level] = deque(maxlen=50)
        self._held = False

    def holds(self) -> bool:
        """Return whether it may be read now, and whether what was read from it until now may be told."""
        return time.monotonic() - self.proven < HOLDS

    def look(self, level: Level) -> None:
        """Learn how far it is; never fails."""
        self._levels.append(level)
        try:
            replayed, _ = self.replayed(level.primary)
            moments = [each.asked for each in self._levels if each.primary == level.primary and each.bytes <= replayed]
            self.proven = max([self.proven, *moments])
        except (SQLAlchemyError, LookupError) as error:
            self._tell(str(error).splitlines()[0][:200])
            return
        self._tell("" if self.holds() else "it is late")

    def replayed(self, primary: tuple[Any, ...]) -> tuple[int, float]:
        """Return how much of the primary's journal it has replayed, and how old the last commit of that is in seconds.

        Raises LookupError when it follows another.
        """
        with self.engine.connect() as connection:
            row = connection.execute(_REPLAYED).one()
        if row[0] is None:
            raise LookupError("it is no standby")
        if tuple(row[1:3]) != primary:
            raise LookupError("it follows another primary, or has not caught up with a promotion")
        return int(row[0]), float(row[3] or 0)

    def leave(self) -> None:
        """Leave it aside until the next look."""
        self.proven = float("-inf")

    def _tell(self, why: str) -> None:
        if self._held != (not why):
            self._held = not why
            (log.info if self._held else log.warning)("replica", name=self.name, used=self._held, why=why)


class Replicas:
    """All of an installation. One thread for each looks after it, from the first reader on."""

    def __init__(self, found: Sequence[Replica], primary: Engine) -> None:
        self.found, self._primary = found, primary
        self._mutex = threading.Lock()
        self._level: Level | None = None
        self._pid = 0
        self._over = threading.Event()

    def chosen(self) -> Replica | None:
        """Return one that may be read now, None while there is none."""
        if self._pid != os.getpid():  # no thread runs before the first reader, nor is one inherited by a fork
            self._begin()
        holding = [each for each in self.found if each.holds()]
        return random.choice(holding) if holding else None

    def level(self) -> Level:
        """Ask the primary how much journal there is."""
        asked = time.monotonic()
        with self._primary.connect() as connection:
            row = connection.execute(_LEVEL).one()
        return Level(asked, int(row[0]), tuple(row[1:]))

    def wait(self) -> None:
        """Return when no reader of any process misses what was committed until now; in HOLDS seconds at the latest,
        and the time it takes to notice that a replica does not answer. Never fails."""
        ends = time.monotonic() + HOLDS
        try:
            level = self.level()
            for each in self.found:
                pause = 0.002
                while each.replayed(level.primary)[0] < level.bytes and time.monotonic() < ends:
                    time.sleep(pause)
                    pause = min(0.05, pause * 1.5)
        except (SQLAlchemyError, LookupError) as error:
            log.warning("a replica was waited for", error=str(error).splitlines()[0][:200])
            time.sleep(max(0.0, ends - time.monotonic()))

    def states(self) -> list[State]:
        """Return how all of them stand."""
        if not self.found:
            return []
        level = self.level()
        return [_state(each, level) for each in self.found]

    def close(self) -> None:
        """End the threads and the connections."""
        self._over.set()
        for each in self.found:
            each.engine.dispose()

    def _begin(self) -> None:
        with self._mutex:
            if self._pid == os.getpid():
                return
            self._pid = os.getpid()
            for each in self.found:
                threading.Thread(target=partial(self._follow, each), daemon=True, name=f"replica {each.name}").start()

    def _follow(self, replica: Replica) -> None:
        while not self._over.is_set():
            try:
                replica.look(self._recent())
            except SQLAlchemyError:
                replica.leave()  # the primary is away: its own errors are told by those who use it
            self._over.wait(EVERY)

    def _recent(self) -> Level:
        """Ask the primary, once for all replicas."""
        with self._mutex:
            if self._level is None or time.monotonic() - self._level.asked > EVERY / 2:
                self._level = self.level()
            return self._level


def init_app(app: Flask, found: Sequence[Replica], primary: Engine, tables: Collection[str]) -> None:
    """Give the application its replicas (none: everything is read from the primary); opens no connection yet.

    tables: what strangers see stands in them; an UPDATE or DELETE there may take something from sight.
    """
    app.extensions[EXTENSION] = Replicas(found, primary)
    if found:
        _follow(primary, frozenset(tables))


def here() -> Replicas:
    """Return the application's replicas."""
    found: Replicas = current_app.extensions[EXTENSION]
    return found


def engine() -> Engine | None:
    """Return the engine of the replica that is read in this context; None: the primary is."""
    replica = _here.get()
    return replica.engine if replica else None


@contextmanager
def reading(replica: Replica | None) -> Iterator[None]:
    """Read from a replica within the block; None: from the primary."""
    token = _here.set(replica)
    try:
        yield
    finally:
        _here.reset(token)


def begin() -> None:
    """Nothing was taken from sight yet, in the transaction that begins now."""
    _taken.set(False)


def was_taken() -> bool:
    """Return whether the transaction has taken something from sight."""
    return _taken.get()


def _follow(primary: Engine, tables: frozenset[str]) -> None:
    @event.listens_for(primary, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, words: str, *_rest: Any) -> None:
        if not _taken.get() and words[:6] in ("UPDATE", "DELETE"):
            _taken.set(any(each in tables for each in _TAKES.findall(words)))


def _state(replica: Replica, level: Level) -> State:
    try:
        replayed, seconds = replica.replayed(level.primary)
    except (SQLAlchemyError, LookupError) as error:
        return State(replica.name, str(error).splitlines()[0][:160])
    behind = max(0, level.bytes - replayed)
    return State(replica.name, "", behind, seconds if behind else 0.0)
