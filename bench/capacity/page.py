"""Tables and figures of docs/scaling.md, written anew between their marks from the newest costs.

make bench ARGS="capacity" && python -m bench.capacity --write-doc
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.capacity.deployment import ALONG, JOURNEY, VERSIONS, Costs, Step
from bench.capacity.hours import Outcome, simulate
from bench.capacity.ladder import Rung, climb, most

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scaling.md"
COLUMNS = (
    ("web", "web_ms"),
    ("database", "database_ms"),
    ("workers", "worker_ms"),
    ("counting Redis", "redis_ms"),
    ("queue's Redis", "queue_ms"),
    ("statements", "statements"),
    ("commits", "commits"),
    ("rows", "rows"),
    ("journal", "journal_bytes"),
    ("Redis commands", "redis_commands"),
    ("mails", "mails"),
    ("answer", "answer_bytes"),
    ("stored", "stored_bytes"),
)
LARGE = Step(
    cores=16, webs=32, database_cores=64, shared=False, replicas=4, redis_instances=7, worker_cores=32,
    disk_bytes=2e9, mails=5_120.0, pooler=True, cdn=True,
)  # fmt: skip
TEN_MILLION = 10_000_000


def write(costs: Costs, run: str, target: int, minutes: int, seed: int) -> None:
    """Write all of it; raises ValueError when the page lacks a mark."""
    page = PAGE.read_text()
    burst, even = (climb(costs, target, minutes, profile, seed) for profile in ("burst", "even"))
    parts = {
        "costs": [run, "", *table_of(costs)],
        "ladder": ladder_of(burst),
        "even": ladder_of(even),
        "conclusion": conclusion(costs, even[-1].step, burst[-1].step, minutes, seed),
    }
    for name, lines in parts.items():
        page = put(page, name, lines)
    PAGE.write_text(page)


def put(page: str, name: str, lines: Sequence[str]) -> str:
    """Return the page with `lines` between the marks of a name; raises ValueError when there are none."""
    begins, ends = f"<!-- {name}: measured -->", f"<!-- {name}: end -->"
    whole = re.compile(re.escape(begins) + ".*?" + re.escape(ends), re.DOTALL)
    if not whole.search(page):
        raise ValueError(f"docs/scaling.md has no {begins} … {ends}")
    return whole.sub(lambda _: "\n".join((begins, "", *lines, "", ends)), page)


def table_of(costs: Costs) -> list[str]:
    """Return what each action costs."""
    head = ["action", *(title for title, _ in COLUMNS)]
    found = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for action, cost in costs.items():
        found.append("| " + " | ".join([action, *(_figure(cost.get(key, 0.0)) for _, key in COLUMNS)]) + " |")
    return found


def ladder_of(rungs: Sequence[Rung]) -> list[str]:
    """Return the ladder."""
    found = [
        "| voters in the hour | breaks first | longest wait | what takes over | deployment |",
        "|---|---|---|---|---|",
    ]
    for rung in rungs:
        name = rung.broken.bottleneck
        wait = f"{rung.broken.meters[name].waited:,.0f} s" if name in rung.broken.meters else "-"
        found.append(f"| {rung.carries:,} | {name} | {wait} | {rung.answer} | {rung.step} |")
    return found


def conclusion(costs: Costs, even: Step, burst: Step, minutes: int, seed: int) -> list[str]:
    """Return what a voter asks of each part, what the large deployment carries, and what ten million would ask of the
    last ones of both ladders."""
    return [_one(demand(costs)), "", _large(costs, minutes, seed), *_ten_million(costs, even, burst, minutes, seed)]


def _one(each: dict[str, float]) -> str:
    return (
        f"A voter of this journey asks {each['web_ms']:.0f} ms of a core of the webs, {each['database_ms']:.1f} ms of"
        f" the primary ({each['reads']:.1f} ms more without replicas), {each['commits']:.1f} commits,"
        f" {each['journal_bytes'] / 1000:.0f} kB of its journal, {each['worker_ms']:.1f} ms of workers,"
        f" {each['redis_ms']:.2f} ms of the Redis that counts and {each['queue_ms']:.2f} ms of the queue's."
    )


def _large(costs: Costs, minutes: int, seed: int) -> str:
    even, even_breaks = most(costs, LARGE, minutes, "even", seed)
    burst, burst_breaks = most(costs, LARGE, minutes, "burst", seed)
    alone, _ = most(costs, replace(LARGE, replicas=0), minutes, "even", seed)
    return (
        f"- **{LARGE}** carries {even:,} voters who come evenly within {minutes} minutes"
        f" ({even_breaks.bottleneck} breaks first; {alone:,} without replicas) and {burst:,} who come as a burst"
        f" ({burst_breaks.bottleneck})."
    )


def _ten_million(costs: Costs, even: Step, burst: Step, minutes: int, seed: int) -> list[str]:
    each, a_second, bare = demand(costs), TEN_MILLION / (minutes * 60), replace(burst, door=0)
    steady = simulate(costs, even, TEN_MILLION, minutes, "even", seed)
    rush = simulate(costs, bare, TEN_MILLION, minutes, "burst", seed)
    return [
        (
            f"- **Ten million evenly** are {a_second:,.0f} newcomers a second:"
            f" {a_second * each['commits']:,.0f} commits and {a_second * each['journal_bytes'] / 1e6:,.0f} MB of"
            f" journal a second, {a_second * each['database_ms'] / 1000:,.0f} cores of one primary,"
            f" {a_second * each['web_ms'] / 1000:,.0f} of webs, {a_second:,.0f} mails a second."
            f" The last deployment of the even ladder ({even}): {_verdict(steady)}."
        ),
        (
            f"- **Ten million as a burst** are {rush.fullest_second:,.0f} newcomers in the fullest second,"
            f" {rush.fullest_second * each['commits']:,.0f} commits. The last deployment of the burst's ladder"
            f" without its door ({bare}): {_verdict(rush)}." + _door(costs, burst, minutes, seed)
        ),
    ]


def demand(costs: Costs) -> dict[str, float]:
    """Return what one voter asks of each part; `reads`: what replicas take from the primary."""
    keys = ("web_ms", "database_ms", "worker_ms", "redis_ms", "queue_ms", "journal_bytes", "commits")
    found = dict.fromkeys((*keys, "reads"), 0.0)
    for action, times, *_ in JOURNEY:
        if action in ("picture", "asset"):
            continue
        for key in keys:
            found[key] += times * costs[action].get(key, 0.0)
        found["reads"] += times * costs[action]["database_ms"] * ALONG.get(action, 0.0)
        if action in VERSIONS:
            found["database_ms"] += times * costs["version folded"]["database_ms"]
    found["database_ms"] -= found["reads"]
    return found


def _door(costs: Costs, step: Step, minutes: int, seed: int) -> str:
    if not step.door:
        return ""
    rush = simulate(costs, step, TEN_MILLION, minutes, "burst", seed)
    waits = rush.meters["door"].waited / 60
    return (
        f" With a door that lets {step.door:,} in a second: {_verdict(rush)}; whoever waits longest before it waits"
        f" {waits:,.0f} minutes."
    )


def _verdict(outcome: Outcome) -> str:
    if outcome.carries:
        fullest = max((m for m in outcome.meters.values() if m.component.name != "door"), key=lambda m: m.peak)
        return f"carried; the fullest part is {fullest.component.name} at {fullest.peak:.0%} in its fullest second"
    return f"not carried: {outcome.bottleneck}"


def _figure(value: float) -> str:
    if not value:
        return "0"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
