"""One hour of one deployment."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

from bench.capacity.arrivals import arrivals
from bench.capacity.deployment import JOURNEY, Costs, Step, components, connections, demands
from bench.capacity.queues import Meter


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


def simulate(
    costs: Costs, step: Step, voters: int, minutes: int = 60, profile: str = "burst", seed: int = 1
) -> Outcome:
    """Let `voters` come within `minutes`; return what each component of `step` had to do, and who waited how long."""
    came = arrivals(voters, minutes, profile, random.Random(seed))
    asked_for = demands(costs, step)
    meters = {each.name: Meter(each) for each in components(step)}
    if step.door:
        came = admitted(came, meters["door"])
    acts = _spread(came)
    for name, meter in meters.items():
        asking = [(acts[action], asked[name]) for action, asked in asked_for.items() if asked.get(name)]
        for numbers in zip(*(line for line, _ in asking), strict=True):
            work = sum(number * each for number, (_, each) in zip(numbers, asking, strict=True))
            meter.second(work, sum(numbers))
    return Outcome(voters, meters, connections(step), max(came))


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
