"""What many visits add to Redis, taken there together: the thousand trips of a crowd become five in a second.

For counts that may be a little late and that nobody misses: what waits here is lost with a process that is killed, a
fifth of a second of it, and with Redis away nothing waits. Never for votes or orders.
"""

import atexit
import os
import threading
from collections import Counter

import structlog
from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError

WAITS = 0.2  # seconds
MOST = 20_000  # visits that wait at the most: should Redis answer slowly, the rest is not counted
TOGETHER = "fanmade.together"

log = structlog.get_logger()


class Batch:
    """What waits."""

    def __init__(self) -> None:
        self.members: dict[str, list[str]] = {}
        self.texts: list[tuple[str, str, int]] = []
        self.counts: Counter[tuple[str, str]] = Counter()


class Together:
    """The place where it waits, one for each process. No thread runs while nothing waits, nor before a fork."""

    def __init__(self, redis: Redis) -> None:
        self._redis, self._pid = redis, os.getpid()
        self._mutex, self._sending = threading.Lock(), threading.Lock()
        self._batch: Batch | None = None
        self._waiting = 0

    def member(self, key: str, member: str) -> None:
        """Add a member to a set."""
        with self._mutex:
            if batch := self._open():
                batch.members.setdefault(key, []).append(member)

    def text(self, key: str, value: str, seconds: int) -> None:
        """Keep a text under a key for so long."""
        with self._mutex:
            if batch := self._open():
                batch.texts.append((key, value, seconds))

    def count(self, key: str, field: str) -> None:
        """Add one to a field of a hash."""
        with self._mutex:
            if batch := self._open():
                batch.counts[key, field] += 1

    def flush(self) -> None:
        """Send what waits, now. Never fails."""
        with self._sending:
            batch = self._taken()
            if batch is None:
                return
            try:
                _send(self._redis, batch)
            except RedisError as error:
                log.warning("not counted", error=str(error))

    def drop(self) -> None:
        """Let go of what waits."""
        with self._sending:
            self._taken()

    def _open(self) -> Batch | None:
        if self._pid != os.getpid():  # what waited in a parent is the parent's to send, and so was its timer
            self._pid, self._batch = os.getpid(), None
        if self._batch is None:
            self._batch, self._waiting = Batch(), 0
            timer = threading.Timer(WAITS, self.flush)
            timer.daemon = True
            timer.start()
        self._waiting += 1
        return self._batch if self._waiting <= MOST else None

    def _taken(self) -> Batch | None:
        with self._mutex:
            batch, self._batch = self._batch, None
            return batch if self._pid == os.getpid() else None


def init_app(app: Flask) -> None:
    """Give the application its place; what still waits when the process ends is sent then."""
    waiting = app.extensions[TOGETHER] = Together(app.extensions["fanmade.redis.counters"])
    atexit.register(waiting.flush)


def here() -> Together:
    """Return the application's place."""
    found: Together = current_app.extensions[TOGETHER]
    return found


def _send(redis: Redis, batch: Batch) -> None:
    pipe = redis.pipeline(transaction=False)
    for key, members in batch.members.items():
        pipe.sadd(key, *members)
    for key, value, seconds in batch.texts:
        pipe.execute_command("SET", key, value, "EX", seconds)
    for (key, field), count in batch.counts.items():
        pipe.hincrby(key, field, count)
    pipe.execute()
