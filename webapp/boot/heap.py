"""The C library's heap: one for all threads, and what is free of it given back. What a process holds at all."""

import contextlib
import ctypes
import os
from pathlib import Path

_ARENA_MAX = -8  # of mallopt(3)


def share() -> None:
    """Let the threads of each process share one heap; each of eight would have its own, which never shrinks: some
    10 MB of a web process. Python's own lock keeps them from waiting for each other there."""
    with contextlib.suppress(OSError, AttributeError):  # another library has no such thing
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Give the system what is free in the heap, in between too."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def held() -> int:
    """Return the bytes of memory this process has resident; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
