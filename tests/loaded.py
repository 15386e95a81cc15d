"""Installations whose parent begins loaded: forked from the process that has imported the product (tests.forked).

An installation imports the product once, in the parent that forks its processes. That is more than a second of a
processor, and a run of the tests starts a dozen. How a parent starts by itself is tested in tests/boot.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest import mock

from tests import forked
from webapp.boot import nursery, supervisor
from webapp.boot.child import Process, Spawn


@contextlib.contextmanager
def parents() -> Iterator[None]:
    """Within the block whatever installation starts has a parent, now and after its death, that begins loaded."""
    with mock.patch.object(supervisor, "Nursery", _Nursery):
        yield


class _Nursery(nursery.Nursery):
    def _spawn(self, output: int) -> Process:
        with mock.patch.object(nursery, "leashed", _leashed):
            return super()._spawn(output)


class _Led:
    """A forked program that leads a group of processes; to the supervisor what one is that it started itself."""

    def __init__(self, program: forked.Forked) -> None:
        self._program, self.pid = program, program.pid
        self.poll, self.terminate = program.poll, program.terminate

    def end(self) -> None:
        """End it and everything it started, now."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._program.wait()


def _leashed(argv: tuple[str, ...], environ: Mapping[str, str], keep: tuple[int, ...], stdin: int) -> Spawn:
    """What `webapp.boot.child.leashed` is for other programs: it ends with this process, too."""

    def spawn(output: int) -> Process:
        with os.fdopen(output, "wb", closefd=False) as out:
            given = {0: stdin, **{each: each for each in keep}}
            return _Led(forked.start(argv[1:], environ, Path.cwd(), out, given=given))

    return spawn
