"""The parent of an installation's processes: it has loaded the whole product once, and forks them.

Run by the supervisor as ``python -m webapp.boot.parent``, with a socket as its stdin. What is said there:

    the supervisor:  {"argv": ["worker", "mail"]}, with the descriptor of the child's output
    this process:    {"ready": true} once; {"pid": 7} for each order; {"ended": 7, "code": -9} for each death

Nothing may be open or running here that a child must not share: no thread, no connection to a database or to Redis.
Linux only: the children end with this process, and this process with the supervisor.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

from webapp.boot import cli, leash

LONGEST = 65536  # bytes of a message


def main() -> None:
    """Load the product, then fork as told until the supervisor is gone."""
    with contextlib.closing(socket.socket(fileno=os.dup(0))) as door:
        _silence(0, os.O_RDONLY)
        cli.preload()
        argv = _Parent(door).run()
    if argv is not None:
        _become(argv)


class _Parent:
    def __init__(self, door: socket.socket) -> None:
        self._door = door
        self._selector = selectors.DefaultSelector()
        self._selector.register(door, selectors.EVENT_READ)
        self._watched: dict[int, int] = {}  # a child's pid by the descriptor that tells of its end

    def run(self) -> list[str] | None:
        """Take orders. Returns in each child with what it shall do, here with None when no order can come any more."""
        self._say(ready=True)
        while True:
            for key, _ in self._selector.select():
                if key.fd in self._watched:
                    self._bury(key.fd)
                    continue
                order, output = self._order()
                if order is None:
                    return None
                if self._fork(order, output):
                    return list(order["argv"])

    def _order(self) -> tuple[dict[str, Any] | None, int]:
        try:
            message, (output,), _, _ = socket.recv_fds(self._door, LONGEST, 1)
        except (OSError, ValueError):  # it is gone
            return None, -1
        return json.loads(message), output

    def _fork(self, order: dict[str, Any], output: int) -> bool:
        """Return whether this is the child."""
        here = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            os.write(output, f"no process can be started: {error.strerror}\n".encode())
            os.close(output)
            self._say(pid=0)
            return False
        if pid == 0:
            self._leave(here, output)
            return True
        os.close(output)
        watch = os.pidfd_open(pid)
        self._watched[watch] = pid
        self._selector.register(watch, selectors.EVENT_READ)
        self._say(pid=pid)
        return False

    def _leave(self, parent: int, output: int) -> None:
        """In the child: let go of all that is the parent's."""
        os.setsid()
        # Not asked to finish: a worker whose Redis has gone as well would wait for it, a stopped one for ever.
        leash.hold(parent, signal.SIGKILL)
        self._selector.close()
        for watch in self._watched:
            os.close(watch)
        self._door.close()
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)

    def _bury(self, watch: int) -> None:
        """A child has died: end what it had started, while nobody else can have its number, and tell."""
        pid = self._watched.pop(watch)
        self._selector.unregister(watch)
        os.close(watch)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        self._say(ended=pid, code=os.waitstatus_to_exitcode(status))

    def _say(self, **what: object) -> None:
        with contextlib.suppress(OSError):  # the supervisor is gone: the next order says so
            self._door.send(json.dumps(what).encode())


def _become(argv: list[str]) -> NoReturn:
    """Be the command: what happens from here on is as if it had been started by itself."""
    _show(f"fanmade {' '.join(argv)}")
    sys.argv = ["fanmade", *argv]
    cli.main(args=argv, prog_name="fanmade")
    raise SystemExit(0)


def _show(title: str) -> None:
    """Let `ps` tell who this is, in the place of the parent's own command line; where that can't be, it stays."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        begin, end = int(fields[45]), int(fields[46])
        room = end - begin - 1
        if begin and room > 0:
            ctypes.memmove(begin, title.encode()[:room].ljust(room + 1, b"\0"), room + 1)


def _silence(descriptor: int, how: int) -> None:
    nothing = os.open(os.devnull, how)
    os.dup2(nothing, descriptor)
    os.close(nothing)


if __name__ == "__main__":
    main()
