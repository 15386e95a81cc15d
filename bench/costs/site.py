"""The installation under measure: web, workers and a relay on a PostgreSQL of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import Engine, func, select, text

from bench.costs.meters import cpu, signalled, used
from bench.scene import Scene, engine_of, fill
from bench.servers import process
from tests import services
from tests.databases import Databases
from tests.post_office import PostOffice
from webapp.boot.stack import QUEUES, free_port
from webapp.infra.db import Base
from webapp.infra.mail import OutgoingMail
from webapp.infra.outbox import Delivery

PEOPLE = 1200
SECRET = "bench-secret-of-no-importance-0123456789"
STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): (\w+)")


@contextlib.contextmanager
def site_of(folder: Path, redis_url: str) -> Iterator[Site]:
    """Start web, workers and a relay on a fresh PostgreSQL; end them with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    databases, office, port, stack = Databases(folder), PostOffice(), free_port("127.0.0.1"), contextlib.ExitStack()
    office.start()
    try:
        url = databases.fresh("postgres")
        engine = engine_of(url)
        scene = fill(engine, people=PEOPLE)
        engine.dispose()
        files = folder / "data" / "files"
        files.mkdir(parents=True)
        counting = stack.enter_context(services.running_redis())
        site = Site(port, url, (redis_url, counting), scene, office)
        site.files = files
        environ = {**os.environ, **_environ(folder, url, redis_url, port, office), "FANMADE_COUNTERS_URL": counting}
        probe = f"http://127.0.0.1:{port}/healthz"
        with process(_argv("serve"), environ, probe) as web, process(_argv("worker"), environ, probe) as worker:
            site.web, site.worker = web.pid, worker.pid
            _until_heard(site)
            site.idle = _in_a_second(site)
            yield site
            site.engine.dispose()
    finally:
        office.stop()
        stack.close()
        databases.close()


class Site:
    """The installation under measure, and what can be read of its parts."""

    def __init__(self, port: int, url: str, redis_urls: tuple[str, str], scene: Scene, office: PostOffice) -> None:
        self.port, self.scene, self.office, self.url = port, scene, office, url
        self.files = Path()
        self.engine: Engine = engine_of(url)
        self.redis, self.counters = (redis.Redis.from_url(each) for each in redis_urls)
        data = Path(str(self.ask("SHOW data_directory")))
        self.log, self.postmaster = data.parent / "log", int((data / "postmaster.pid").read_text().split()[0])
        self.web = self.worker = 0
        self.idle: dict[str, float] = {}  # what each meter counts in a second in which nothing is asked

    def ask(self, question: str) -> Any:
        """Ask the database something."""
        with self.engine.connect() as connection:
            return connection.execute(text(question)).scalar()

    def level(self) -> dict[str, float]:
        """Where each meter stands."""
        return {
            "web_ms": cpu(self.web),
            "database_ms": cpu(self.postmaster),
            "worker_ms": cpu(self.worker),
            "redis_ms": used(self.counters),
            "queue_ms": used(self.redis),
            "rows": self._rows(),
            "journal_bytes": float(self.ask("SELECT pg_current_wal_lsn() - '0/0'")),
            "redis_commands": float(self.counters.info("stats")["total_commands_processed"]),
            "queue_commands": float(self.redis.info("stats")["total_commands_processed"]),
            "mails": float(self._count(OutgoingMail)),
            "stored_bytes": float(sum(each.stat().st_size for each in self.files.rglob("*") if each.is_file())),
        }

    def _rows(self) -> float:
        with self.engine.connect() as connection:
            each = (select(func.count()).select_from(table) for table in Base.metadata.sorted_tables)
            return float(sum(connection.execute(count).scalar_one() for count in each))

    def _count(self, model: Any, *conditions: Any) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(model).where(*conditions)).scalar_one())

    @contextlib.contextmanager
    def crowd(self) -> Iterator[None]:
        """Let the workers wait within the block: of a crowd they find much at once, and do it together."""
        signalled(self.worker, signal.SIGSTOP)
        try:
            yield
        finally:
            signalled(self.worker, signal.SIGCONT)

    def settle(self) -> None:
        """Wait until all that was caused is done."""
        ends = time.monotonic() + 120
        unsent, undone = OutgoingMail.state == "queued", Delivery.done_at.is_(None)
        while self._count(OutgoingMail, unsent) or self._count(Delivery, undone) or self._waiting():
            if time.monotonic() > ends:
                raise RuntimeError("the workers don't come to an end")
            time.sleep(0.3)

    def _waiting(self) -> bool:
        from contests.submissions.models import Revision

        queued = any(self.redis.llen(f"rq:queue:{name}") for name in QUEUES)
        return queued or bool(self._count(Revision, Revision.state.in_(("waiting", "processing"))))

    @contextlib.contextmanager
    def statements(self, found: list[str]) -> Iterator[None]:
        """Collect the first words of what the database is told within the block."""
        self._log_all("all")
        began = self.log.stat().st_size
        yield
        self._log_all("none")
        with self.log.open() as log:
            log.seek(began)
            found += STATEMENT.findall(log.read())

    def _log_all(self, what: str) -> None:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"ALTER SYSTEM SET log_statement = '{what}'"))
            connection.execute(text("SELECT pg_reload_conf()"))
        time.sleep(0.5)


def _environ(folder: Path, url: str, redis_url: str, port: int, office: PostOffice) -> dict[str, str]:
    return {
        "FANMADE_DATA": str(folder / "data"),
        "FANMADE_DATABASE_URL": url,
        "FANMADE_REDIS_URL": redis_url,
        "FANMADE_BIND": f"127.0.0.1:{port}",
        "FANMADE_BASE_URL": f"http://127.0.0.1:{port}",
        "FANMADE_SECRET_KEY": SECRET,
        "FANMADE_MAIL_URL": office.url,
        "FANMADE_WEB_WORKERS": "1",
        "FANMADE_TRUSTED_PROXIES": "1",
        "FANMADE_QUIET_HOURS": "off",
        "FANMADE_LOG_LEVEL": "error",
    }


def _argv(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "webapp.boot.cli", *arguments]


def _in_a_second(site: Site) -> dict[str, float]:
    """What each meter counts in a second, beyond what reading it costs; a minute of it is not an action's."""
    time.sleep(2)  # until all have begun
    before = site.level()
    read = site.level()
    time.sleep(4)
    after = site.level()
    found = {key: after[key] - read[key] - (read[key] - before[key]) for key in before}
    return {key: max(0.0, value) / 4 for key, value in found.items() if key.endswith("_ms")} | {
        key: 0.0 for key in before if not key.endswith("_ms")
    }


def _until_heard(site: Site) -> None:
    ends = time.monotonic() + 60
    while not site.redis.scard("rq:workers"):
        if time.monotonic() > ends:
            raise RuntimeError("no worker came")
        time.sleep(0.2)
