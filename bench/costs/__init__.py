"""What each action costs: processor time of web, database and workers, statements, rows, bytes, commands, mails.

Counted, not timed: processor time is read from /proc before and after so many requests on real gunicorn, PostgreSQL,
Redis and workers, so that a busy machine changes little. `bench.capacity` reckons with these figures.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.costs.actions import WARMING, Action, actions
from bench.costs.cost import Cost, CostRow
from bench.costs.site import Site, site_of
from bench.costs.work import exporting, folding, telling
from bench.load import Request, burst
from bench.table import Row

EMPTY = {"BEGIN", "COMMIT", "ROLLBACK"}


def measure(folder: Path, redis_url: str) -> list[Row]:
    """Return a row for each action, measured on PostgreSQL."""
    with site_of(folder, redis_url) as site:
        rows: list[Row] = [_row(name, cost, number) for name, cost, number in _all(site)]
    return rows


def _row(name: str, cost: Cost, number: int) -> Row:
    kept = {key: round(value, 4) for key, value in vars(cost).items()}
    said = f"database {cost.database_ms:.2f}, workers {cost.worker_ms:.2f}, {cost.statements:.1f} statements"
    said += (
        f", {cost.redis_commands:.1f} + {cost.queue_commands:.1f} Redis, {cost.journal_bytes:,.0f} B; {number} times"
    )
    return CostRow(f"cost: {name}", "ms web CPU", cost.web_ms, more_is_better=False, note=said, cost=kept)


def _all(site: Site) -> Iterator[tuple[str, Cost, int]]:
    for action in actions(site):
        print(f"  {action.name} ...", file=sys.stderr, flush=True)
        cost = _measured(site, action)
        if action.name != WARMING:
            yield action.name, cost, len(action.requests)
    yield folding(site)
    yield telling(site)
    yield exporting(site)


def _measured(site: Site, action: Action) -> Cost:
    """Press most of the requests between two readings, then the last few with the database's own log on."""
    few = max(1, len(action.requests) // 20)
    many, told = action.requests[:-few], list[str]()
    before, began = site.level(), time.monotonic()
    with site.crowd():
        bytes_ = _press(site, action, many)
    site.settle()
    after, took = site.level(), time.monotonic() - began
    idle_from = site.level()  # what reading the meters costs itself
    idle_to = site.level()
    read = {key: idle_to[key] - idle_from[key] for key in before}
    spent = {key: max(0.0, after[key] - before[key] - read[key] - took * site.idle[key]) for key in before}
    with site.statements(told):
        _press(site, action, action.requests[-few:])
        site.settle()
    asked = [each for each in told if each not in EMPTY]
    each = {key: value / len(many) for key, value in spent.items()}
    each["commits"] = told.count("COMMIT") / few
    return Cost(**each, statements=len(asked) / few, trips=len(told) / few, answer_bytes=bytes_ / len(many))


def _press(site: Site, action: Action, requests: Sequence[Request]) -> float:
    """Send them; return how many bytes came back. Raises RuntimeError when an answer is not the right one."""
    sizes: list[int] = []
    _seconds, answers = burst(site.port, list(requests), 4, sizes)
    if wrong := [each for each in answers if each != action.right]:
        raise RuntimeError(f"{action.name}: {len(wrong)} of {len(answers)} were answered with {wrong[0]}")
    return float(sum(sizes))
