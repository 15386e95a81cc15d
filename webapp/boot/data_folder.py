"""The folder an embedded installation keeps everything in: claim it, lock it, forget it.

Standard library only: ``make reset`` uses this file with no environment installed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from pathlib import Path

MARKER = ".fanmade"
LOCK = "up.lock"
_OURS = (MARKER, "fanmade.db", "secret_key")  # any of them says that the folder was made by this program
_LEFTOVER_PATIENCE = 15.0


class FolderRefused(Exception):
    """The folder cannot be used; the message is one line that says what to do."""


def claim(data: Path) -> None:
    """Make the folder, its owner's alone, or accept one that is empty or ours; raises FolderRefused."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not is_ours(data) and any(data.iterdir()):
            raise FolderRefused(
                f"{data} holds files that are not Fanmade's. Choose another folder: DATA=./var make run"
            )
        (data / MARKER).touch(mode=0o600)
    except OSError as error:
        raise FolderRefused(
            f"{data} cannot be used ({error.strerror}). Choose another folder: DATA=./var make run"
        ) from error


def is_ours(data: Path) -> bool:
    """Whether the folder was made by this program."""
    return any((data / name).exists() for name in _OURS)


def lock(data: Path) -> int:
    """Hold the folder for this process *and every process that inherits the descriptor* that is returned.

    The lock is free again when the last of them is gone, so a new start cannot meet an old Redis that still
    writes its log. Raises FolderRefused when another supervisor runs here.
    """
    descriptor = os.open(data / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _LEFTOVER_PATIENCE
    while not _try(descriptor):
        owner = _owner(descriptor)
        if _alive(owner):
            os.close(descriptor)
            raise FolderRefused(f"{data} is in use by process {owner}. Stop it first, or choose another: DATA=./other")
        if time.monotonic() > deadline:
            os.close(descriptor)
            raise FolderRefused(f"{data} is still in use by processes of an earlier run. Find them: lsof {data / LOCK}")
        time.sleep(0.1)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def forget(data: Path) -> bool:
    """Delete the folder and all it holds; False when there is none.

    Raises FolderRefused when it is not ours or in use.
    """
    if not data.exists():
        return False
    if not is_ours(data):
        raise FolderRefused(
            f"{data} does not look like Fanmade's data folder (no {MARKER} in it). Nothing was deleted."
        )
    descriptor = lock(data)
    try:
        shutil.rmtree(data)
    finally:
        os.close(descriptor)
    return True


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner(descriptor: int) -> int:
    text = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
    return int(text) if text.isdigit() else 0


def _alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
