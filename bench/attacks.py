"""`python -m bench.attacks`: how much of invented attacks the signals hold, and how much of honest crowds."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass

from bench import crowds
from bench.crowds import World
from voting.signals.look import Findings, look

WORLDS = 5
CROWDS = ("fans", "returning fans", "families", "stadium", "school class", "fan club")


@dataclass
class Line:
    """One attack over several worlds."""

    attack: str
    bots: int = 0
    caught: int = 0
    honest: int = 0
    wrongly: int = 0
    first: int = 0
    worlds: int = 0
    seconds: float = 0.0

    def add(self, world: World, found: Findings, seconds: float) -> None:
        """Add what was found in one world."""
        held = found.held.keys()
        self.worlds += 1
        self.bots += len(world.attack)
        self.caught += len(world.attack & held)
        self.honest += len(world.voters) - len(world.attack)
        self.wrongly += len(held - world.attack)
        top = {alarm.design for alarm in found.alarms[: max(1, len(world.targets))]}
        self.first += top == world.targets
        self.seconds = max(self.seconds, seconds)


def measure(worlds: int, fans: int) -> tuple[list[Line], Counter[str], Counter[str]]:
    """Return a line for each attack, and of the honest crowds how many ballots there were and were held."""
    lines: list[Line] = []
    there, wrongly = Counter[str](), Counter[str]()
    attacks: dict[str, Callable[[World], None] | None] = {"none": None, **crowds.LAZY, "careful": crowds.careful}
    for name, attack in attacks.items():
        line = Line(name)
        for seed in range(worlds):
            world = World(1000 * seed + len(lines), fans)
            crowds.honest(world)
            if attack:
                attack(world)
            began = time.monotonic()
            found = look(world.voters)
            line.add(world, found, time.monotonic() - began)
            for ballot, crowd in world.crowd_of.items():
                there[crowd] += 1
                wrongly[crowd] += ballot in found.held
        lines.append(line)
    return lines, there, wrongly


def table(lines: list[Line], there: Counter[str], wrongly: Counter[str]) -> str:
    """Return both tables as they stand in docs/signals.md."""
    text = ["| attack | ballots | held | honest ballots | wrongly held | attacked design first in the alarms |"]
    text.append("|---|---|---|---|---|---|")
    for line in lines:
        caught = f"{100 * line.caught / line.bots:.1f} %" if line.bots else "–"
        false, first = (
            f"{100 * line.wrongly / line.honest:.2f} %",
            f"{line.first} of {line.worlds}" if line.bots else "–",
        )
        text.append(f"| {line.attack} | {line.bots:,} | {caught} | {line.honest:,} | {false} | {first} |")
    text += ["", "| honest crowd | ballots | wrongly held |", "|---|---|---|"]
    for crowd in CROWDS:
        text.append(
            f"| {crowd} | {there[crowd]:,} | {wrongly[crowd]:,} ({100 * wrongly[crowd] / there[crowd]:.2f} %) |"
        )
    return "\n".join(text)


def main(argv: list[str]) -> int:
    """Measure and print; return 1 with --strict when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.attacks", description=__doc__)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--fans", type=int, default=4000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true")
    asked = parser.parse_args(argv)
    lines, there, wrongly = measure(asked.worlds, asked.fans)
    print(json.dumps([asdict(line) for line in lines], indent=1) if asked.json else table(lines, there, wrongly))
    print(f"slowest look: {max(line.seconds for line in lines):.1f} s", file=sys.stderr)
    return 1 if asked.strict and not met(lines, wrongly) else 0


def met(lines: list[Line], wrongly: Counter[str]) -> bool:
    """Return whether the goals are met: lazy attacks held, honest fans not, careful ones first among the alarms."""
    lazy = [line for line in lines if line.attack in crowds.LAZY]
    return (
        all(line.caught >= 0.95 * line.bots for line in lazy)
        and all(line.wrongly <= 0.005 * line.honest for line in lines)
        and all(line.first == line.worlds for line in lines if line.attack == "careful")
        and not wrongly["school class"]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
