"""`python -m bench.storm`: clients at once who vote twice, take back and vote again across the close of a round.

Real web processes are pressed; each fan sits before two browsers. Meanwhile the ledger is folded and the round is
sealed and counted. Afterwards ledger, votes, totals, log, bundle and result must agree, and nobody may have met a
broken page: an act is done, refused with a reason, or asked to come again (503 with Retry-After).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select, update

from bench.load import Request
from bench.scene import Scene, engine_of, fill
from bench.servers import process
from bench.web import Forms
from contests.models import Contest
from tests import services
from tests.databases import Databases
from voting.models import Ballot
from webapp.boot.stack import free_port

CLIENTS, ACTS = 300, 5
LONGEST = 300  # seconds
CLOSED = ("voting-closed", "voting-closed-sealed")
CAST, TAKE_BACK = b"&wish=cast&via=gallery", b"&wish=withdraw"


class Failed(Exception):
    """Something broke or does not agree; the message says what."""


@dataclass(frozen=True)
class Outcome:
    """How often each answer came, by state or code of refusal, and how many ballots there are."""

    answers: Counter[str]
    ballots: int
    seconds: float


def storm(kind: str, folder: Path, redis_url: str, clients: int = CLIENTS, acts: int = ACTS) -> Outcome:
    """Let a storm pass over an installation on a fresh database of a kind; raises Failed.

    Each client does some `acts` before the close is near, and goes on until it was refused as often.
    """
    folder.mkdir(parents=True, exist_ok=True)
    databases = Databases(folder)
    began = time.monotonic()
    try:
        url = databases.fresh(kind)
        scene = _scene(url, clients // 2 + 2)
        environ = _environ(url, redis_url, folder / "data")
        serve = [sys.executable, "-m", "webapp.boot.cli", "serve"]
        app = _application(environ)
        press, closer = _Press(scene, environ, acts), _Closer(url, scene, app)
        with process(serve, environ, f"{environ['FANMADE_BASE_URL']}/healthz"):
            press.run(clients, lambda: closer.run(lambda: press.answers.total() >= clients * acts or bool(press.bad)))
        ballots = _agree(url, scene, environ, app, closer.closes)
    finally:
        databases.close()
    return Outcome(press.answers, ballots, time.monotonic() - began)


def _scene(url: str, people: int) -> Scene:
    engine = engine_of(url)
    scene = fill(engine, people=people, designs=8, hearts=3)
    engine.dispose()
    return scene


def _environ(url: str, redis_url: str, data: Path) -> dict[str, str]:
    bind = f"127.0.0.1:{free_port('127.0.0.1')}"
    return {
        **os.environ,
        "FANMADE_DATA": str(data),
        "FANMADE_DATABASE_URL": url,
        "FANMADE_REDIS_URL": redis_url,
        "FANMADE_BIND": bind,
        "FANMADE_BASE_URL": f"http://{bind}",
        "FANMADE_SECRET_KEY": "storm-secret-of-no-importance-0123456789",
        "FANMADE_RATE_LIMITS": "off",
        "FANMADE_WEB_WORKERS": "2",
        "FANMADE_LOG_LEVEL": "error",
    }


class _Press:
    """What all clients have met so far."""

    def __init__(self, scene: Scene, environ: dict[str, str], acts: int) -> None:
        self.scene, self.acts = scene, acts
        self.port = int(environ["FANMADE_BIND"].rpartition(":")[2])
        self.forms = Forms(environ, len(scene.people))
        self.answers, self.bad = Counter[str](), list[str]()
        self._mutex = threading.Lock()

    def run(self, clients: int, beside: Callable[[], None]) -> None:
        """Let all clients act, and something else beside them; raises Failed."""
        threads = [threading.Thread(target=self._client, args=(number,), daemon=True) for number in range(clients)]
        for thread in threads:
            thread.start()
        beside()
        for thread in threads:
            thread.join(LONGEST)
        if self.bad or any(thread.is_alive() for thread in threads):
            raise Failed(f"{len(self.bad)} acts broke, or have no end: {self.bad[:3]}")

    def _client(self, number: int) -> None:
        """Vote and take back until the close is met; both browsers of a fan begin alike: the same vote twice."""
        chance, person, closed = random.Random(number // 2), 1 + number // 2, 0
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        while closed < self.acts and not self.bad:
            code = self.scene.codes[1 + chance.randrange(4)]
            wish = TAKE_BACK if chance.random() < 0.35 else CAST
            closed += self._ask(link, self.forms.act(person, code, wish)) in CLOSED
        link.close()

    def _ask(self, link: http.client.HTTPConnection, request: Request) -> str:
        try:
            link.request(*request)
            answer = link.getresponse()
            content = answer.read()
            said = json.loads(content)
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.bad.append(repr(error))
            return ""
        what = str(said.get("code") or said.get("state"))
        again = answer.status == 503 and answer.getheader("Retry-After")
        with self._mutex:
            self.answers[what] += 1
        if answer.status not in (200, 409) and not again:
            self.bad.append(f"{answer.status} {content[:200].decode(errors='replace')}")
        return what


class _Closer:
    """Folds while fans vote, and ends the round in their midst: the ticker's part, without its pauses."""

    def __init__(self, url: str, scene: Scene, app: Flask) -> None:
        self.url, self.contest_id, self.app = url, scene.contest_id, app
        self.closes = datetime.now(UTC)

    def run(self, enough: Callable[[], bool]) -> None:
        """Fold until there were enough votes, let voting end a moment later, seal in the midst of votes, count."""
        from voting import closing, rules

        with self.app.app_context():
            round_id = closing.round_to_close(self.contest_id, "open") or 0
            while not enough():
                closing.fold(round_id)
                time.sleep(0.05)
            self._end(timedelta(seconds=0.2))
            while datetime.now(UTC) < self.closes:
                closing.fold(round_id)
            # As if the time for settling were over: votes that came in time meet the seal.
            while not closing.close(round_id, self.closes + rules.SETTLE):
                time.sleep(0.05)

    def _end(self, within: timedelta) -> None:
        engine, self.closes = engine_of(self.url), datetime.now(UTC) + within
        with engine.begin() as connection:
            connection.execute(update(Contest).where(Contest.id == self.contest_id).values(picking_at=self.closes))
        engine.dispose()


def _agree(url: str, scene: Scene, environ: dict[str, str], app: Flask, closes: datetime) -> int:
    """Make the bundle and compare everything; return how many ballots there are. Raises Failed."""
    from voting.bundle import making
    from voting.log import roots

    with app.app_context():
        if making.make(scene.contest_id, roots.SEAL, closes) is None:
            raise Failed("there is no bundle")
    argv = [sys.executable, "-m", "webapp.boot.cli", "recount"]
    done = subprocess.run(argv, env=environ, cwd=services.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"the recount differs:\n{done.stdout}{done.stderr}")
    engine = engine_of(url)
    with engine.connect() as connection:
        ballots = connection.execute(select(Ballot.version, Ballot.spent)).all()
    engine.dispose()
    if not any(row.version > 1 for row in ballots) or any(row.spent > 3 for row in ballots):
        raise Failed("nobody voted twice, or somebody above the budget")
    return len(ballots)


def _application(environ: dict[str, str]) -> Flask:
    from webapp.boot.app import create_app
    from webapp.infra.settings import Settings

    return create_app(Settings.from_env(environ))


def main(argv: list[str]) -> int:
    """Let storms pass; return 0 when nothing broke."""
    parser = argparse.ArgumentParser(prog="python -m bench.storm", description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--acts", type=int, default=ACTS)
    asked = parser.parse_args(argv)
    kinds = ("sqlite", "postgres") if asked.db == "both" else (asked.db,)
    with tempfile.TemporaryDirectory(prefix="fanmade-storm-") as name, services.running_redis() as redis_url:
        for kind in kinds:
            try:
                found = storm(kind, Path(name) / kind, redis_url, asked.clients, asked.acts)
            except Failed as failed:
                print(f"{kind}: FAILED: {failed}", file=sys.stderr)
                return 1
            said = ", ".join(f"{count} {what}" for what, count in sorted(found.answers.items()))
            print(f"{kind}: {asked.clients} clients, {said}; {found.ballots} ballots, all agree", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
