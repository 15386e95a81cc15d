"""From one small server upwards: what each step carries, what breaks first, what is done about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bench.capacity.deployment import Costs, Step
from bench.capacity.hours import Outcome, simulate


def most(costs: Costs, step: Step, minutes: int, profile: str, seed: int, least: int = 0) -> tuple[int, Outcome]:
    """The most voters a step carries, to one in ten, and an hour in which it no longer does.

    `least` are known to be carried: by a smaller step.
    """

    def hour(voters: int) -> Outcome:
        return simulate(costs, step, voters, minutes, profile, seed)

    low, broken = least, hour(max(1000, least * 3 // 2))
    while broken.carries and broken.voters < 200_000_000:
        low, broken = broken.voters, hour(broken.voters * 2)
    while broken.voters - low > max(100, broken.voters // 10):
        middle = hour((low + broken.voters) // 2)
        low, broken = (middle.voters, broken) if middle.carries else (low, middle)
    return low, broken


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: what it carries, what breaks first, and what is done about it."""

    step: Step
    carries: int
    broken: Outcome
    answer: str


def climb(costs: Costs, target: int, minutes: int, profile: str, seed: int) -> list[Rung]:
    """Begin with one small server and answer each bottleneck in turn, until `target` voters are carried."""
    step, rungs, carries = Step(), list[Rung](), 0
    while carries < target and len(rungs) < 60:
        carries, broken = most(costs, step, minutes, profile, seed, carries)
        if carries >= target:
            rungs.append(Rung(step, carries, broken, "-"))
            break
        following, answer = answered(step, broken.bottleneck)
        if following is None and not step.door:
            following, answer = (
                replace(step, door=evenly(costs, step, minutes, seed)),
                "a door: a queue before the site",
            )
        rungs.append(Rung(step, carries, broken, answer))
        if following is None:
            break
        step = following
    return rungs


def evenly(costs: Costs, step: Step, minutes: int, seed: int) -> int:
    """How many newcomers a second a step carries for as long as they come: what its door lets in."""
    carries, _ = most(costs, replace(step, door=0), minutes, "even", seed)
    return carries // (minutes * 60)


def answered(step: Step, bottleneck: str) -> tuple[Step | None, str]:
    """Return the step that answers a bottleneck, and what is done in words; None: no part can be added for it."""
    match bottleneck:
        case "line" | "processors" | "web" if not step.cdn:
            return replace(step, cdn=True), "CDN for pictures and assets"
        case "processors" if step.cores < 8:
            return replace(step, cores=step.cores * 2), "more cores"
        case "processors":
            return replace(step, shared=False, database_cores=4, cores=8), "web, database, workers apart"
        case "connections":
            return replace(step, pooler=True), "PgBouncer, one on each web machine"
        case "relay":
            return replace(step, mails=step.mails * 4), "a relay that takes more"
        case "workers":
            return replace(step, worker_cores=step.worker_cores * 2), "more workers"
        case "web" | "line":
            return replace(step, webs=step.webs * 2, cores=16), "more webs"
        case "disk" if step.disk_bytes < 2e9:
            return replace(step, disk_bytes=step.disk_bytes * 4), "a faster disk for the journal"
        case "redis":
            instances = 2 if step.redis_instances == 1 else 1 + max(3, 2 * (step.redis_instances - 1))
            return replace(step, redis_instances=instances), _redis(step.redis_instances)
        case "database" if step.database_cores < 16:
            return replace(step, database_cores=step.database_cores * 2), "more cores for the database"
        case "database" if not step.replicas:
            return replace(step, replicas=1), "a read replica"
        case "database" if step.database_cores < 64:
            return replace(step, database_cores=step.database_cores * 2), "more cores for the database"
        case "replicas":
            return replace(step, replicas=step.replicas * 2), "more replicas"
    return None, "nothing: one database, one queue, one log"


def _redis(instances: int) -> str:
    if instances == 1:
        return "a second Redis for counters"
    return "a cluster for counters" if instances == 2 else "more nodes of the cluster"
