"""One supervised process: in a process group of its own, restarted with a delay."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

_LEASH = Path(__file__).with_name("leash.py")
_FIRST_DELAY = 0.3
_LONGEST_DELAY = 30.0
_STEADY_AFTER = 10.0  # a process that lived this long is restarted at once when it dies


class Process(Protocol):
    """One life of a child."""

    pid: int

    def poll(self) -> int | None:
        """Return the exit code (negative for a signal), None while it runs."""
        ...

    def terminate(self) -> None:
        """Ask it to finish."""
        ...

    def end(self) -> None:
        """End it and everything it started, now; returns when it is gone."""
        ...


Spawn = Callable[[int], Process]
"""Starts a process that writes to this descriptor; the caller closes it."""


class Leashed(subprocess.Popen[bytes]):
    """A program that cannot outlive this process, in a session of its own."""

    def end(self) -> None:
        """End it and everything it started, now."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()


def leashed(
    argv: tuple[str, ...], environ: Mapping[str, str], keep: tuple[int, ...], stdin: int = subprocess.DEVNULL
) -> Spawn:
    """What starts a program; `keep` are file descriptors it inherits, `stdin` what it reads from."""

    def spawn(output: int) -> Process:
        return Leashed(
            (sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), *argv),
            env=dict(environ),
            stdin=stdin,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=keep,
        )

    return spawn


class Child:
    """A process by name, started again and again. Its output is a new one at each start."""

    def __init__(self, name: str, spawn: Spawn) -> None:
        self.name, self._spawn = name, spawn
        self.restarts = 0
        self._delay = _FIRST_DELAY
        self._started = 0.0
        self._process: Process | None = None

    def start(self) -> int:
        """Start it; returns the descriptor its stdout and stderr can be read from."""
        reading, writing = os.pipe()
        try:
            self._process = self._spawn(writing)
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self._started = time.monotonic()
        return reading

    @property
    def pid(self) -> int:
        """Its process id (and that of its group); 0 before the first start."""
        return self._process.pid if self._process else 0

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    @property
    def lived(self) -> float:
        """Seconds since the last start."""
        return time.monotonic() - self._started

    def due(self) -> bool:
        """Whether it has died and its delay is over."""
        if self.exit_code() is None:
            return False
        if self.lived > _STEADY_AFTER:
            self._delay = _FIRST_DELAY
        return self.lived > self._delay

    def restart(self) -> int:
        """Remove what is left of its group, start it again; returns the new output descriptor."""
        self.kill()
        self.restarts += 1
        self._delay = min(self._delay * 2, _LONGEST_DELAY)
        return self.start()

    def terminate(self) -> None:
        """Ask it to finish."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """End it and everything it started, now."""
        if self._process:
            self._process.end()
