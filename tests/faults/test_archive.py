"""PostgreSQL's own log of changes, as docs/operating.md says: a machine is lost, base and archive bring it back."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from tests import services
from tests.faults.counts import Counted, must_fail, times

pytestmark = pytest.mark.timeout(300)


class Cluster:
    """A PostgreSQL whose data folder can be lost; what it runs as need not be root."""

    def __init__(self, root: Path) -> None:
        self.root, self.user = root, {}
        programs = services._postgres_programs()
        if os.geteuid() == 0:
            self.user = {"user": services.NOBODY, "group": services.NOBODY, "extra_groups": []}
            root.chmod(0o755)
            programs = services._readable_by_others(programs, root)
            os.chown(root, services.NOBODY, services.NOBODY)
        self.programs, self.archive = programs / "bin", root / "archive"
        self.run("mkdir", str(self.archive))

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, or of the system's, as the server's user."""
        path = self.programs / program
        argv = [str(path) if path.exists() else program, *arguments]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        done = subprocess.run(argv, cwd="/tmp", env={**os.environ, "LC_ALL": "C.UTF-8"}, **quiet, **self.user)  # type: ignore[call-overload]
        assert done.returncode == 0, f"{program} {' '.join(arguments)}"

    @contextlib.contextmanager
    def serving(self, data: str, *options: str) -> Iterator[Engine]:
        """Let a server run on a data folder; in the end it dies as in a power cut."""
        given = ["listen_addresses=", f"unix_socket_directories={self.root}", "fsync=off", *options]
        words = " ".join(f"-c {each.partition('=')[0]}='{each.partition('=')[2]}'" for each in given)
        folder = str(self.root / data)
        self.run("pg_ctl", "-D", folder, "-w", "-l", str(self.root / "log"), "-o", words, "start")
        engine = create_engine(
            f"postgresql+psycopg://postgres@/postgres?host={self.root}", isolation_level="AUTOCOMMIT"
        )
        try:
            yield engine
        finally:
            engine.dispose()
            self.run("pg_ctl", "-D", folder, "-m", "immediate", "-w", "stop")


@pytest.fixture
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A server of the test's own, below a short path: sockets must have one."""
    if request.config.getoption("--db") == "sqlite":
        pytest.skip("this database was not asked for")
    root = Path(tempfile.mkdtemp(prefix="fanmade-pga-", dir="/tmp"))
    try:
        yield Cluster(root)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def test_a_lost_machine_comes_back_from_base_and_archive(cluster: Cluster, counted: Counted) -> None:
    check(cluster, counted)


def test_a_lost_machine_comes_back_control(cluster: Cluster, counted: Counted) -> None:
    """Without what the archive holds only the base comes back."""
    with must_fail("votes are lost"):
        check(cluster, counted, archived=False)


def check(cluster: Cluster, counted: Counted, archived: bool = True) -> None:
    """Write, take a base, write on, lose the machine; what was archived is there."""
    written = (services.ROOT / "docs" / "operating.md").read_text()
    for word in ("archive_mode = on", "archive_timeout = 60", "archive_command", "restore_command", "recovery.signal"):
        assert re.search(re.escape(word), written), f"the written steps no longer name {word}"
    half = times(100, 20_000)
    cluster.run("initdb", "-D", str(cluster.root / "data"), "-U", "postgres", "-A", "trust", "--no-sync")
    keep = f"archive_command=cp %p {cluster.archive}/%f"
    with cluster.serving("data", "archive_mode=on", "archive_timeout=60", keep) as engine, engine.connect() as link:
        link.execute(text("CREATE TABLE votes (id int PRIMARY KEY)"))
        _vote(engine, 0, half)
        where = ("-h", str(cluster.root), "-U", "postgres", "-D", str(cluster.root / "base"))
        cluster.run("pg_basebackup", *where, "-c", "fast", "--no-sync")
        _vote(engine, half, 2 * half)
        name = link.scalar(text("SELECT pg_walfile_name(pg_switch_wal())"))
        ends = time.monotonic() + 60
        while not (cluster.archive / str(name)).exists() and time.monotonic() < ends:
            time.sleep(0.05)
    shutil.rmtree(cluster.root / "data")
    if not archived:
        cluster.run("find", str(cluster.archive), "-type", "f", "-delete")
    cluster.run("touch", str(cluster.root / "base" / "recovery.signal"))
    with cluster.serving("base", f"restore_command=cp {cluster.archive}/%f %p") as engine, engine.connect() as link:
        ends = time.monotonic() + 60
        while link.scalar(text("SELECT pg_is_in_recovery()")) and time.monotonic() < ends:
            time.sleep(0.05)
        found = link.scalar(text("SELECT count(*) FROM votes"))
    counted(votes=2 * half, after_the_base=half)
    assert found == 2 * half, f"{2 * half - (found or 0)} votes are lost"


def _vote(engine: Engine, first: int, last: int) -> None:
    with engine.connect() as link:
        link.execute(text(f"INSERT INTO votes SELECT generate_series({first}, {last - 1})"))
