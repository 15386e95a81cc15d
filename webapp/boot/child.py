"""One supervised process: started on a leash, in its own process group, restarted with a delay."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

_LEASH = Path(__file__).with_name("leash.py")
_FIRST_DELAY = 0.3
_LONGEST_DELAY = 30.0
_STEADY_AFTER = 10.0  # a process that lived this long is restarted at once when it dies


class Child:
    """A process by name. `output` is the read end of its stdout and stderr, a new one at each start."""

    def __init__(self, name: str, argv: tuple[str, ...], environ: Mapping[str, str], keep: tuple[int, ...]) -> None:
        """`keep` are file descriptors the process inherits."""
        self.name, self._argv, self._environ, self._keep = name, argv, dict(environ), keep
        self.restarts = 0
        self._delay = _FIRST_DELAY
        self._started = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> int:
        """Start it; returns the descriptor its output can be read from."""
        reading, writing = os.pipe()
        leashed = (sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), *self._argv)
        try:
            self._process = subprocess.Popen(
                leashed,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
                pass_fds=self._keep,
            )
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
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
