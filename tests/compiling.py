"""Everything compiled once, by all processors, before the processes of a run start.

Else each of them would compile all sources of a fresh clone for itself, all at the same time: nine seconds of a
processor for each.
"""

from __future__ import annotations

import compileall
import contextlib
import os
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("webapp", "contests", "voting", "preorders", "bench", "tests")
_config: list[pytest.Config] = []  # processes that are forked from this one see it


def compile_all(config: pytest.Config) -> None:
    """Compile the product, and the tests as pytest wants them: with asserts that tell what they compared."""
    _config[:] = [config]
    tests = sorted([*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "tests").rglob("conftest.py")])
    rooms = [ROOT / name for name in ROOMS]
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("fork")) as pool:
        list(pool.map(_room, rooms))
        list(pool.map(_tests, [tests[n::8] for n in range(8)]))


def _room(folder: Path) -> None:
    tests = re.compile(r"/(test_[^/]*|conftest)\.py$") if folder.name == "tests" else None
    compileall.compile_dir(folder, quiet=2, rx=tests)


def _tests(files: list[Path]) -> None:
    """Do what pytest does at the import of a test; where it does that another way by now, leave it to the import."""
    from _pytest.assertion import rewrite

    with contextlib.suppress(AttributeError, TypeError, ValueError, OSError):
        state = _config[0].stash[rewrite.assertstate_key]
        for file in files:
            kept = rewrite.get_cache_dir(file) / f"{file.stem}{rewrite.PYC_TAIL}"
            if rewrite._read_pyc(file, kept) is None and rewrite.try_makedirs(kept.parent):
                digest, code = rewrite._rewrite_test(file, _config[0])
                rewrite._write_pyc(state, code, digest, kept)
