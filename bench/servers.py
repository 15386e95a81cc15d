"""The product's web processes and the floor's, under the same server, each on a database of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.scene import Scene, engine_of, fill
from tests import services
from tests.databases import Databases
from webapp.boot.stack import free_port
from webapp.boot.supervisor import answers

WORKERS, THREADS = 2, 8


@dataclass(frozen=True)
class Pair:
    """Where both answer, what both know, their databases, and the product's environment."""

    product: int
    floor: int
    scene: Scene
    product_url: str
    floor_url: str
    environ: Mapping[str, str]
    product_pid: int
    floor_pid: int


@contextlib.contextmanager
def pair(kind: str, folder: Path, redis_url: str, people: int, cap: int | None = None) -> Iterator[Pair]:
    """Start both on fresh databases of a kind with the same scene; end them with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    databases = Databases(folder)
    try:
        ours, theirs = databases.fresh(kind), databases.fresh(kind)
        scene = _filled(ours, people, cap)
        floor_scene = _filled(theirs, people, cap, round_too=True)
        ports = free_port("127.0.0.1"), free_port("127.0.0.1")
        environ = {
            **os.environ,
            "FANMADE_DATA": str(folder / "data"),
            "FANMADE_DATABASE_URL": ours,
            "FANMADE_REDIS_URL": redis_url,
            "FANMADE_BIND": f"127.0.0.1:{ports[0]}",
            "FANMADE_BASE_URL": f"http://127.0.0.1:{ports[0]}",
            "FANMADE_SECRET_KEY": "bench-secret-of-no-importance-0123456789",
            "FANMADE_WEB_WORKERS": str(WORKERS),
            "FANMADE_WEB_THREADS": str(THREADS),
            "FANMADE_WEB_MB": "0",  # the same processes from the first round to the last
            "FANMADE_LOG_LEVEL": "error",
        }
        bare = {**environ, "FLOOR_DATABASE": theirs, "FLOOR_CONTEST": str(floor_scene.contest_id)}
        serve = [sys.executable, "-m", "webapp.boot.cli", "serve"]
        floor = [
            sys.executable,
            "-m",
            "gunicorn",
            "bench.floor_app:app",
            "-k",
            "gthread",
            "-b",
            f"127.0.0.1:{ports[1]}",
        ]
        floor += ["-w", str(WORKERS), "--threads", str(THREADS), "--no-control-socket", "--log-level", "error"]
        with (
            process(serve, environ, f"http://127.0.0.1:{ports[0]}/healthz") as product,
            process([*floor, "--keep-alive", "5"], bare, f"http://127.0.0.1:{ports[1]}/hello") as bare_floor,
        ):
            yield Pair(*ports, scene, ours, theirs, environ, product.pid, bare_floor.pid)
    finally:
        databases.close()


def _filled(url: str, people: int, cap: int | None, round_too: bool = False) -> Scene:
    engine = engine_of(url)
    scene = fill(engine, people=people, cap=cap)
    if round_too:
        from sqlalchemy import insert

        from voting.models import Round

        with engine.begin() as connection:
            connection.execute(insert(Round).values(contest_id=scene.contest_id, kind="open", budget=5))
    engine.dispose()
    return scene


@contextlib.contextmanager
def process(argv: list[str], environ: Mapping[str, str], probe: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process and wait until `probe` answers; yield it, and end it with the block."""
    process = subprocess.Popen(argv, env=dict(environ), cwd=services.ROOT, stdout=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + 180
        while not answers(probe):
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"{argv[2]} does not answer")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:  # what was measured is not lost because something ends slowly
            process.kill()
            process.wait()
