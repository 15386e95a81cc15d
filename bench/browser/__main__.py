"""`python -m bench.browser`: the demo's pages on a phone, judged by Lighthouse and on a concert's network."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from bench.__main__ import tell
from bench.browser import concert, lighthouse
from bench.browser.packing import packing
from bench.table import Row
from tests.browser.site import Site, running_site
from tests.browser.test_weight import WALL, middling
from tests.live import running_browser

KB = 1024
# Page: limits of Lighthouse's LCP, of LCP at a concert (both seconds), of the first view (KB).
LIMITS = {"gallery": (2.0, 3.6, 200), "design": (1.8, 3.6, 130), "vote": (1.8, 3.0, 80)}
TBT_MS, CLS, INP_MS, FEEDBACK_MS = 100, 0.02, 200, 100


def main(argv: list[str]) -> int:
    """Measure, print the table, keep it; return 0, or 1 with --strict when a limit is passed."""
    asked = _arguments(argv)
    began = time.monotonic()
    lighthouse.install()
    with tempfile.TemporaryDirectory(prefix="fanmade-bench-") as name:
        folder = Path(name)
        (folder / "shared").mkdir()
        with running_site(folder / "site", folder / "shared") as site, packing(site.url) as url:
            rows = _measured(site, url, asked.runs)
    return tell(rows, time.monotonic() - began, asked)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.browser", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="the median of so many visits counts")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON as well")
    parser.add_argument("--no-save", dest="save", action="store_false", help="keep nothing in bench/history")
    parser.add_argument("--strict", action="store_true", help="leave with 1 when a limit is passed")
    return parser.parse_args(argv)


def _measured(site: Site, url: str, runs: int) -> list[Row]:
    paths = _paths(site)
    rows: list[Row] = []
    for page, path in paths.items():
        _say(f"Lighthouse: {page}")
        rows += _judged(page, lighthouse.judge(url + path, runs))
    with running_browser() as browser:
        for page, path in paths.items():
            _say(f"at a concert: {page}")
            rows += _at_a_concert(page, concert.shown(browser, url, path, runs))
        _say("a heart on a slow phone")
        found = concert.pressed(browser, url, paths["gallery"], site.cookie("kelpie"), runs)
    rows.append(_least("heart, until it shows", "ms", found["feedback"], FEEDBACK_MS, "a phone 4 times slower"))
    rows.append(_least("heart, until it shows, offline", "ms", found["offline"], FEEDBACK_MS, "the same"))
    rows.append(_least("heart, INP", "ms", found["INP"], INP_MS, "the same"))
    return rows


def _paths(site: Site) -> dict[str, str]:
    code = middling(site)
    return {"gallery": f"/c/{WALL}/designs", "design": f"/D/{code}", "vote": f"/c/{WALL}/vote?at={code}"}


def _judged(page: str, found: dict[str, float]) -> list[Row]:
    lcp, _, weight = LIMITS[page]
    return [
        _least(f"{page}, LCP by Lighthouse", "s", found["LCP"] / 1000, lcp, f"score {found['score']:.2f}"),
        _least(f"{page}, TBT by Lighthouse", "ms", found["TBT"], TBT_MS),
        _least(f"{page}, CLS by Lighthouse", "", found["CLS"], CLS),
        _least(f"{page}, first view packed", "KB", found["bytes"] / KB, weight, "headers included"),
    ]


def _at_a_concert(page: str, found: dict[str, float]) -> list[Row]:
    note = f"{concert.BITS // 1000} kbit/s, {concert.LATENCY_MS} ms, CPU / {concert.SLOWER}"
    return [
        _least(f"{page}, LCP at a concert", "s", found["LCP"] / 1000, LIMITS[page][1], note),
        _least(f"{page}, CLS at a concert", "", found["CLS"], CLS),
    ]


def _least(path: str, unit: str, value: float, goal: float, note: str = "") -> Row:
    return Row(path, unit, value, more_is_better=False, goal=goal, note=note)


def _say(what: str) -> None:
    print(f"measuring: {what} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
