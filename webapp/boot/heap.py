"""The C library's heap: one for all threads, and what is free of it given back."""

import contextlib
import ctypes

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
