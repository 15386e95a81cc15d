"""The costs of a run that is kept in bench/history."""

from __future__ import annotations

import json
from pathlib import Path

from bench.capacity.deployment import Costs

HISTORY = Path(__file__).parents[1] / "history"


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
