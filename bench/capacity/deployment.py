"""What a voter does on the way, what a deployment has, and what each action asks of each of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.capacity.queues import Component

Costs = Mapping[str, Mapping[str, float]]

# What one voter does on the way: (action, how often, seconds after arrival within which it is spread).
JOURNEY: tuple[tuple[str, float, int, int], ...] = (
    ("gallery, a new stranger", 1.0, 0, 2),
    ("asset", 12.0, 0, 3),
    ("picture", 24.0, 1, 20),
    ("gallery again", 2.0, 15, 90),
    ("picture", 40.0, 15, 100),
    ("design's page", 1.0, 20, 90),
    ("code asked", 1.0, 30, 150),
    ("code entered", 0.9, 60, 240),
    ("vote, the first", 0.9, 60, 250),
    ("vote, another", 1.6, 70, 300),
    ("vote taken back", 0.2, 90, 300),
    ("asset revalidated (304)", 4.0, 60, 300),
    ("comment", 0.02, 120, 600),
    ("preorder", 0.01, 200, 900),
)
# What strangers read on replicas, and how much of it: some have signed in by then, or sent their address just before.
ALONG = {"gallery, a new stranger": 1.0, "gallery again": 0.9, "design's page": 0.9}
LOOKS_MS = 0.06 * 2.5  # of the primary, a second and web process: how long its journal is (webapp/infra/replicas.py)
VERSIONS = ("vote, the first", "vote, another", "vote taken back")  # each is folded once
PICTURE_BYTES, ASSET_BYTES = 22_000, 9_000  # AVIF of 480 px, a compressed module or style sheet: `--picture-bytes`
SENDING_MS = 0.3  # of the web for a file, beyond saying that it has not changed


@dataclass(frozen=True)
class Step:
    """A deployment. Cores are of one machine each; rates are a second; `shared` puts all on the web's cores."""

    cores: int = 2
    webs: int = 1
    database_cores: int = 2
    shared: bool = True
    replicas: int = 0
    redis_instances: int = 1
    worker_cores: int = 2
    disk_bytes: float = 100e6
    line_bytes: float = 125e6
    mails: float = 20.0
    connections: int = 300
    pooler: bool = False
    cdn: bool = False
    door: int = 0

    def __str__(self) -> str:
        if self.shared:
            return f"one server, {self.cores} cores, relay {self.mails:g}/s{', CDN' if self.cdn else ''}"
        said = f"{self.webs} x {self.cores} web, database {self.database_cores}"
        said += f" + {self.replicas} replica{'s' if self.replicas > 1 else ''}" if self.replicas else ""
        said += f", {self.redis_instances} Redis, workers {self.worker_cores}, relay {self.mails:,g}/s"
        said += (", pooler" if self.pooler else "") + (", CDN" if self.cdn else "")
        return said + (f", door {self.door:,}/s" if self.door else "")


def components(step: Step) -> list[Component]:
    """What stands in a deployment. Work is counted in milliseconds of a core, bytes or mails."""
    cores = step.cores * step.webs
    line, disk = Component("line", 1, step.line_bytes * step.webs), Component("disk", 1, step.disk_bytes)
    relay = Component("relay", 1, step.mails, patience=180.0)
    if step.shared:
        return [Component("processors", cores, 1000.0), line, disk, relay]
    return [
        Component("web", cores, 1000.0),
        Component("database", step.database_cores - _looks(step) / 1000.0, 1000.0),
        *([Component("replicas", step.database_cores * step.replicas, 1000.0)] if step.replicas else []),
        Component("redis", max(1, step.redis_instances - 1), 1000.0),
        # One Redis for the queues, however many count: it carries wake-ups.
        *([Component("queue", 1, 1000.0)] if step.redis_instances > 1 else []),
        *([Component("door", 1, step.door, patience=3600.0)] if step.door else []),
        Component("workers", step.worker_cores, 1000.0, patience=180.0),
        # One ticker folds a round, in order: nobody waits for it but the log, and the close until it has caught up.
        Component("sequencer", 1, 1000.0, patience=86_400.0),
        line, disk, relay,
    ]  # fmt: skip


def demands(costs: Costs, step: Step) -> dict[str, dict[str, float]]:
    """What each action asks of each component."""
    return {action: _demand(action, costs, step) for action, *_ in JOURNEY}


def _demand(action: str, costs: Costs, step: Step) -> dict[str, float]:
    if action in ("picture", "asset"):
        if step.cdn:
            return {}
        size = PICTURE_BYTES if action == "picture" else ASSET_BYTES
        return {
            "line": size,
            "processors" if step.shared else "web": costs["asset revalidated (304)"]["web_ms"] + SENDING_MS,
        }
    cost = costs[action]
    fold = costs["version folded"] if action in VERSIONS else {}
    folding = fold.get("worker_ms", 0.0) + fold.get("database_ms", 0.0)
    rest = {"line": cost["answer_bytes"], "disk": cost["journal_bytes"], "relay": cost["mails"]}
    waking = cost.get("queue_ms", 0.0)
    reads = cost["database_ms"] * ALONG.get(action, 0.0) if step.replicas else 0.0
    database = cost["database_ms"] - reads
    if step.shared:
        every = cost["web_ms"] + database + cost["worker_ms"] + cost["redis_ms"] + waking + folding
        return {"processors": every, **rest}
    return {
        "web": cost["web_ms"],
        "database": database + fold.get("database_ms", 0.0),
        "replicas": reads,
        "redis": cost["redis_ms"] + (waking if step.redis_instances == 1 else 0.0),
        "queue": waking,
        "workers": cost["worker_ms"],
        "sequencer": folding,
        **rest,
    }


def _looks(step: Step) -> float:
    """Milliseconds a second that web processes ask the primary how long its journal is."""
    return LOOKS_MS * step.cores * step.webs if step.replicas else 0.0


def connections(step: Step) -> tuple[int, int]:
    """How many connections the processes may want, and how many there are: a pooler stands on each web machine.

    A process for each core, of 8 threads, holds up to 12.
    """
    processes = step.cores * step.webs
    return (processes * 12 + 20, 10_000 * step.webs if step.pooler else step.connections)
