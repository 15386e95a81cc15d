"""`python -m bench.soak`: rehearse whole contests while processes of the installation are killed at random.

Each rehearsal is played twice with one seed: undisturbed, then with kill -9 of random processes (web, workers,
ticker, Redis, PostgreSQL). Both must end consistent and with the same tally, an audit must find nothing that it can't
repair, and `fanmade recount` must agree with what is left. `make soak` runs the fault tests at their full counts first.
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
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from tests.databases import TEMPLATE, Databases
from tests.services import Cluster, killable_postgres

ROOT = Path(__file__).resolve().parents[1]
FANMADE = (sys.executable, "-m", "webapp.boot.cli")
LONGEST = 1800  # seconds after which a rehearsal is called stuck
ROLES = {
    b"webapp.boot.parent": "parent",
    b"gunicorn": "web",
    b" serve": "web",
    b" ticker": "ticker",
    b" worker ": "worker",
    b"redis-server": "redis",
    b"valkey-server": "redis",
}


class Failed(AssertionError):
    """Something was lost, doubled or stuck; the message says what."""


@dataclass(frozen=True)
class Plan:
    """How large a rehearsal is, the mean seconds between two kills, and the most there are in one."""

    pictures: int
    voters: int
    every: float
    kills: int = 1_000_000


@dataclass(frozen=True)
class Played:
    """A rehearsal that came to its end: its folder, its database, its report, who was killed how often."""

    data: Path
    database: str | None
    report: dict[str, Any]
    killed: Counter[str]


def main(argv: list[str]) -> int:
    """Soak; return 0 when nothing was lost."""
    asked = _arguments(argv)
    plan, killed = Plan(asked.pictures, asked.voters, asked.every), Counter[str]()
    kinds = ("sqlite", "postgres") if asked.db == "both" else (asked.db,)
    ends, seed = time.monotonic() + asked.minutes * 60, asked.seed
    try:
        with tempfile.TemporaryDirectory(prefix="fanmade-soak-") as name:
            databases = Databases(Path(name))
            while time.monotonic() < ends or not killed:
                killed += round_of(plan, Path(name) / str(seed), seed, kinds, databases)
                seed += 1
            databases.close()
    except Failed as failed:
        print(f"FAILED with seed {seed}: {failed}", file=sys.stderr)
        return 1
    print(f"nothing was lost; {killed.total()} processes were killed: {_told(killed)}")
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--every", type=float, default=3.0, help="mean seconds between two kills")
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--voters", type=int, default=60)
    parser.add_argument("--db", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    return parser.parse_args(argv)


def round_of(plan: Plan, place: Path, seed: int, kinds: tuple[str, ...], databases: Databases) -> Counter[str]:
    """Rehearse undisturbed, then with kills on each kind of database; return who was killed. Raises Failed."""
    draw(place / "in", plan.pictures, seed)
    calm, killed = play(place, "calm", plan, seed), Counter[str]()
    for kind in kinds:
        with played_hurt(place, f"hurt-{kind}", plan, seed, kind, databases) as hurt:
            judge(calm, hurt)
        killed += hurt.killed
        said, told = hurt.report, _told(hurt.killed)
        print(f"seed {seed}, {kind}: {said['votes']} votes, {said['preorders']} orders, {told}: the same", flush=True)
    return killed


@contextmanager
def played_hurt(place: Path, name: str, plan: Plan, seed: int, kind: str, databases: Databases) -> Iterator[Played]:
    """Rehearse with kills; on PostgreSQL on a server of its own, which is killed as well, and ends with the block."""
    with ExitStack() as stack:
        cluster = stack.enter_context(killable_postgres(databases.kept_postgres())) if kind == "postgres" else None
        yield play(place, name, plan, seed, kill=True, cluster=cluster)


def judge(calm: Played, hurt: Played) -> None:
    """Raise Failed unless both rehearsals ended the same, and the ledgers of the second agree."""
    compare(calm.report, hurt.report)
    recount(hurt)


def recount(played: Played) -> None:
    """Raise Failed unless `fanmade recount` agrees with what a rehearsal left."""
    environ = {**os.environ, "FANMADE_DATA": str(played.data)}
    environ |= {"FANMADE_DATABASE_URL": played.database} if played.database else {}
    done = subprocess.run([*FANMADE, "recount"], cwd=ROOT, env=environ, capture_output=True, check=False)
    if done.returncode:
        raise Failed(f"the recount of {played.data.name} differs: {done.stdout.decode()}{done.stderr.decode()[-400:]}")


def _told(killed: Counter[str]) -> str:
    return ", ".join(f"{role} {count} times" for role, count in sorted(killed.items())) or "nobody killed"


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


def play(
    place: Path, name: str, plan: Plan, seed: int, *, kill: bool = False, cluster: Cluster | None = None
) -> Played:
    """Play one rehearsal, with kills or without, on a cluster or on a file. Raises Failed."""
    data, database = place / name, cluster.url(TEMPLATE) if cluster else None
    command = [*FANMADE, "rehearse", str(place / "in"), "--seed", str(seed), "--voters", str(plan.voters)]
    command += ["--data", str(data), "--out", str(place / f"{name}-out"), "--json"]
    command += ["--database", database] if database else []
    report, killed = place / f"{name}.json", Counter[str]()
    with report.open("w") as file:
        process = subprocess.Popen(command, cwd=ROOT, stdout=file)
        try:
            if kill:
                _strike(process, plan, random.Random(seed), cluster, killed)
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
    return Played(data, database, found, killed)


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


def _strike(
    process: subprocess.Popen[bytes], plan: Plan, chance: random.Random, cluster: Cluster | None, killed: Counter[str]
) -> None:
    """Kill one of the installation's processes again and again until the rehearsal has ended, or it is enough."""
    ends = time.monotonic() + LONGEST
    while process.poll() is None and killed.total() < plan.kills:
        if time.monotonic() > ends:
            raise subprocess.TimeoutExpired("rehearse", LONGEST)
        time.sleep(chance.uniform(0.5, 1.5) * plan.every)
        victims = _victims(process.pid)
        if not victims or process.poll() is not None:
            continue  # it is still starting, or over
        role = chance.choice(sorted([*victims, *(["postgres"] if cluster else [])]))
        if role == "postgres" and cluster:
            cluster.kill()
            cluster.again()
        else:
            os.kill(chance.choice(victims[role]), signal.SIGKILL)
        killed[role] += 1


def _victims(parent: int) -> dict[str, list[int]]:
    """The long-lived processes by role, once the site answers: their supervisor starts those again."""
    found: dict[str, list[int]] = {}
    own = children(parent)
    for pid in [*own, *(each for one in own for each in children(one))]:  # what is forked is a child's child
        if role := _role(pid):
            found.setdefault(role, []).append(pid)
    return found if {"web", "worker", "ticker"} <= found.keys() else {}


def _role(pid: int) -> str:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\x00", b" ")
    except OSError:
        return ""
    return next((role for word, role in ROLES.items() if word in line), "")


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
