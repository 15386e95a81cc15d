"""Processor time of a server and all its processes: what remains comparable on a machine that does other work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def spent(pid: int) -> float:
    """Return the seconds of processor time that a process and those below it have used so far."""
    return sum(_seconds(each) for each in _tree(pid))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            children = (task / "children").read_text().split()
        except (FileNotFoundError, ProcessLookupError):  # a thread that has just ended: its children are another's now
            continue
        for child in children:
            yield from _tree(int(child))


def _seconds(pid: int) -> float:
    # The name, in parentheses, may hold blanks: the fields after it are counted.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
