"""Many machines of one installation, as deploy/production.env.example sets them up, and browsers that meet them all.

A machine is a process with nothing of a disk but empty folders of its own: where it works, its home, its temporary
files, its data. What the machines share is a PostgreSQL, a Redis, a bucket (a double of S3) and a relay for mail.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import re
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from moto.server import ThreadedMotoServer

from tests import forked, services
from tests.post_office import PostOffice
from webapp.boot.stack import free_port
from webapp.boot.supervisor import answers

EXAMPLE = services.ROOT / "deploy" / "production.env.example"
FOLDERS = ("here", "home", "tmp", "data")
FORM = "application/x-www-form-urlencoded"
TOKEN = "a token of the watchers"
HIDDEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Machine:
    """One process with its folders; a web machine has a port."""

    name: str
    folder: Path
    process: forked.Forked
    port: int = 0

    def kill(self) -> None:
        """End it and its children at once, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def left(self) -> dict[str, list[str]]:
        """What stands in each of its folders."""
        return {name: sorted(each.name for each in (self.folder / name).iterdir()) for name in FOLDERS}


@dataclass(frozen=True)
class Answer:
    """What a web machine answered; its headers in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """What a program reads."""
        return json.loads(self.body)


@dataclass
class Machines:
    """All of them; `office` keeps the mails."""

    webs: list[Machine]
    others: list[Machine]
    office: PostOffice
    environ: Mapping[str, str]
    folder: Path
    turn: Iterator[int] = field(default_factory=itertools.count)

    def fanmade(self, *arguments: str) -> str:
        """Run a command on one machine more; returns what it printed."""
        place = _folders(self.folder / f"command-{next(self.turn)}")
        done = forked.run(_argv(*arguments), _of(self.environ, place), place / "here")
        assert not done.returncode, done.stdout + done.stderr
        return done.stdout

    def ask(self, web: int, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Ask one machine, on a connection of its own; raises OSError when it is gone."""
        link = http.client.HTTPConnection("127.0.0.1", self.webs[web].port, timeout=60)
        try:
            link.request(method, path, body, {"Connection": "close", **headers})
            answer = link.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            found["set-cookie"] = "\n".join(answer.headers.get_all("Set-Cookie") or [])
            return Answer(answer.status, found, answer.read())
        except http.client.HTTPException as error:
            raise OSError("the machine died") from error
        finally:
            link.close()


@dataclass
class Browser:
    """Keeps cookies, and meets another web machine with each request unless it is told which (1 to 3)."""

    machines: Machines
    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    language: str = "en"

    def get(self, path: str, web: int = 0, **headers: str) -> Answer:
        """Read a page, and the token of its forms."""
        answer = self._ask("GET", path, None, web, headers)
        if found := HIDDEN.search(answer.body.decode(errors="replace")):
            self.token = found[1]
        return answer

    def post(self, path: str, web: int = 0, headers: Mapping[str, str] | None = None, **fields: Any) -> Answer:
        """Send a form with the token that was read last."""
        body = urlencode({"csrf_token": self.token, **fields}).encode()
        return self._ask("POST", path, body, web, {"Content-Type": FORM, **(headers or {})})

    def post_json(self, path: str, body: Any, web: int = 0) -> Answer:
        """Send what a module of ours sends."""
        kind = {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": self.token}
        return self._ask("POST", path, json.dumps(body).encode(), web, kind)

    def _ask(self, method: str, path: str, body: bytes | None, web: int, headers: Mapping[str, str]) -> Answer:
        """As a balancer does: the next machine answers; where it is gone, the one after it."""
        sent = {"X-Forwarded-For": self.address, "X-Forwarded-Proto": "https", "Accept-Language": self.language}
        sent |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        turns = [web - 1] if web else [next(self.machines.turn) % 3 for _ in range(3)]
        for turn in turns:
            with contextlib.suppress(OSError):
                answer = self.machines.ask(turn, method, path, body, sent)
                for line in filter(None, answer.headers["set-cookie"].split("\n")):
                    name, _, value = line.partition(";")[0].partition("=")
                    self.cookies[name] = value
                return answer
        raise AssertionError(f"nobody answers {method} {path}")


def until(met: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something, and return it; fails when it does not come."""
    ends = time.monotonic() + seconds
    while not (found := met()):
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.1)
    return found


@contextlib.contextmanager
def many(folder: Path, database: str) -> Iterator[Machines]:
    """Three webs, a worker for each queue and two tickers on a migrated database; ends them with the block."""
    office = PostOffice()
    office.start()
    with contextlib.ExitStack() as ends:
        ends.callback(office.stop)
        redis_url = ends.enter_context(services.running_redis())
        environ = _environ(database, redis_url, ends.enter_context(_bucket()), office.url)
        machines = Machines([], [], office, environ, folder)
        ends.callback(lambda: [each.kill() for each in (*machines.webs, *machines.others)])
        for number in (1, 2, 3):
            machines.webs.append(_start(folder, environ, f"web-{number}", free_port("127.0.0.1"), "serve"))
        for queue in ("outbox", "mail", "pictures", "exports"):
            machines.others.append(_start(folder, environ, f"worker-{queue}", 0, "worker", queue))
        for number in (1, 2):
            machines.others.append(_start(folder, environ, f"ticker-{number}", 0, "ticker"))
        for each in machines.webs:
            until(lambda web=each: answers(f"http://127.0.0.1:{web.port}/healthz"), 120)
        until(lambda: machines.ask(0, "GET", "/readyz", None, {}).status == 200, 120)
        yield machines


def _environ(database: str, redis_url: str, endpoint: str, relay: str) -> dict[str, str]:
    """The example's settings, with what an operator fills in."""
    lines = (line.split("=", 1) for line in EXAMPLE.read_text().splitlines() if line.startswith("FANMADE_"))
    filled = {
        "FANMADE_SECRET_KEY": "0123456789abcdef" * 4,
        "FANMADE_DATABASE_URL": database,
        "FANMADE_REDIS_URL": redis_url,
        "FANMADE_COUNTERS_URL": redis_url.replace("db=0", "db=1"),
        "FANMADE_S3_ENDPOINT": endpoint,
        "FANMADE_S3_REGION": "us-east-1",
        "FANMADE_S3_KEY_ID": "key",
        "FANMADE_S3_SECRET": "a secret of the bucket",
        "FANMADE_MAIL_URL": relay,
        "FANMADE_OPERATOR_NAME": "The Band",
        "FANMADE_OPERATOR_CONTACT": "hello@example.org",
        "FANMADE_METRICS_TOKEN": TOKEN,
        "FANMADE_WEB_WORKERS": "1",
    }
    program = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PYTHONPATH": str(services.ROOT)}
    return {**program, **dict(lines), **filled}  # type: ignore[arg-type]


@contextlib.contextmanager
def _bucket() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        wanted = urllib.request.Request(f"http://{host}:{port}/fanmade", method="PUT")
        urllib.request.urlopen(wanted, timeout=10).close()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def _start(folder: Path, environ: Mapping[str, str], name: str, port: int, *arguments: str) -> Machine:
    place = _folders(folder / name)
    own = _of(environ, place) | {"FANMADE_BIND": f"127.0.0.1:{port}"}
    with (place / "log").open("wb") as log:
        process = forked.start(_argv(*arguments), own, place / "here", log)
    return Machine(name, place, process, port)


def _folders(place: Path) -> Path:
    for name in FOLDERS:
        (place / name).mkdir(parents=True)
    return place


def _of(environ: Mapping[str, str], place: Path) -> dict[str, str]:
    return {**environ, "HOME": f"{place}/home", "TMPDIR": f"{place}/tmp", "FANMADE_DATA": f"{place}/data"}


def _argv(*arguments: str) -> list[str]:
    return ["-m", "webapp.boot.cli", *arguments]
