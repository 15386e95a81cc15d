"""`python -m bench.soak`: rehearse whole contests while processes of the installation are killed at random.

Each rehearsal is played twice with one seed: undisturbed, then with kill -9 of random processes (web, workers,
ticker, Redis). Both must end consistent and with the same tally, and `fanmade recount` must agree with what is
left. With --faults the fault tests run afterwards at their full counts (SOAK=1).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
FANMADE = (sys.executable, "-m", "webapp.boot.cli")
LONGEST = 1800  # seconds after which a rehearsal is called stuck


class Failed(Exception):
    """Something was lost, doubled or stuck; the message says what."""


@dataclass(frozen=True)
class Plan:
    """How long, how often, with what."""

    minutes: float
    every: float
    pictures: int
    voters: int
    seed: int


def main(argv: list[str]) -> int:
    """Soak; return 0 when nothing was lost."""
    asked = _arguments(argv)
    plan = Plan(asked.minutes, asked.every, asked.pictures, asked.voters, asked.seed)
    print(f"seed {plan.seed}", flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix="fanmade-soak-") as name:
            killed = soak(plan, Path(name))
    except Failed as failed:
        print(f"FAILED with seed {plan.seed}: {failed}", file=sys.stderr)
        return 1
    print(f"nothing was lost; {killed} processes were killed")
    return _faults() if asked.faults else 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--every", type=float, default=3.0, help="mean seconds between two kills")
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--voters", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--faults", action="store_true", help="run tests/faults at full counts afterwards")
    return parser.parse_args(argv)


def soak(plan: Plan, folder: Path) -> int:
    """Rehearse until the time is over; return how many processes were killed. Raises Failed."""
    ends, killed, seed = time.monotonic() + plan.minutes * 60, 0, plan.seed
    while True:
        place = folder / str(seed)
        draw(place / "in", plan.pictures, seed)
        calm, _ = rehearse(place, "calm", plan, seed, kill=False)
        hurt, count = rehearse(place, "hurt", plan, seed, kill=True)
        compare(calm, hurt)
        killed += count
        print(f"seed {seed}: {hurt['votes']} votes, {hurt['preorders']} orders, {count} kills: the same", flush=True)
        seed += 1
        if time.monotonic() > ends:
            return killed


def draw(folder: Path, count: int, seed: int) -> None:
    """Draw simple pictures, each its own, the same for a seed."""
    folder.mkdir(parents=True)
    chance = random.Random(seed)
    for number in range(count):
        picture = Image.new("RGB", (600, 750), (chance.randrange(256), chance.randrange(256), chance.randrange(256)))
        pen = ImageDraw.Draw(picture)
        for _ in range(12):
            left, top = chance.randrange(500), chance.randrange(600)
            ink = (chance.randrange(256), chance.randrange(256), chance.randrange(256))
            pen.ellipse((left, top, left + chance.randrange(20, 300), top + chance.randrange(20, 300)), fill=ink)
        picture.save(folder / f"{number:03d}.png")


def rehearse(place: Path, name: str, plan: Plan, seed: int, kill: bool) -> tuple[dict[str, Any], int]:
    """Play one rehearsal; return its report and how many processes were killed meanwhile. Raises Failed."""
    data, out = place / name, place / f"{name}-out"
    command = [*FANMADE, "rehearse", str(place / "in"), "--seed", str(seed), "--voters", str(plan.voters)]
    command += ["--data", str(data), "--out", str(out), "--json"]
    report = place / f"{name}.json"
    with report.open("w") as file:
        process = subprocess.Popen(command, cwd=ROOT, stdout=file)
        try:
            killed = _strike(process, plan.every, random.Random(seed)) if kill else 0
            code = process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            raise Failed(f"the {name} rehearsal is stuck") from None
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(60)
    found: dict[str, Any] = json.loads(report.read_text() or "{}")
    if code or not found.get("consistent"):
        raise Failed(f"the {name} rehearsal left with {code}: {found.get('problems')}")
    recount = subprocess.run(
        [*FANMADE, "recount"], cwd=ROOT, env={**os.environ, "FANMADE_DATA": str(data)}, capture_output=True, check=False
    )
    if recount.returncode:
        raise Failed(f"the recount of the {name} rehearsal differs: {recount.stdout.decode()}")
    return found, killed


def compare(calm: dict[str, Any], hurt: dict[str, Any]) -> None:
    """Raise Failed unless both rehearsals ended the same."""
    for name in ("pictures", "accepted", "votes", "tally", "winner", "preorders"):
        if name in calm and _without_codes(calm[name]) != _without_codes(hurt.get(name)):
            raise Failed(f"{name}: {calm[name]} undisturbed, {hurt.get(name)} with kills")


def _without_codes(value: Any) -> Any:
    """Short codes are chance; everything else comes from the seed."""
    if isinstance(value, list):
        return [_without_codes(each) for each in value]
    if isinstance(value, dict):
        return {name: _without_codes(each) for name, each in value.items() if name != "code"}
    return value


def _strike(process: subprocess.Popen[bytes], every: float, chance: random.Random) -> int:
    """Kill one of the installation's processes again and again until the rehearsal has ended."""
    killed, ends = 0, time.monotonic() + LONGEST
    while process.poll() is None:
        if time.monotonic() > ends:
            raise subprocess.TimeoutExpired("rehearse", LONGEST)
        time.sleep(chance.uniform(0.5, 1.5) * every)
        victims = [pid for pid in children(process.pid) if _killable(pid)]
        if victims and process.poll() is None:
            try:
                os.kill(chance.choice(victims), signal.SIGKILL)
                killed += 1
            except ProcessLookupError:
                continue
    return killed


def _killable(pid: int) -> bool:
    """Whether a child is one of the long-lived processes: its supervisor starts those again."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\x00", b" ")
    except OSError:
        return False
    return any(word in line for word in (b"gunicorn", b" worker ", b" ticker", b"redis-server", b"valkey-server"))


def children(pid: int) -> list[int]:
    """The direct children of a process."""
    found = []
    for each in sorted(Path("/proc").glob("[0-9]*/stat")):
        try:
            parent = int(each.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(each.parent.name))
    return found


def _faults() -> int:
    command = [sys.executable, "-m", "pytest", "tests/faults", "-q"]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "SOAK": "1"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
