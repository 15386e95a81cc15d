"""What one action costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.table import Row


@dataclass(frozen=True)
class Cost:
    """What one action costs on average. Milliseconds are of one core; bytes are those of the database's journal."""

    web_ms: float = 0
    database_ms: float = 0
    worker_ms: float = 0
    redis_ms: float = 0  # of the Redis that counts
    queue_ms: float = 0  # of the Redis of the queues
    statements: float = 0
    commits: float = 0
    trips: float = 0
    rows: float = 0
    journal_bytes: float = 0
    redis_commands: float = 0
    queue_commands: float = 0
    mails: float = 0
    answer_bytes: float = 0
    stored_bytes: float = 0


@dataclass(frozen=True)
class CostRow(Row):
    """A row of the table that keeps the whole cost for the capacity model."""

    cost: Mapping[str, float] = field(default_factory=dict)
