"""What each action costs: processor time of web, database and workers, statements, rows, bytes, commands, mails.

Counted, not timed: processor time is read from /proc before and after so many requests on real gunicorn, PostgreSQL,
Redis and workers, so that a busy machine changes little. `bench.capacity` reckons with these figures.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import Engine, func, select, text

from bench.load import Request, burst
from bench.scene import Scene, engine_of, fill, token_of
from bench.servers import process
from bench.table import Row
from bench.web import Forms
from tests import pictures, services
from tests.databases import Databases
from tests.post_office import PostOffice
from webapp.boot.stack import QUEUES, free_port
from webapp.infra import telemetry
from webapp.infra.db import Base, db
from webapp.infra.mail import OutgoingMail
from webapp.infra.outbox import Delivery

PEOPLE, PEOPLE_TOLD = 1200, 5000
TICK = os.sysconf("SC_CLK_TCK")
FORM = "application/x-www-form-urlencoded"
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
LOOK = "/c/the-vote/designs"
MEGAPIXELS = (4000, 3000)
RAW = "0" * 40
WARMING = "warming up"
STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): (\w+)")
EMPTY = {"BEGIN", "COMMIT", "ROLLBACK"}


@dataclass(frozen=True)
class Cost:
    """What one action costs on average. Milliseconds are of one core; bytes are those of the database's journal."""

    web_ms: float = 0
    database_ms: float = 0
    worker_ms: float = 0
    redis_ms: float = 0  # of the Redis that counts
    queue_ms: float = 0  # of the Redis of the queues
    statements: float = 0
    commits: float = 0
    trips: float = 0
    rows: float = 0
    journal_bytes: float = 0
    redis_commands: float = 0
    queue_commands: float = 0
    mails: float = 0
    answer_bytes: float = 0
    stored_bytes: float = 0


@dataclass(frozen=True)
class CostRow(Row):
    """A row of the table that keeps the whole cost for the capacity model."""

    cost: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Action:
    """What is done so many times: requests, and the answer that is right."""

    name: str
    requests: Sequence[Request]
    right: int


def measure(folder: Path, redis_url: str) -> list[Row]:
    """Return a row for each action, measured on PostgreSQL."""
    with _site(folder, redis_url) as site:
        rows: list[Row] = [_row(name, cost, number) for name, cost, number in _all(site)]
    return rows


def _row(name: str, cost: Cost, number: int) -> Row:
    kept = {key: round(value, 4) for key, value in vars(cost).items()}
    said = f"database {cost.database_ms:.2f}, workers {cost.worker_ms:.2f}, {cost.statements:.1f} statements"
    said += (
        f", {cost.redis_commands:.1f} + {cost.queue_commands:.1f} Redis, {cost.journal_bytes:,.0f} B; {number} times"
    )
    return CostRow(f"cost: {name}", "ms web CPU", cost.web_ms, more_is_better=False, note=said, cost=kept)


class Site:
    """The installation under measure, and what can be read of its parts."""

    def __init__(self, port: int, url: str, redis_urls: tuple[str, str], scene: Scene, office: PostOffice) -> None:
        self.port, self.scene, self.office, self.url = port, scene, office, url
        self.files = Path()
        self.engine: Engine = engine_of(url)
        self.redis, self.counters = (redis.Redis.from_url(each) for each in redis_urls)
        data = Path(str(self._ask("SHOW data_directory")))
        self.log, self.postmaster = data.parent / "log", int((data / "postmaster.pid").read_text().split()[0])
        self.web = self.worker = 0
        self.idle: dict[str, float] = {}  # what each meter counts in a second in which nothing is asked

    def _ask(self, question: str) -> Any:
        with self.engine.connect() as connection:
            return connection.execute(text(question)).scalar()

    def level(self) -> dict[str, float]:
        """Where each meter stands."""
        return {
            "web_ms": _cpu(self.web),
            "database_ms": _cpu(self.postmaster),
            "worker_ms": _cpu(self.worker),
            "redis_ms": _used(self.counters),
            "queue_ms": _used(self.redis),
            "rows": self._rows(),
            "journal_bytes": float(self._ask("SELECT pg_current_wal_lsn() - '0/0'")),
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
        _signal(self.worker, signal.SIGSTOP)
        try:
            yield
        finally:
            _signal(self.worker, signal.SIGCONT)

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


def _all(site: Site) -> Iterator[tuple[str, Cost, int]]:
    for action in _actions(site):
        print(f"  {action.name} ...", file=sys.stderr, flush=True)
        cost = _measured(site, action)
        if action.name != WARMING:
            yield action.name, cost, len(action.requests)
    yield _folding(site)
    yield _telling(site)
    yield _exporting(site)


def _measured(site: Site, action: Action) -> Cost:
    """Press most of the requests between two readings, then the last few with the database's own log on."""
    few = max(1, len(action.requests) // 20)
    many, told = action.requests[:-few], list[str]()
    before, began = site.level(), time.monotonic()
    with site.crowd():
        bytes_ = _press(site, action, many)
    site.settle()
    after, took = site.level(), time.monotonic() - began
    idle_from = site.level()  # what reading the meters costs itself
    idle_to = site.level()
    read = {key: idle_to[key] - idle_from[key] for key in before}
    spent = {key: max(0.0, after[key] - before[key] - read[key] - took * site.idle[key]) for key in before}
    with site.statements(told):
        _press(site, action, action.requests[-few:])
        site.settle()
    asked = [each for each in told if each not in EMPTY]
    each = {key: value / len(many) for key, value in spent.items()}
    each["commits"] = told.count("COMMIT") / few
    return Cost(**each, statements=len(asked) / few, trips=len(told) / few, answer_bytes=bytes_ / len(many))


def _press(site: Site, action: Action, requests: Sequence[Request]) -> float:
    """Send them; return how many bytes came back. Raises RuntimeError when an answer is not the right one."""
    sizes: list[int] = []
    _seconds, answers = burst(site.port, list(requests), 4, sizes)
    if wrong := [each for each in answers if each != action.right]:
        raise RuntimeError(f"{action.name}: {len(wrong)} of {len(answers)} were answered with {wrong[0]}")
    return float(sum(sizes))


def _actions(site: Site) -> Iterator[Action]:
    """Yield them in an order in which each finds what it needs."""
    scene, crowd, asset = site.scene, Crowd(site.port), "/static/css/fanmade.css"
    forms = Forms({"FANMADE_SECRET_KEY": SECRET}, PEOPLE)
    jar, stamp = crowd.meets(LOOK), crowd.header(asset, "Last-Modified")
    codes = scene.codes
    yield Action(WARMING, [("GET", LOOK, None, crowd.stranger(n)) for n in range(40)], 200)
    yield Action("gallery, a new stranger", [("GET", LOOK, None, crowd.stranger(100 + n)) for n in range(160)], 200)
    yield Action("gallery again", [("GET", LOOK, None, {"Cookie": jar})] * 240, 200)
    yield Action("asset revalidated (304)", [("GET", asset, None, {"If-Modified-Since": stamp})] * 400, 304)
    yield Action("design's page", [("GET", f"/D/{codes[n % 24]}", None, {"Cookie": jar}) for n in range(120)], 200)
    askers = [f"code{n}@example.net" for n in range(80)]
    yield Action("code asked", [crowd.asks(n, email) for n, email in enumerate(askers)], 302)
    sent = _codes(site.office)
    yield Action("code entered", [crowd.enters(n, email, sent[email]) for n, email in enumerate(askers)], 302)
    yield Action("vote, the first", [forms.vote(n, codes[1 + n % 40]) for n in range(1, 300)], 200)
    yield Action("vote, another", [forms.vote(n, codes[1 + (n + 1) % 40]) for n in range(1, 240)], 200)
    yield Action("vote taken back", [_unvote(forms, n, codes[1 + n % 40]) for n in range(1, 160)], 200)
    yield Action("preorder", [forms.order(n) for n in range(1, 120)], 302)
    say = "/api/v1/designs/{}/comments"
    lines = [(say.format(codes[n % 40]), {"body": f"I like the lines of it, number {n}."}) for n in range(100)]
    yield Action("comment", [_program(600 + n, path, body) for n, (path, body) in enumerate(lines)], 201)
    yield Action("upload and its pictures, 12 MP", [_upload(scene, 900 + n) for n in range(3)], 201)


def _unvote(forms: Forms, person: int, code: str) -> Request:
    method, path, body, headers = forms.act(person, code, b"&wish=withdraw")
    return method, path.replace("/vote", "/unvote"), body, headers


def _program(who: int, path: str, body: dict[str, Any]) -> Request:
    key = {"Authorization": f"Bearer {token_of(who)}", "Idempotency-Key": f"bench-{who}-{time.monotonic_ns()}"}
    return "POST", path, json.dumps(body).encode(), {**JSON, **key}


def _upload(scene: Scene, who: int) -> Request:
    words = {"title": f"Photo {who}", "alt": "Four squares", "originality": "true", "rights_hash": scene.rights_hash}
    head = "".join(f'--cut\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in words.items())
    head += '--cut\r\nContent-Disposition: form-data; name="picture"; filename="photo.jpg"\r\n\r\n'
    picture = pictures.saved(pictures.corners(*MEGAPIXELS).rotate(who % 90), "JPEG", quality=92)
    body = head.encode() + picture + b"\r\n--cut--\r\n"
    key = {"Authorization": f"Bearer {token_of(who)}", "Idempotency-Key": f"bench-picture-{who}"}
    kind = {"Content-Type": "multipart/form-data; boundary=cut", "Accept": "application/json"}
    return "POST", f"/api/v1/contests/{scene.call}/designs", body, {**key, **kind}


class Crowd:
    """Strangers, each from a network of its own: a stadium is asked for a puzzle, the bench is not."""

    def __init__(self, port: int) -> None:
        import http.client

        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        app = Flask("bench")
        app.secret_key = SECRET
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer
        self._sign = signer.dumps
        self._token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(RAW)
        self._device = URLSafeSerializer(SECRET, salt="device")

    def meets(self, path: str) -> str:
        """Open a page as a new browser; return its cookies."""
        self._link.request("GET", path)
        answer = self._link.getresponse()
        answer.read()
        return "; ".join(value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie") or [])

    def header(self, path: str, name: str) -> str:
        """A header of what is there."""
        self._link.request("GET", path)
        answer = self._link.getresponse()
        answer.read()
        return answer.getheader(name) or ""

    def stranger(self, number: int) -> dict[str, str]:
        """The headers of somebody nobody has seen yet."""
        return {"X-Forwarded-For": f"10.{number // 200}.{number % 200}.7"}

    def asks(self, number: int, email: str) -> Request:
        """Ask for a code."""
        return self._form(number, "/sign-in", {}, f"&email={email}")

    def enters(self, number: int, email: str, code: str) -> Request:
        """Give the code that came."""
        pending = {"signing_in": {"email": email, "next": LOOK}}
        return self._form(number, "/sign-in/code", pending, f"&code={code}")

    def _form(self, number: int, path: str, session: dict[str, Any], fields: str) -> Request:
        cookie = self._sign({"csrf_token": RAW, "_permanent": True, **session})
        device = self._device.dumps(f"{number:032x}")
        headers = {**self.stranger(number), "Content-Type": FORM, "Cookie": f"fanmade={cookie}; device={device}"}
        return "POST", path, f"csrf_token={self._token}{fields}".encode(), headers


def _codes(office: PostOffice) -> dict[str, str]:
    found = {}
    for message in office.messages:
        if code := re.search(r"\b(\d{3}) ?(\d{3})\b", str(message["Subject"])):
            found[str(message["To"]).split("<")[-1].strip("> ")] = code[1] + code[2]
    return found


def _folding(site: Site) -> tuple[str, Cost, int]:
    """What the ticker does for each version of a ballot: one place in the log, the totals."""
    from voting import jobs

    return "version folded", *_in_process(site, lambda: jobs.fold_open_rounds())


def _telling(site: Site) -> tuple[str, Cost, int]:
    """A notice for each of many people, with the mail's row."""
    from bench.telling import people_of, told

    def tell() -> int:
        told(people_of(PEOPLE_TOLD, addresses=True), "bench:costs")
        return PEOPLE_TOLD

    return "notice with a mail, a person", *_in_process(site, tell)


def _exporting(site: Site) -> tuple[str, Cost, int]:
    """A line of an export as CSV, which the database writes."""
    from bench import exports
    from preorders import queries as drops
    from preorders.exports import TEMPLATES
    from preorders.exports.writing import Wish
    from preorders.order_list import Filters

    lines = 20_000
    exports.fill(site.engine, lines)
    drop_id = int(site._ask("SELECT max(id) FROM drops"))

    def write() -> int:
        drop = drops.drop(db.session(), drop_id)
        assert drop is not None
        with site.engine.connect() as connection, (site.files / "out.csv").open("wb") as file:
            exports._write(connection, drop, Wish(TEMPLATES["orders"], "csv", Filters()), file)
        return lines

    return "line of an export", *_in_process(site, write)


def _in_process(site: Site, act: Callable[[], int]) -> tuple[Cost, int]:
    """Do it in an application of this process, as a worker would; return the cost of each and how many there were."""
    from webapp.boot.app import create_app
    from webapp.infra.settings import Settings

    environ = {"FANMADE_DATABASE_URL": site.url, "FANMADE_DATA": str(site.files), "FANMADE_SECRET_KEY": SECRET}
    app = create_app(Settings.from_env({**environ, "FANMADE_REDIS_URL": "redis://127.0.0.1:1/0"}))
    telemetry.configure("error")  # nobody is woken: there is no such Redis
    with app.app_context():
        before, worked = site.level(), time.process_time()
        number = act()
        worked, after = time.process_time() - worked, site.level()
        db.session.remove()
        db.engine.dispose()
    spent = {key: max(0.0, after[key] - before[key]) / number for key in ("database_ms", "rows", "journal_bytes")}
    return Cost(worker_ms=1000 * worked / number, **spent), number


@contextlib.contextmanager
def _site(folder: Path, redis_url: str) -> Iterator[Site]:
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


SECRET = "bench-secret-of-no-importance-0123456789"


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


def _cpu(pid: int) -> float:
    """Milliseconds of processor time of a process, of those it started, and of those of them that have ended."""
    parents = _parents()
    wanted, found = [pid], 0.0
    while wanted:
        each = wanted.pop()
        with contextlib.suppress(OSError, IndexError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            found += sum(map(int, fields[11:15]))
        wanted += parents.get(each, [])
    return found * 1000 / TICK


def _used(client: redis.Redis) -> float:
    """Milliseconds of processor time of a Redis."""
    cpu = client.info("cpu")
    return 1000 * float(cpu["used_cpu_user"] + cpu["used_cpu_sys"])


def _signal(pid: int, number: int) -> None:
    """Signal a process and those it started."""
    parents, wanted = _parents(), [pid]
    while wanted:
        each = wanted.pop()
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, number)
        wanted += parents.get(each, [])


def _parents() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            found.setdefault(parent, []).append(int(stat.parent.name))
    return found
