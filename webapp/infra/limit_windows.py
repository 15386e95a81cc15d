"""Where the windows of limits are kept in Redis: all limits of a request are asked for in one short trip.

The keys and what is in them are the library's own; its client costs several times what it sends.
"""

import hashlib
import os
import threading
import time
from collections.abc import Sequence
from typing import Any

from limits.storage import RedisStorage
from redis.exceptions import ConnectionError, NoScriptError

# Each key holds the moments of what was let through, the newest first. The first limit that is used up ends it, so
# that what is refused uses up nothing of the limits after it. Returns its place, 0: none is used up.
# ARGV: now, then for each key how many in how many seconds.
ACQUIRE = b"""
local now = tonumber(ARGV[1])
for place = 1, #KEYS do
    local most, seconds = tonumber(ARGV[2 * place]), tonumber(ARGV[2 * place + 1])
    local oldest = redis.call('LINDEX', KEYS[place], most - 1)
    if oldest and tonumber(oldest) >= now - seconds then return place end
    redis.call('LPUSH', KEYS[place], ARGV[1])
    redis.call('LTRIM', KEYS[place], 0, most - 1)
    redis.call('EXPIRE', KEYS[place], seconds)
end
return 0
"""
NAME = hashlib.sha1(ACQUIRE).hexdigest().encode()

MARK = "fanmade+"  # before an address: it is for `Windows`
Wanted = tuple[str, int, int]  # a limit's key, how many, in how many seconds


class Windows(RedisStorage):
    """The library's storage, and a way to ask for several limits at once."""

    STORAGE_SCHEME = [f"{MARK}{each}" for each in ("redis", "rediss", "unix")]

    def __init__(self, uri: str, **options: Any) -> None:
        super().__init__(uri.removeprefix(MARK), **options)
        self._lines = threading.local()

    def first_used_up(self, wanted: Sequence[Wanted]) -> int | None:
        """Count one use of each limit, in order; return the place of the first that has none left, None: all had.

        Raises RedisError.
        """
        keys = [self.prefixed_key(key).encode() for key, _, _ in wanted]
        values = [b"%d" % number for _, most, seconds in wanted for number in (most, seconds)]
        rest = (b"%d" % len(keys), *keys, repr(time.time()).encode(), *values)
        try:
            place = self._ask(b"EVALSHA", NAME, *rest)
        except NoScriptError:
            place = self._ask(b"EVAL", ACQUIRE, *rest)
        return int(place) - 1 if place else None

    def hang_up(self) -> None:
        """Let the next question of this thread go over a new connection."""
        if line := getattr(self._lines, "line", None):
            line.disconnect()
        self._lines.line = None

    def _ask(self, *words: bytes) -> Any:
        said = b"*%d\r\n%b" % (len(words), b"".join([b"$%d\r\n%b\r\n" % (len(each), each) for each in words]))
        line, is_new = self._line()
        try:
            line.send_packed_command([said])
            return line.read_response()
        except ConnectionError:
            self.hang_up()
            if is_new:
                raise
            return self._ask(*words)  # Redis was started anew, or had ended what was idle
        except NoScriptError:
            raise
        except BaseException:
            self.hang_up()  # its answer may be on the way still, and would be taken for that of the next question
            raise

    def _line(self) -> tuple[Any, bool]:
        """Return this thread's connection, and whether it was just made: what a fork inherits is its parent's."""
        line = getattr(self._lines, "line", None)
        if line is not None and self._lines.pid == os.getpid():
            return line, False
        pool: Any = self.storage.connection_pool
        line = pool.connection_class(**pool.connection_kwargs)
        line.connect()
        self._lines.line, self._lines.pid = line, os.getpid()
        return line, True
