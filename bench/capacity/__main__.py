"""The words of both for a terminal: the ladder, an hour."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from bench import capacity
from bench.capacity import page
from bench.capacity.costs import run_of
from bench.capacity.deployment import Step
from bench.capacity.hours import Outcome, simulate
from bench.capacity.ladder import Rung, climb


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
    parser = argparse.ArgumentParser(
        prog="python -m bench.capacity", description=(capacity.__doc__ or "").partition("\n")[0]
    )
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
        page.write(costs, run, asked.target, asked.minutes, asked.seed)
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
