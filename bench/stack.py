"""The whole of `fanmade up`: what it holds in memory, and how soon a second start answers."""

from __future__ import annotations

import time
from pathlib import Path

from bench.table import Row
from tests.live import running

PICTURE_MB, WEB_MB, ALL_MB, SECONDS = 512, 120, 500, 6


def measure(folder: Path) -> list[Row]:
    """Return the rows; empty on systems that do not tell what a process holds."""
    with running(folder, FANMADE_WEB_WORKERS="2"):
        pass
    began = time.perf_counter()
    with running(folder, FANMADE_WEB_WORKERS="2") as server:
        answered = time.perf_counter() - began
        time.sleep(4)
        rows = [Row("second start of `fanmade up`", "s", answered, more_is_better=False, goal=SECONDS)]
        if not Path("/proc/self/smaps_rollup").exists():
            return rows
        pids = server.supervisor.pids()
        web = max(_children(pids["web"]), key=lambda pid: _held(pid)[0])
        pictures = pids["worker-pictures"]
        every = {child for pid in pids.values() for child in (pid, *_children(pid))}
        whole = sum(_held(pid)[1] for pid in every)
        rows += [_row("a web process", web, WEB_MB), _row("the worker for pictures, idle", pictures, PICTURE_MB)]
        rows.append(Row("all of `fanmade up`, idle", "MB", whole, more_is_better=False, goal=ALL_MB, note="PSS"))
        return rows


def _row(name: str, pid: int, goal: int) -> Row:
    resident, _, own = _held(pid)
    return Row(name, "MB", resident, more_is_better=False, goal=goal, note=f"RSS; its own {own:.0f}")


def _held(pid: int) -> tuple[float, float, float]:
    """Megabytes: resident, its fair share of what is shared, its own alone."""
    values = {"Rss": 0, "Pss": 0, "Private_Clean": 0, "Private_Dirty": 0}
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has just ended
        return 0.0, 0.0, 0.0
    for line in text.splitlines()[1:]:
        name, _, value = line.partition(":")
        if name in values:
            values[name] = int(value.split()[0])
    return values["Rss"] / 1024, values["Pss"] / 1024, (values["Private_Clean"] + values["Private_Dirty"]) / 1024


def _children(pid: int) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(each.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found += [int(each.parent.name), *_children(int(each.parent.name))]
    return found
