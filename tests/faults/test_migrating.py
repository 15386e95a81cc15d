"""`fanmade migrate` on two machines at once, and one that is killed in its midst."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from tests import forked, services
from tests.databases import Databases
from tests.faults.counts import must_fail
from tests.faults.machines import environment, fanmade
from tests.faults.test_upgrade import downgrade, newest

pytestmark = pytest.mark.timeout(300)
KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgres"])
BACK = 3  # migrations that are taken back and made again

# A machine that migrates, but waits for the other before it begins, or stops for ever behind the first step.
_PROGRAM = """
import sys, time
from pathlib import Path
from alembic.operations import Operations
from webapp.infra import migrating
how, here, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
queue_up = migrating.queue_up
def meet(connection):
    (folder / here).touch()
    while len(list(folder.glob("machine-*"))) < 2:
        time.sleep(0.01)
    if how != "unlocked":
        queue_up(connection)
if how in ("locked", "unlocked"):
    migrating.queue_up = meet
if how in ("stopped", "stopped-loose"):
    from alembic.runtime.migration import HeadMaintainer
    update = HeadMaintainer.update_to_step
    def stop(self, step):
        update(self, step)
        if how == "stopped-loose":
            self.context.connection.commit()
        (folder / "stopped").touch()
        time.sleep(600)
    HeadMaintainer.update_to_step = stop
from webapp.boot.cli import main
sys.argv = ["fanmade", "migrate"]
main()
"""


def start(environ: dict[str, str], how: str, name: str, folder: Path) -> forked.Forked:
    """Let a machine migrate in a way of its own."""
    return forked.start(["-c", _PROGRAM, how, name, str(folder)], environ, services.ROOT)


def older(kind: str, databases: Databases, redis_url: str, folder: Path) -> dict[str, str]:
    """A database a few migrations back; returns the settings of a machine on it."""
    environ = environment(databases.fresh(kind), redis_url, folder / "data")
    downgrade(environ, f"-{BACK}")
    return environ


def version(environ: dict[str, str]) -> str:
    """The revision a database is at, and whether it can be asked at all."""
    engine = create_engine(environ["FANMADE_DATABASE_URL"])
    with engine.connect() as connection:
        found: str = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    engine.dispose()
    return found


@pytest.fixture(autouse=True)
def asked_for(request: pytest.FixtureRequest, kind: str) -> None:
    """Only the databases of this run."""
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("this database was not asked for")


@KINDS
def test_two_machines_migrate_at_once(kind: str, databases: Databases, redis_url: str, tmp_path: Path) -> None:
    check_two("locked", older(kind, databases, redis_url, tmp_path), tmp_path)


@pytest.mark.parametrize("kind", ["postgres"])
def test_two_machines_migrate_at_once_control(kind: str, databases: Databases, redis_url: str, tmp_path: Path) -> None:
    with must_fail("one of them failed"):
        check_two("unlocked", older(kind, databases, redis_url, tmp_path), tmp_path)


def check_two(how: str, environ: dict[str, str], folder: Path) -> None:
    """Both end well, and the database is at the newest revision."""
    both = [start(environ, how, f"machine-{number}", folder) for number in (1, 2)]
    ended = [each.wait(200) for each in both]
    assert ended == [0, 0], "one of them failed"
    assert version(environ) == newest().revision


@KINDS
@pytest.mark.parametrize(
    "how",
    [
        pytest.param("stopped", id="guarded"),
        pytest.param("stopped-loose", id="control", marks=pytest.mark.ordinarily("sqlite")),
    ],
)
def test_a_migration_that_is_killed(kind: str, how: str, databases: Databases, redis_url: str, tmp_path: Path) -> None:
    environ = older(kind, databases, redis_url, tmp_path)
    if how == "stopped":
        return check_killed(how, environ, tmp_path)
    with must_fail("half of it"):
        check_killed(how, environ, tmp_path)
    return None


def check_killed(how: str, environ: dict[str, str], folder: Path) -> None:
    """Killed behind its first step, it has changed nothing; run again, it does all."""
    before, tables = version(environ), _schema(environ)
    process, ends = start(environ, how, "one", folder), time.monotonic() + 200
    while not (folder / "stopped").exists():
        assert process.poll() is None and time.monotonic() < ends, "it never came to its first step"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (version(environ), _schema(environ)) == (before, tables), "half of it stayed"
    fanmade(environ, "migrate")
    assert version(environ) == newest().revision


def _schema(environ: dict[str, str]) -> dict[str, list[str]]:
    engine = create_engine(environ["FANMADE_DATABASE_URL"])
    found = inspect(engine)
    columns = {name: sorted(each["name"] for each in found.get_columns(name)) for name in found.get_table_names()}
    engine.dispose()
    return columns
