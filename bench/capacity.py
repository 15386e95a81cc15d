"""A model of the whole installation: arrivals of an hour, second by second, through every component of a deployment.

    python -m bench.capacity --voters 40000 --minutes 60 --arrivals burst
    python -m bench.capacity                       # the ladder: what each step carries, what breaks, what takes over
    python -m bench.capacity --write-doc           # the tables and figures of docs/scaling.md, by the newest costs

Reckons with the costs that `make bench ARGS=capacity` has measured (the newest of bench/history, or --costs FILE).
The same seed gives the same figures. What the model leaves out stands in docs/scaling.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

HISTORY = Path(__file__).with_name("history")
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


@dataclass(frozen=True)
class Component:
    """Something that serves `servers` at a time, each at `rate` units a second; a queue stands before it."""

    name: str
    servers: float
    rate: float
    patience: float = 2.0  # seconds behind which a queue may be before somebody is hurt


@dataclass
class Meter:
    """What went through a component: units, the fullest second, the longest wait."""

    component: Component
    came: float = 0.0
    served: float = 0.0
    backlog: float = 0.0
    peak: float = 0.0
    behind: float = 0.0  # the longest that what did not fit into its second had to wait
    busiest: tuple[float, float] = (0.0, 0.0)  # work and pieces of the fullest second in which all fitted

    def second(self, work: float, jobs: float) -> None:
        """Let `work` units in `jobs` pieces come within one second, and serve what can be served."""
        capacity = self.component.servers * self.component.rate
        self.came += work
        self.peak = max(self.peak, work / capacity)
        done = min(self.backlog + work, capacity)
        self.backlog += work - done
        self.served += done
        self.behind = max(self.behind, self.backlog / capacity)
        if not self.backlog and work > self.busiest[0]:
            self.busiest = work, jobs

    @property
    def waited(self) -> float:
        """The longest wait in seconds: of what did not fit, or the mean within the fullest second, by Erlang."""
        work, jobs = self.busiest
        if not work:
            return self.behind
        inside = waiting(jobs, self.component.rate * jobs / work, max(1, int(self.component.servers)))
        return max(self.behind, min(inside, 1.0))

    @property
    def hurt(self) -> bool:
        """Whether somebody waited longer than people do."""
        return self.waited > self.component.patience


@dataclass(frozen=True)
class Outcome:
    """A simulated hour."""

    voters: int
    meters: dict[str, Meter]
    connections: tuple[int, int]
    fullest_second: float = 0.0

    @property
    def bottleneck(self) -> str:
        """The component with the longest queue; where none is, the fullest; or that processes want connections."""
        if self.connections[0] > self.connections[1]:
            return "connections"
        return max(self.meters.values(), key=lambda m: (m.waited / m.component.patience, m.peak)).component.name

    @property
    def carries(self) -> bool:
        """Whether nobody waited too long and every process finds its connections."""
        wanted, had = self.connections
        return wanted <= had and not any(meter.hurt for meter in self.meters.values())


def waiting(arrivals: float, served: float, servers: int) -> float:
    """The mean wait in an M/M/c queue, in seconds (infinite when it is overfull). Rates are a second.

    With one server this is utilisation / (served - arrivals).
    """
    load = arrivals / served
    if load >= servers:
        return math.inf
    blocked = 1.0  # Erlang B, by its recursion: no factorial overflows
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    queued = blocked / (1 - load / servers * (1 - blocked))
    return queued / (servers * served - arrivals)


def arrivals(voters: int, minutes: int, profile: str, luck: random.Random) -> list[int]:
    """Return how many come in each second; they add up to `voters`.

    burst: a code is shown on a screen. Half of all come within the first twentieth of the time, the first of them
    within seconds; the others trickle in, with a second wave of a tenth when somebody says it again at two thirds.
    """
    seconds = minutes * 60
    weights = [_weight(second / seconds, profile) for second in range(seconds)]
    whole, left, found = sum(weights), voters, []
    for weight in weights:  # a binomial share of who is left: each second by chance, the sum exact
        share = min(1.0, weight / whole) if whole > 0 else 1.0
        came = _binomial(left, share, luck)
        found.append(came)
        left, whole = left - came, whole - weight
    found[-1] += left
    return found


def _weight(moment: float, profile: str) -> float:
    if profile == "even":
        return 1.0
    wave = 0.5 / 0.0218 * math.exp(-moment / 0.025) * (1 - math.exp(-moment / 0.004))
    again = 0.1 / 0.02 if 2 / 3 <= moment < 2 / 3 + 0.02 else 0.0
    return wave + again + 0.4


def _binomial(number: int, share: float, luck: random.Random) -> int:
    mean = number * share
    if number == 0 or share <= 0:
        return 0
    if mean > 30:
        return min(number, max(0, round(luck.gauss(mean, math.sqrt(mean * (1 - share))))))
    floor, found, product = math.exp(-mean), 0, luck.random()
    while product > floor:  # a Poisson number, which so small a share of many is
        found, product = found + 1, product * luck.random()
    return min(number, found)


def simulate(
    costs: Costs, step: Step, voters: int, minutes: int = 60, profile: str = "burst", seed: int = 1
) -> Outcome:
    """Let `voters` come within `minutes`; return what each component of `step` had to do, and who waited how long."""
    came = arrivals(voters, minutes, profile, random.Random(seed))
    demands = _demands(costs, step)
    meters = {each.name: Meter(each) for each in components(step)}
    if step.door:
        came = admitted(came, meters["door"])
    acts = _spread(came)
    for name, meter in meters.items():
        asking = [(acts[action], asked[name]) for action, asked in demands.items() if asked.get(name)]
        for numbers in zip(*(line for line, _ in asking), strict=True):
            work = sum(number * each for number, (_, each) in zip(numbers, asking, strict=True))
            meter.second(work, sum(numbers))
    return Outcome(voters, meters, _connections(step), max(came))


def admitted(came: Sequence[int], door: Meter) -> list[int]:
    """Return how many are let in each second, until the last is in: the others wait before the door and come again."""
    found, let_in = list[int](), 0.0
    for second in itertools.count():
        if second >= len(came) and not door.backlog:
            return found
        number = came[second] if second < len(came) else 0
        door.second(number, number)
        found.append(round(door.served - let_in))
        let_in += found[-1]
    raise AssertionError("without an end")


def _spread(came: Sequence[int]) -> dict[str, list[float]]:
    """How often each action is done in each second, by those who came then or before; an hour more for the last."""
    tail = max(until for _, _, _, until in JOURNEY) + 1
    found: dict[str, list[float]] = {}
    for action, times, since, until in JOURNEY:
        line = found.setdefault(action, [0.0] * (len(came) + tail))
        each, running = times / (until - since), 0.0
        for second in range(len(came) + until):  # a sliding sum over the window in which they do it
            running += came[second - since] if 0 <= second - since < len(came) else 0
            running -= came[second - until] if 0 <= second - until < len(came) else 0
            line[second] += running * each
    return found


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


def _demands(costs: Costs, step: Step) -> dict[str, dict[str, float]]:
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


def _connections(step: Step) -> tuple[int, int]:
    """How many connections the processes may want, and how many there are: a pooler stands on each web machine.

    A process for each core, of 8 threads, holds up to 12.
    """
    processes = step.cores * step.webs
    return (processes * 12 + 20, 10_000 * step.webs if step.pooler else step.connections)


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


def costs_of(path: Path | None = None) -> Costs:
    """Return the costs in a file of the history, by default the newest that has them; raises SystemExit."""
    return run_of(path)[0]


def run_of(path: Path | None = None) -> tuple[Costs, str]:
    """Return the same with words about the run: when it was, and how busy the machine."""
    for file in [path] if path else sorted(HISTORY.glob("*.json"), reverse=True):
        kept = json.loads(file.read_text())
        found = {row["path"].removeprefix("cost: "): row["cost"] for row in kept["rows"] if row.get("cost")}
        if found:
            busy = f", at a load of {kept['load']} of other things" if "load" in kept else ""
            return found, f"Run of {kept.get('at', 'a day')[:10]}{busy}, two cores."
    raise SystemExit('No costs: run `make bench ARGS="capacity"` first, or name a file with --costs.')


def lines(rungs: Iterable[Rung]) -> list[str]:
    """Return the ladder for a terminal."""
    found = [f"{'voters carried':>14}  {'breaks first':<12} {'wait':>8}  {'what takes over':<44} deployment"]
    for rung in rungs:
        name = rung.broken.bottleneck
        wait = f"{rung.broken.meters[name].waited:,.0f} s" if name in rung.broken.meters else "-"
        found.append(f"{rung.carries:>14,}  {name:<12} {wait:>8}  {rung.answer:<44} {rung.step}")
    return found


def report(outcome: Outcome) -> list[str]:
    """Return one hour for a terminal: each component's fullest second and longest wait."""
    found = [f"{outcome.voters:,} voters, {outcome.fullest_second:,.0f} of them within the fullest second"]
    found.append(f"{'component':<12} {'fullest second':>14} {'in all':>8} {'longest wait':>14}")
    for name, meter in outcome.meters.items():
        whole = meter.came / (meter.component.servers * meter.component.rate)
        found.append(f"{name:<12} {meter.peak:>13.0%} {whole:>7,.0f} s {meter.waited:>12,.2f} s")
    wanted, had = outcome.connections
    found.append(f"connections  {wanted:,} wanted of {had:,}")
    found.append("carried" if outcome.carries else f"not carried: {outcome.bottleneck}")
    return found


def main(argv: list[str]) -> int:
    """Print an hour of a deployment, or the ladder."""
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__.partition("\n")[0])
    parser.add_argument("--voters", type=int, help="one hour with so many, instead of the ladder")
    parser.add_argument("--target", type=int, default=10_000_000, help="where the ladder ends")
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--arrivals", choices=("burst", "even"), default="burst")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--costs", type=Path, help="a file of bench/history")
    parser.add_argument("--write-doc", action="store_true", help="write tables and figures into docs/scaling.md")
    for name, kind in Step.__annotations__.items():
        usual = getattr(Step, name)
        if kind == "bool":
            parser.add_argument(f"--{name.replace('_', '-')}", action=argparse.BooleanOptionalAction, default=usual)
        else:
            parser.add_argument(f"--{name.replace('_', '-')}", type=type(usual), default=usual)
    asked = parser.parse_args(argv)
    costs, run = run_of(asked.costs)
    if asked.write_doc:
        from bench import capacity_page

        capacity_page.write(costs, run, asked.target, asked.minutes, asked.seed)
        return 0
    if asked.voters is None:
        print("\n".join(lines(climb(costs, asked.target, asked.minutes, asked.arrivals, asked.seed))))
        return 0
    step = Step(**{name: getattr(asked, name) for name in Step.__annotations__})
    print(
        f"{step}\n" + "\n".join(report(simulate(costs, step, asked.voters, asked.minutes, asked.arrivals, asked.seed)))
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
