"""A whole installation whose parts can be made to fail: doors before its database and its Redis, mail, a clock."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import redis
from sqlalchemy import Engine, func, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bench.scene import Scene, engine_of, fill
from contests.models import Contest
from tests import services
from tests.databases import Databases
from tests.faults.counts import times
from tests.faults.gate import Gate
from tests.live import LiveServer, running
from tests.post_office import PostOffice
from webapp.infra.mail import OutgoingMail
from webapp.infra.outbox import Delivery

SECRET = "a secret of the fault tests, with which they sign cookies"
PATIENCE = 120.0
LEASES = 400  # seconds: longer than any lease


@dataclass
class Answer:
    """What came back: 0 when nothing did."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def sent(
    link: http.client.HTTPConnection, method: str, path: str, data: bytes | None, headers: dict[str, str]
) -> Answer:
    """Ask over a connection of its own and close it; Answer(0) when nobody answers, or only half."""
    try:
        link.request(method, path, data, headers)
        answer = link.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException):
        return Answer(0)
    finally:
        link.close()
    is_json = "json" in (answer.getheader("Content-Type") or "")
    found = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, json.loads(content) if is_json else content, found)


@contextlib.contextmanager
def by_hand(engine: Engine) -> Iterator[Session]:
    """What is written by hand while a site runs: a transaction, at the end committed.

    It begins with a write: on SQLite who writes first waits its turn, who reads first and then writes may fail at once.
    """
    with Session(engine) as session, session.begin():
        session.execute(update(Contest).where(Contest.id < 0).values(slug=""))
        yield session


@dataclass
class Site:
    """The installation and what may be done to it."""

    server: LiveServer
    engine: Engine
    scene: Scene
    office: PostOffice
    redis_url: str
    redis_gate: Gate
    database_gate: Gate | None
    clock: Path

    def ask(self, who: int, method: str, path: str, body: Any = None, key: str = "", **options: Any) -> Answer:
        """Speak JSON as the n-th person; never raises for a lost connection."""
        headers = {"Authorization": f"Bearer {self.scene.token(who)}", "Accept": "application/json", **options}
        headers |= {"Idempotency-Key": key} if key else {}
        data = body if isinstance(body, bytes) else None
        if body is not None and data is None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        link = http.client.HTTPConnection("127.0.0.1", make_url(self.server.base_url).port or 0, timeout=30)
        return sent(link, method, path, data, headers)

    def order(self, who: int, key: str) -> Answer:
        """Reserve one piece."""
        home = {"name": "Aino", "line1": "Katu 1", "postcode": "00100", "city": "Helsinki", "country": "FI"}
        body = {"items": [{"variant_ids": [self.scene.variant_id]}], "contact": home}
        return self.ask(who, "POST", f"/api/v1/drops/{self.scene.drop}/preorders", body, key)

    def vote(self, who: int, design: int) -> Answer:
        """Give a heart."""
        return self.ask(who, "PUT", f"/api/v1/designs/{self.scene.codes[design]}/vote")

    def kill(self, role: str) -> None:
        """End a process as a power cut would; its supervisor starts another."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.server.supervisor.pids()[role], signal.SIGKILL)

    def pause(self, role: str) -> None:
        """Let a process stand still."""
        os.kill(self.server.supervisor.pids()[role], signal.SIGSTOP)

    def go_on(self, role: str) -> None:
        """Let it run again; one that died meanwhile is begun anew by its supervisor."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.server.supervisor.pids()[role], signal.SIGCONT)

    def empty_redis(self) -> None:
        """Forget every queue, job and sign of life."""
        with contextlib.closing(redis.Redis.from_url(self.redis_url)) as client:
            client.flushall()

    def later(self, seconds: float = LEASES) -> None:
        """Move the installation's clock: what was leased comes free."""
        known = float(self.clock.read_text()) if self.clock.exists() else 0.0
        part = self.clock.with_suffix(".part")
        part.write_text(str(known + seconds))
        part.replace(self.clock)

    def count(self, model: Any, *conditions: Any) -> int:
        """How many rows of a table meet the conditions now."""
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0

    def column(self, wanted: Any, *conditions: Any) -> list[Any]:
        """A column's values."""
        with Session(self.engine) as session:
            return list(session.scalars(select(wanted).where(*conditions)))

    def owed(self) -> int:
        """Deliveries and mails that are not done."""
        mails = self.count(OutgoingMail, OutgoingMail.state == "queued")
        return self.count(Delivery, Delivery.done_at.is_(None)) + mails

    def settled(self, seconds: float = PATIENCE) -> bool:
        """Wait until nothing is owed any more."""
        return until(lambda: self.owed() == 0, seconds)


def until(met: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait for a condition; return whether it came true in time."""
    ends = time.monotonic() + seconds
    while not met():
        if time.monotonic() > ends:
            return False
        time.sleep(0.1)
    return True


@contextlib.contextmanager
def site(kind: str, databases: Databases, folder: Path) -> Iterator[Site]:
    """Start an installation on a database of its own; ends it with the block."""
    doors = Path(tempfile.mkdtemp(prefix="fanmade-gate-", dir="/tmp"))  # a socket path must be short
    office, url = PostOffice(), databases.fresh(kind)
    office.start()
    try:
        with services.running_redis() as redis_url:
            redis_gate = Gate(doors / "r", Path(unquote(urlsplit(redis_url).path)))
            redis_gate.open()
            seen_by_site, database_gate = url, None
            if kind == "postgres":
                parts = make_url(url)
                there = Path(str(parts.query["host"]), ".s.PGSQL.5432")
                database_gate = Gate(doors / ".s.PGSQL.5432", there)
                database_gate.open()
                seen_by_site = parts.set(query={"host": str(doors)}).render_as_string(hide_password=False)
            engine = engine_of(url)
            scene = fill(engine, people=120, designs=10)
            settings = {
                "FANMADE_DATABASE_URL": seen_by_site,
                "FANMADE_REDIS_URL": f"unix://{doors / 'r'}?db=0",
                "FANMADE_MAIL_URL": office.url,
                "FANMADE_CLOCK_FILE": str(folder / "shift"),
                "FANMADE_RATE_LIMITS": "on",
                "FANMADE_QUIET_HOURS": "off",
                "FANMADE_SECRET_KEY": SECRET,
                "FANMADE_WEB_WORKERS": str(times(1, 2)),  # a soak has what `make run` starts
            }
            with running(folder / "data", ready=True, **settings) as server:
                yield Site(server, engine, scene, office, redis_url, redis_gate, database_gate, folder / "shift")
            engine.dispose()
            redis_gate.shut()
            if database_gate:
                database_gate.shut()
    finally:
        office.stop()
        shutil.rmtree(doors, ignore_errors=True)
