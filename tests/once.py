"""What all processes of one test run share: made by the one that needs it first."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


def of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of this test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


def once(path: Path, make: Callable[[Path], object]) -> Path:
    """The file or folder at `path`: `make(path)` is called unless a process of the run has made it."""
    with _alone(path.with_name(f"{path.name}.lock")):
        if not path.exists():
            make(path)
    return path


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
