"""Single web machines on a database, several if need be: of this code or of another's, with a guard or without."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.scene import token_of
from tests import forked, services
from tests.faults.site import SECRET, Answer, sent
from webapp.boot.stack import free_port


@dataclass(frozen=True)
class Machine:
    """A web process that answers on a port, and what it was started with."""

    port: int
    environ: Mapping[str, str]

    def ask(self, who: int | None, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Speak JSON as the n-th person of the scene, or as nobody; never raises for a lost connection."""
        headers = {"Accept": "application/json", **headers}
        if who is not None:
            headers["Authorization"] = f"Bearer {token_of(who)}"
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        return sent(link, method, path, data, headers)

    def page(self, who: int | None, path: str) -> str:
        """A page's text; raises AssertionError unless it is there."""
        answer = self.ask(who, "GET", path, Accept="text/html")
        assert answer.status == 200, (path, answer.status)
        return bytes(answer.body).decode()


def environment(url: str, redis_url: str, data: Path, **settings: str) -> dict[str, str]:
    """The settings of a machine on a database."""
    return {
        **os.environ,
        "FANMADE_DATA": str(data),
        "FANMADE_DATABASE_URL": url,
        "FANMADE_REDIS_URL": redis_url,
        "FANMADE_SECRET_KEY": SECRET,
        "FANMADE_RATE_LIMITS": "off",
        "FANMADE_QUIET_HOURS": "off",
        "FANMADE_WEB_WORKERS": "1",
        "FANMADE_LOG_LEVEL": "error",
        **settings,
    }


@contextlib.contextmanager
def web(environ: Mapping[str, str], code: Path = services.ROOT, unguarded: str = "") -> Iterator[Machine]:
    """Start a web process of the code in a folder, with the guard of that name taken away; end it with the block."""
    port = free_port("127.0.0.1")
    own = {**environ, "FANMADE_BIND": f"127.0.0.1:{port}", "FANMADE_BASE_URL": f"http://127.0.0.1:{port}"}
    own |= {"UNGUARDED": unguarded, "PYTHONPATH": str(code)}
    app = "tests.faults.unguarded:app" if unguarded else "webapp.boot.wsgi:app"
    argv = ["-m", "gunicorn", app, "-k", "gthread", "-b", f"127.0.0.1:{port}", "-w", "1"]
    argv += ["--threads", "8", "--no-control-socket", "--log-level", "error", "--graceful-timeout", "5"]
    process: subprocess.Popen[bytes] | forked.Forked
    if code == services.ROOT and not unguarded:
        process = forked.start(argv, own, code)
    else:  # what is loaded already could neither be another release's nor have lost its guard
        process = subprocess.Popen([sys.executable, *argv], env=own, cwd=code, stdout=subprocess.DEVNULL)
    try:
        machine, ends = Machine(port, own), time.monotonic() + 90
        while machine.ask(None, "GET", "/healthz").status != 200:
            assert process.poll() is None, "the web process ended at once"
            assert time.monotonic() < ends, "the web process does not answer"
            time.sleep(0.1)
        yield machine
    finally:
        process.terminate()
        process.wait(20)


def fanmade(environ: Mapping[str, str], *arguments: object, code: Path = services.ROOT) -> str:
    """Run a `fanmade` command; returns what it printed, raises AssertionError when it fails."""
    argv = ["-m", "webapp.boot.cli", *map(str, arguments)]
    own = {**environ, "PYTHONPATH": str(code)}
    if code == services.ROOT:
        done = forked.run(argv, own, code)
    else:
        whole = [sys.executable, *argv]
        done = subprocess.run(whole, env=own, cwd=code, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"fanmade {' '.join(map(str, arguments))} failed:\n{done.stdout}{done.stderr}"
    return done.stdout
