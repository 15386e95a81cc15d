"""The supervisor's side of the one parent (`webapp.boot.parent`): orders processes of it and hears of their ends."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from webapp.boot.child import Child, Process, Spawn, leashed

NAME = "parent"
PROGRAM = (sys.executable, "-m", "webapp.boot.parent")
LONGEST = 65536
_FORKS_WITHIN, _DIES_WITHIN = 20.0, 5.0  # seconds, on a machine that has much else to do
_UNKNOWN = -signal.SIGKILL


def possible() -> bool:
    """Whether processes can be forked here and would still end with their parent."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class Nursery:
    """The parent process by its name and whatever number, and the words exchanged with it."""

    def __init__(self, environ: Mapping[str, str], keep: tuple[int, ...]) -> None:
        """`keep` are file descriptors that every process inherits."""
        self._environ, self._keep = environ, keep
        self._door: socket.socket | None = None
        self._ready = False
        self._ended: dict[int, int] = {}
        self._mutex = threading.RLock()
        self.child = Child(NAME, self._spawn)

    def ready(self) -> bool:
        """Whether it has loaded everything and takes orders."""
        self._listen(0)
        return self._ready and self._door is not None

    def forks(self, argv: tuple[str, ...]) -> Spawn:
        """What starts `fanmade ARGV…` by a fork."""
        return lambda output: self._fork(argv, output)

    def ended(self, pid: int) -> int | None:
        """Return the exit code of a process it forked; None as long as it has not told one."""
        self._listen(0)
        return self._ended.get(pid)

    def close(self) -> None:
        """Say no more to it: then it ends."""
        with self._mutex:
            self._ready = False
            if self._door:
                self._door.close()
                self._door = None

    def _spawn(self, output: int) -> Process:
        """Start the parent itself, with a new line to it."""
        with self._mutex:
            self.close()
            self._ended.clear()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                process = leashed(PROGRAM, self._environ, self._keep, stdin=theirs.fileno())(output)
            self._door = ours
            return process

    def _fork(self, argv: tuple[str, ...], output: int) -> Process:
        with self._mutex:
            if not self.ready() or not self._door:
                return Forked(self, 0)
            try:
                socket.send_fds(self._door, [json.dumps({"argv": argv}).encode()], [output])
            except OSError:
                self.close()
                return Forked(self, 0)
            said = self._listen(_FORKS_WITHIN, "pid")
            return Forked(self, int(said.get("pid", 0)))

    def _listen(self, patience: float, wanted: str = "") -> dict[str, Any]:
        """Take what was said; wait so many seconds for a message with `wanted`, and return it (else an empty one)."""
        ends = time.monotonic() + patience
        with self._mutex:
            while self._door:
                left = max(0.0, ends - time.monotonic()) if wanted else 0.0
                if not select.select([self._door], [], [], left)[0]:
                    break
                said = self._next()
                if wanted and wanted in said:
                    return said
        return {}

    def _next(self) -> dict[str, Any]:
        assert self._door
        try:
            message = self._door.recv(LONGEST)
        except OSError:
            message = b""
        if not message:
            self.close()
            return {}
        said: dict[str, Any] = json.loads(message)
        self._ready = self._ready or "ready" in said
        if "ended" in said:
            self._ended[said["ended"]] = said["code"]
        return said


class Forked:
    """A process that the parent has forked; pid 0 when there was none to be had."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid, self._nursery = pid, nursery
        self._code: int | None = None if pid else _UNKNOWN
        self._watch = -1
        with contextlib.suppress(ProcessLookupError):  # it has ended already, and the parent will say so
            self._watch = os.pidfd_open(pid) if pid else -1

    def poll(self) -> int | None:
        """Return its exit code, None while it runs."""
        if self._code is None:
            self._code = self._nursery.ended(self.pid)
            if self._code is None and self._gone():
                # With its parent gone nobody tells how it ended. Else the parent is about to.
                self._code = None if self._nursery.ready() else _UNKNOWN
            if self._code is not None:
                self._forget()
        return self._code

    def terminate(self) -> None:
        """Ask it to finish."""
        if self.poll() is None and self._watch >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._watch, signal.SIGTERM)

    def end(self) -> None:
        """End it and everything it started, now."""
        if self.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        ends = time.monotonic() + _DIES_WITHIN
        while self.poll() is None and time.monotonic() < ends:
            time.sleep(0.005)

    def _gone(self) -> bool:
        return self._watch < 0 or bool(select.select([self._watch], [], [], 0)[0])

    def _forget(self) -> None:
        if self._watch >= 0:
            os.close(self._watch)
            self._watch = -1
