"""Things that serve, and the queues before them."""

from __future__ import annotations

import math
from dataclasses import dataclass


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
