"""What every test may ask for: the application on each database, mail, jobs, a clock, a browser.

Nothing is imitated: each worker of a test run has its own database file or PostgreSQL and its own Redis, the
schema comes from the migrations, and after each test all rows and keys are deleted.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import redis
import structlog
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as examples
from jinja2 import FileSystemBytecodeCache

from tests import drawing, services
from tests.compiling import compile_all
from tests.databases import Databases, delete_all_rows, hasten, sqlite_template
from tests.live import LiveServer, accessibility_faults, running, running_browser
from tests.once import of_the_run
from tests.tiers import SOAK, WHOLE
from tests.web import Client, run_queues, sign_in_as

DATABASES = ("sqlite", "postgres")
LAST = "tests/browser/test_story.py"
"""It moves the clock of its installation, and decides there what other tests want undecided."""
TOGETHER = {
    "looks": ("tests/browser/test_every_page.py", "tests/browser/test_weight.py", LAST),
    "scenes": ("tests/browser/test_studio_fidelity.py",),
    "demo": ("tests/browser/",),
    "faults": (
        "tests/faults/test_installation.py",
        "tests/faults/test_storm.py",
        "tests/faults/test_changes.py",
        "tests/faults/test_restore.py",
    ),
    "machines": ("tests/deploy/test_many_machines.py",),
    "upgrade": ("tests/faults/test_upgrade.py",),
    "clocks": ("tests/faults/test_clocks.py",),
    "live": (
        "tests/boot/test_live.py",
        "tests/boot/test_parent.py",
        "tests/pages/test_look.py",
        "tests/contests/submissions/test_browser.py",
        "tests/contests/submissions/test_socket.py",
    ),
}
"""Where tests share an installation that takes many seconds to start, one for each kind of database.

The demo is started twice, each time for a half of the tests that look at it: they take longer than all else.
"""
INSTALLATIONS = ("site", "fallible", "live_server")
"""The fixtures of a session that are running installations: their tickers look about them as long as they live."""
WAITING = ("tests/faults/", "tests/deploy/", "tests/boot/")
"""Here a test mostly waits: for processes to start, to die, to notice. A half of the processes begins with these."""
FIRST = 900  # seconds for a test that brings up what others share: imports, migrations, servers
_BROUGHT_UP: set[Any] = set()
_RUNNING: dict[str, Any] = {}  # the installations of this process: a fixture by its name

gc.disable()  # until all is collected: nothing of that is garbage, and looking for it takes a sixth of the time

# A crowded machine draws and runs slowly: that is no fault of what is tested.
examples.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("patient")

if not WHOLE:
    # In each process it would read all sources for constants to try: three seconds in a fresh clone.
    with suppress(ImportError, AttributeError):
        from hypothesis.internal.conjecture import providers

        providers._get_local_constants = lambda: providers._local_constants

_FOR_TESTS = {"FANMADE_CI", "FANMADE_SCREENSHOTS", "FANMADE_TESTS"}
for name in [name for name in os.environ if name.startswith("FANMADE_") and name not in _FOR_TESTS]:
    del os.environ[name]  # a developer's own settings must not leak into tests

# Where this is set, each start of a process, and tests start hundreds, would compile a thousand files anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)  # else each exception in a log is drawn with all its variables: half a second


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose its databases."""
    parser.addoption("--db", choices=(*DATABASES, "both"), default="both", help="which databases to test on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that uses a database once for each of the chosen ones; `one_db` tests once."""
    if "database" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("--db")
    kinds = list(DATABASES) if chosen == "both" else [chosen]
    if metafunc.definition.get_closest_marker("one_db"):
        kinds = kinds[:1]
    metafunc.parametrize("database", kinds, indirect=True, scope="session")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Compile everything before the processes of a run start."""
    compile_all(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give all tests of one costly installation to one process of a run, any other test to the next that is free.

    Where the tests of a file share something it is one process that makes it. While one half of the processes takes
    what waits, the other takes what reckons and draws: the processors are busy to the end. Whichever has none left of
    its own helps the other.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _assign_work_unit(self, node: Any) -> None:
            waits = int(node.gateway.id.removeprefix("gw")) % 2 == 0
            own = (scope for scope, unit in self.workqueue.items() if next(iter(unit)).startswith(WAITING) == waits)
            if found := next(own, None):
                self.workqueue.move_to_end(found, last=False)
            super()._assign_work_unit(node)

        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid)

    return Together(config, log) if config.getvalue("dist") == "loadscope" else None


@cache
def _group(nodeid: str) -> str:
    """What a test must share a process with, by name; its own name where it shares nothing."""
    kind = next((each for each in DATABASES if nodeid.endswith(f"[{each}]")), "")
    found = (f"{name} {kind}" for name, places in TOGETHER.items() if nodeid.startswith(places))
    file = nodeid.partition("::")[0]
    return next(found, f"{file} {kind}" if _shares(file) else nodeid)


@cache
def _shares(file: str) -> bool:
    return 'scope="module"' in (services.ROOT / file).read_text()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Any:
    """Start those that share an installation before all others, then those that may take longest."""
    left = {item for item in items if not WHOLE and _is_left_out(item)}
    config.hook.pytest_deselected(items=[item for item in items if item in left])
    items[:] = [item for item in items if item not in left]
    done = yield
    items.sort(key=_patience, reverse=True)  # last of all: pytest itself orders them by what they share
    return done


def _is_left_out(item: pytest.Item) -> bool:
    """Whether an ordinary run leaves it to the whole one: all of it, or what another kind of database says as well."""
    if item.get_closest_marker("whole"):
        return True
    mark = item.get_closest_marker("ordinarily")
    if not mark or item.config.getoption("--db") != "both" or item.get_closest_marker("one_db"):
        return False
    asked = getattr(item, "callspec", None)
    kinds = [kind for kind in (asked.params.values() if asked else ()) if kind in DATABASES]
    return bool(kinds) and not any(kind in kinds for kind in mark.args)


def _patience(item: pytest.Item) -> tuple[bool, bool, float]:
    shared = item.nodeid.startswith(tuple(place for places in TOGETHER.values() for place in places))
    return shared, not item.nodeid.startswith(LAST), _seconds(item)


def _seconds(item: pytest.Item) -> float:
    limit = item.get_closest_marker("timeout")
    return limit.args[0] if limit else 0


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave what was imported out of every later search for garbage: it is most of what a process holds."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 20)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Any:
    """Give time to the first test of a process on each kind of database: within it comes up what all others share.

    Where that runs out of the time of one test, on a crowded machine, pytest remembers the failure of what is shared,
    and every test after it has an error at its setup.
    """
    kind = getattr(item, "callspec", None) and item.callspec.params.get("database", "")  # type: ignore[attr-defined]
    if kind not in _BROUGHT_UP:
        _BROUGHT_UP.add(kind)
        item.add_marker(pytest.mark.timeout(max(_seconds(item), FIRST)), append=False)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Any:
    """End an installation with its last test: a process of a run has all tests that share one, one after the other."""
    done = yield
    own = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    _RUNNING.update({name: own[name][-1] for name in INSTALLATIONS if name in own})
    if nextitem and hasattr(item.config, "workerinput") and _group(item.nodeid) != _group(nextitem.nodeid):
        wanted = nextitem._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
        for name in [name for name in _RUNNING if name not in wanted]:
            _RUNNING.pop(name).finish(item._request)  # type: ignore[attr-defined]
    return done


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    """On a build machine a skipped test is a failed one: nobody looks at the yellow letters there."""
    report = yield
    if os.environ.get("FANMADE_CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which FANMADE_CI forbids: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether the long counts of a soak are wanted: SOAK=1."""
    return SOAK


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of this worker's own."""
    with _or_fail(services.running_redis()) as url:
        yield url


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes migrated databases, by copying one that was migrated once."""
    made = Databases(tmp_path_factory.mktemp("databases"), of_the_run(tmp_path_factory))
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, databases: Databases) -> str:
    """The address of this worker's database of the kind the test is run on."""
    return _fail_plainly(lambda: databases.shared(request.param))


@pytest.fixture(scope="session")
def applications(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Flask]:
    """One application for each database address, made when first asked for; all share their compiled templates."""
    from webapp.boot.app import create_app

    made: dict[str, Flask] = {}
    compiled = of_the_run(tmp_path_factory) / "templates"
    compiled.mkdir(exist_ok=True)

    def application(address: str) -> Flask:
        if address not in made:
            data = tmp_path_factory.mktemp("data")
            made[address] = create_app(_settings(address, redis_url, data))
            made[address].testing = True
            made[address].jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
            hasten(made[address])
        return made[address]

    return application


@pytest.fixture
def app(request: pytest.FixtureRequest, database: str, applications: Callable[[str], Flask]) -> Iterator[Flask]:
    """The application, inside its context; forms need no token unless the test asks for `csrf`."""
    from webapp.infra.db import db
    from webapp.infra.kept import forget
    from webapp.infra.limits import limiter
    from webapp.infra.together import TOGETHER

    application = applications(database)
    application.config["WTF_CSRF_ENABLED"] = False
    limiter.enabled = False
    settings = application.config["SETTINGS"]
    anew = request.node.nodeid.startswith(drawing.NOT_KEPT)
    with application.app_context(), nullcontext() if anew else drawing.kept():
        yield application
        db.session.remove()
        delete_all_rows(db.engine)
    application.config["SETTINGS"] = settings
    application.extensions[TOGETHER].drop()
    _flush(settings.redis_url)
    forget(application)


@pytest.fixture
def csrf(app: Flask) -> None:
    """Let every form need its token, as in production."""
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def rate_limits(app: Flask) -> Iterator[None]:
    """Let requests be counted and refused, as in production; what an earlier test counted is forgotten."""
    from webapp.infra.limits import limiter

    limiter._storage_dead = False  # a test before, or a busy machine, may have found Redis gone
    if limiter._fallback_storage:
        limiter._fallback_storage.reset()
    limiter.enabled = True
    yield
    limiter.enabled = False


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser without a screen. Each request sees a context of its own, as on a server."""
    return Client(app)


@pytest.fixture
def new_client(app: Flask) -> Callable[[], Client]:
    """Makes further clients: one for each person of a story."""
    return lambda: Client(app)


@pytest.fixture
def run_jobs(app: Flask) -> Callable[..., int]:
    """Call it to let workers empty all queues, and what comes due by it; returns how many jobs ran.

    With `sweep=True` (the default) what the ticker would find in the tables is woken first. With `kits=True` the
    kits of finalists are drawn as well.
    """
    return lambda *queues, sweep=True, kits=False: run_queues(app, queues, sweep=sweep, kits=kits)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The product's clock, stopped at a round instant and moved by the test."""
    yield Clock(datetime(2027, 3, 1, 12, 0, tzinfo=UTC))
    from webapp.kernel import now

    now.set_for_tests(None)


class Clock:
    """What `webapp.kernel.now.now()` answers."""

    def __init__(self, moment: datetime) -> None:
        self.at(moment)

    def at(self, moment: datetime) -> datetime:
        """Stop the clock at an aware instant."""
        from webapp.kernel import now

        now.set_for_tests(moment)
        self.now = moment
        return moment

    def advance(self, **by: float) -> datetime:
        """Move it: `advance(hours=3)`."""
        return self.at(self.now + timedelta(**by))


@pytest.fixture
def smtp(app: Flask) -> Iterator[Any]:
    """A real SMTP server that the application sends to; `messages`, `refuse`, `stop()` and `start()`."""
    from tests.post_office import PostOffice

    office = PostOffice()
    office.start()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url=office.url)
    yield office
    office.stop()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., None]:
    """`sign_in(client, person_id)`: as after the e-mailed code, without the mail."""
    return sign_in_as


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A whole installation under its supervisor, as `fanmade up` runs it, on a free port; no demo."""
    template = sqlite_template(of_the_run(tmp_path_factory))
    with _or_fail(running(tmp_path_factory.mktemp("live"), template=template)) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, driven by Playwright."""
    with _or_fail(running_browser()) as started:
        yield started


@pytest.fixture
def page(browser: Any, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A fresh browser window on the live server, 390 x 844; a mark `viewport(width, height)` changes it.

    The test fails when a page reports an error of script or content security.
    """
    mark = request.node.get_closest_marker("viewport")
    width, height = mark.args if mark else (390, 844)
    context = browser.new_context(
        base_url=live_server.base_url, viewport={"width": width, "height": height}, locale="en-GB"
    )
    opened, faults = context.new_page(), []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    yield opened
    context.close()
    assert not faults, faults


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """`axe(page)` lists what breaks WCAG 2.2 AA on it, one line each."""
    return accessibility_faults


@dataclass(frozen=True)
class _Opened:
    manager: Any

    def __enter__(self) -> Any:
        return _fail_plainly(self.manager.__enter__)

    def __exit__(self, *error: Any) -> Any:
        return self.manager.__exit__(*error)


def _or_fail(manager: Any) -> _Opened:
    return _Opened(manager)


def _fail_plainly(act: Callable[[], Any]) -> Any:
    """Do it, or fail with the one line that says how to get what is missing."""
    try:
        return act()
    except services.Missing as missing:
        pytest.fail(str(missing), pytrace=False)


def _settings(address: str, redis_url: str, data: Path) -> Any:
    from webapp.infra.settings import Settings

    return Settings(
        data=data,
        database_url=address,
        redis_url=redis_url,
        storage_url=f"file://{data / 'files'}",
        secret_key="a key for tests, long enough to be taken for one",
        base_url="http://localhost",
    )


def _flush(url: str) -> None:
    _redis(url).flushdb()


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=60)  # five seconds are too few where many tests run at once
