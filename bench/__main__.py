"""`python -m bench`: measure, print the table of ratios, keep it."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.table import Row, lines
from tests import services

HISTORY = Path(__file__).with_name("history")
PARTS = ("votes", "web", "jobs", "telling", "mails", "scale", "exports", "pictures", "stack", "desk", "capacity")
KINDS = ("sqlite", "postgres")
_LOAD = round(os.getloadavg()[0], 1)  # of others, before anything is measured


def main(argv: list[str]) -> int:
    """Run the chosen parts; return 0, or 1 with --strict when a goal is missed."""
    asked = _arguments(argv)
    rows: list[Row] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fanmade-bench-") as name, services.running_redis() as redis_url:
        for title, part in _parts(asked, Path(name), redis_url):
            print(f"measuring: {title} ...", file=sys.stderr, flush=True)
            rows += part()
    return tell(rows, time.monotonic() - began, asked)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--db", choices=(*KINDS, "both"), default="both")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each path is pressed in each round")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many rounds counts")
    parser.add_argument("--lines", type=int, default=1_000_000, help="how many order lines exports are measured with")
    parser.add_argument("--ballots", type=int, default=1_000_000, help="votes in the great round of `scale`")
    parser.add_argument("--mails", type=int, default=4_000, help="sign-in codes at once; a concert is 40000")
    parser.add_argument("--people", type=int, default=10_000, help="who is told of one thing; a great day is 100000")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON as well")
    parser.add_argument("--no-save", dest="save", action="store_false", help="keep nothing in bench/history")
    parser.add_argument("--strict", action="store_true", help="leave with 1 when a goal is missed")
    asked = parser.parse_args(argv)
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return asked


def _parts(asked: argparse.Namespace, folder: Path, redis_url: str) -> list[tuple[str, Callable[[], list[Row]]]]:
    from bench import costs, desk, exports, jobs, mails, pictures, scale, stack, telling, web

    kinds = KINDS if asked.db == "both" else (asked.db,)
    found: list[tuple[str, Callable[[], list[Row]]]] = []
    for kind in kinds:
        place, pressed = folder / kind, (asked.seconds, asked.rounds)
        found += [
            (f"votes, {kind}", partial(web.votes, kind, place / "votes", redis_url, *pressed)),
            (f"web, {kind}", partial(web.measure, kind, place / "web", redis_url, *pressed)),
            (f"scale, {kind}", partial(scale.measure, kind, place / "scale", redis_url, asked.ballots)),
            (f"exports, {kind}", partial(exports.measure, kind, place / "exports", asked.rounds, asked.lines)),
            (f"jobs, {kind}", partial(jobs.measure, kind, place / "jobs", redis_url, asked.rounds)),
            (f"telling, {kind}", partial(telling.measure, kind, place / "telling", redis_url, asked.people)),
            (f"mails, {kind}", partial(mails.measure, kind, place / "mails", redis_url, asked.mails)),
        ]
    found.append(("pictures", partial(pictures.measure, folder / "pictures", asked.rounds)))
    found.append(("desk", partial(desk.measure, kinds, folder / "desk", redis_url)))
    found.append(("capacity", partial(costs.measure, folder / "capacity", redis_url)))
    found.append(("stack", partial(stack.measure, folder / "stack")))
    return [each for each in found if not asked.parts or each[0].split(",")[0] in asked.parts]


def tell(rows: list[Row], seconds: float, asked: argparse.Namespace) -> int:
    """Print the table, as JSON too and kept if it was `asked` for; return the code to leave with."""
    print("\n".join(lines(rows)))
    found = record(rows, seconds)
    if asked.json:
        print(json.dumps(found, indent=1))
    if asked.save:
        save(found)
    return 1 if asked.strict and any(row.met is False for row in rows) else 0


def record(rows: list[Row], seconds: float) -> dict[str, object]:
    """Return what is kept: figures and versions, and nothing of whose machine it was."""
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "python": platform.python_version(),
        "seconds": round(seconds),
        "load": _LOAD,
        "rows": [row.plain() for row in rows],
    }


def save(found: dict[str, object]) -> None:
    """Keep a record in bench/history under its moment."""
    HISTORY.mkdir(exist_ok=True)
    name = str(found["at"]).replace(":", "")
    (HISTORY / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n")
    print(f"kept in bench/history/{name}.json", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
