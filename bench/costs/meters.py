"""What processes and stores have used so far, read from /proc and from themselves."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import redis

TICK = os.sysconf("SC_CLK_TCK")


def cpu(pid: int) -> float:
    """Milliseconds of processor time of a process, of those it started, and of those of them that have ended."""
    parents = _parents()
    wanted, found = [pid], 0.0
    while wanted:
        each = wanted.pop()
        with contextlib.suppress(OSError, IndexError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            found += sum(map(int, fields[11:15]))
        wanted += parents.get(each, [])
    return found * 1000 / TICK


def used(client: redis.Redis) -> float:
    """Milliseconds of processor time of a Redis."""
    cpu = client.info("cpu")
    return 1000 * float(cpu["used_cpu_user"] + cpu["used_cpu_sys"])


def signalled(pid: int, number: int) -> None:
    """Signal a process and those it started."""
    parents, wanted = _parents(), [pid]
    while wanted:
        each = wanted.pop()
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, number)
        wanted += parents.get(each, [])


def _parents() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            found.setdefault(parent, []).append(int(stat.parent.name))
    return found
