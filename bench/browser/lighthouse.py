"""Lighthouse's mobile profile, run several times over; the medians count."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests import services

_HERE = Path(__file__).parent
_CACHE = services.ROOT / ".cache" / "lighthouse"
_PROGRAM = _CACHE / "node_modules" / "lighthouse" / "cli" / "index.js"
_FLAGS = "--headless=new --disable-dev-shm-usage"
TIMES = {"LCP": "largest-contentful-paint", "TBT": "total-blocking-time", "CLS": "cumulative-layout-shift"}


class Missing(Exception):
    """Lighthouse can't be had on this machine."""


def install() -> None:
    """Put the pinned Lighthouse into .cache, with the Node of the development tools. Raises Missing."""
    pins, done = _HERE / "package-lock.json", _CACHE / "package-lock.json"
    if _PROGRAM.exists() and done.exists() and done.read_bytes() == pins.read_bytes():
        return
    _CACHE.mkdir(parents=True, exist_ok=True)
    shutil.copy(_HERE / "package.json", _CACHE)
    shutil.copy(_HERE / ".npmrc", _CACHE)
    shutil.copy(pins, _CACHE)
    command = [_beside("npm"), "ci", "--silent", "--omit=optional"]
    if subprocess.run(command, cwd=_CACHE, env=_environ(), check=False, stdout=subprocess.DEVNULL).returncode:
        done.unlink()
        raise Missing("Lighthouse could not be installed: is there a way to the package registry of npm?")


def judge(url: str, runs: int) -> dict[str, float]:
    """Return the medians over `runs` of LCP and TBT in ms, CLS, `score` (0 to 1), and the bytes that were sent."""
    found = [_figures(_report(url)) for _ in range(runs)]
    return {name: statistics.median(each[name] for each in found) for name in found[0]}


def _report(url: str) -> dict[str, Any]:
    flags = _FLAGS + (" --no-sandbox" if os.geteuid() == 0 else "")
    command = [_beside("node"), str(_PROGRAM), url, "--output=json", "--quiet", f"--chrome-flags={flags}"]
    command.append("--only-categories=performance")
    done = subprocess.run(command, env=_environ(), capture_output=True, text=True, check=False, timeout=180)
    if done.returncode:
        raise RuntimeError(f"Lighthouse failed at {url}:\n{done.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _figures(report: dict[str, Any]) -> dict[str, float]:
    audits = report["audits"]
    figures = {name: float(audits[audit]["numericValue"]) for name, audit in TIMES.items()}
    requests = audits["network-requests"]["details"]["items"]
    if any(each.get("statusCode", 200) >= 400 for each in requests):
        raise RuntimeError(f"a part of {report['finalDisplayedUrl']} failed to load")
    figures["bytes"] = float(sum(each["transferSize"] for each in requests))
    figures["score"] = float(report["categories"]["performance"]["score"])
    return figures


def _environ() -> dict[str, str]:
    try:
        program = services.chromium(whole=True)  # what people have
    except services.Missing:
        program = services.chromium()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**services.chromium_environment(program), "PATH": path, "CHROME_PATH": str(program)}


def _beside(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
