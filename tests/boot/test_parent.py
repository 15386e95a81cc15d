"""One parent that forks an installation's processes: what it holds, and that nothing outlives it or the supervisor."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import services
from tests.boot.test_live import ready, until
from tests.boot.test_up import _descendants, _lockable, running
from tests.databases import sqlite_template
from tests.once import of_the_run
from webapp.boot import data_folder, nursery, stack
from webapp.boot.nursery import Nursery
from webapp.boot.stack import CannotStart
from webapp.boot.supervisor import Supervisor

pytestmark = [
    pytest.mark.one_db,
    pytest.mark.skipif(not nursery.possible(), reason="where nothing can be forked each process is a program"),
]


def held(pid: int) -> list[str]:
    """What a process has open."""
    folder = Path(f"/proc/{pid}/fd")
    return [os.readlink(folder / name) for name in os.listdir(folder)]


@pytest.mark.slow
def test_the_parent_holds_nothing_that_its_children_must_not_share(live_server):
    pid = live_server.supervisor.pids()["parent"]
    open_there = held(pid)
    assert len(os.listdir(f"/proc/{pid}/task")) == 1, "a thread's locks do not survive a fork"
    assert sum(each.startswith("socket:") for each in open_there) == 1, "the supervisor's alone"
    assert not [each for each in open_there if ".db" in each]


@pytest.mark.slow
def test_children_hold_nothing_of_the_parent_or_of_each_other(live_server):
    pids = live_server.supervisor.pids()
    line = next(each for each in held(pids["parent"]) if each.startswith("socket:"))
    for name in ("web", "ticker", "worker-mail"):
        assert line not in held(pids[name]), f"{name} could give orders"
        assert os.getpgid(pids[name]) == os.getsid(pids[name]) == pids[name], "each in a session of its own"
    shown = {name: Path(f"/proc/{pids[name]}/cmdline").read_bytes() for name in ("web", "worker-mail")}
    assert shown["web"].startswith(b"fanmade serve\0")
    assert shown["worker-mail"].startswith(b"fanmade worker mail\0")


@pytest.mark.slow
def test_with_the_parent_its_children_end_and_others_take_their_places(live_server):
    until(lambda: ready(live_server))
    before = live_server.supervisor.pids()
    children = [pid for name, pid in before.items() if name != "redis"]
    grandchildren = _descendants(before["web"])
    os.kill(before["parent"], signal.SIGKILL)
    until(lambda: not any(running(pid) for pid in (*children, *grandchildren)))
    until(lambda: not set(children) & set(live_server.supervisor.pids().values()), 120)
    until(lambda: ready(live_server), 120)
    assert live_server.supervisor.pids()["redis"] == before["redis"]


def migrated(data: Path, template: Path, environ: dict[str, str]) -> None:
    """A folder whose database is ready."""
    stack.embedded("127.0.0.1", 0, data, environ, demo=False)
    shutil.copy(template, data / "fanmade.db")
    made = stack.embedded("127.0.0.1", 0, data, environ, demo=False)
    (step,) = made.steps
    step.once.touch()


@pytest.mark.slow
def test_a_killed_supervisor_takes_along_what_was_forked(tmp_path, tmp_path_factory):
    environ = {**os.environ, "FANMADE_WEB_WORKERS": "1"}
    data = tmp_path / "data"
    migrated(data, sqlite_template(of_the_run(tmp_path_factory)), environ)
    program = subprocess.Popen(
        [
            *(sys.executable, "-m", "webapp.boot.cli", "up", "--no-demo"),
            *("--port", str(stack.free_port("127.0.0.1")), "--data", str(data)),
        ],
        env=environ,
        cwd=services.ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout
    with program.stdout:
        assert any("Fanmade answers at" in line for line in program.stdout)
    until(lambda: len(_descendants(program.pid)) >= 8)
    pids = _descendants(program.pid)
    workers = [pid for pid in pids if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(workers[0], signal.SIGSTOP)  # it could not even be asked
    program.kill()
    program.wait()
    until(lambda: not any(running(pid) for pid in pids))
    assert _lockable(data)


def test_settings_that_are_wrong_end_the_start_with_their_names(tmp_path):
    wrong = {**os.environ, "FANMADE_WEB_THREADS": "many"}
    supervisor = Supervisor(stack.embedded("127.0.0.1", 0, tmp_path, wrong, demo=False))
    with pytest.raises(CannotStart, match=r"(?s)parent.*FANMADE_WEB_THREADS"):
        supervisor.start()
    assert supervisor.pids() == {}


@pytest.fixture
def young(tmp_path):
    """A parent that has loaded everything, alone."""
    data_folder.claim(tmp_path)
    made = stack.embedded("127.0.0.1", 0, tmp_path, os.environ, demo=False)
    parent = Nursery(made.environ, ())
    output = parent.child.start()
    try:
        until(parent.ready, 120)
        yield parent
    finally:
        parent.close()
        parent.child.kill()
        os.close(output)


def told(parent: Nursery, *argv: str) -> tuple[int, str]:
    """Run a command by a fork; return how it ended and what it said."""
    reading, writing = os.pipe()
    process = parent.forks(argv)(writing)
    os.close(writing)
    with os.fdopen(reading) as output:
        said = output.read()
    until(lambda: process.poll() is not None)
    return process.poll(), said


def test_a_forked_command_says_and_ends_as_if_started_by_itself_and_with_its_parent(young):
    code, said = told(young, "worker", "--help")
    assert (code, said.splitlines()[0]) == (0, "Usage: fanmade worker [OPTIONS] [outbox|mail|pictures|exports]...")
    code, said = told(young, "worker", "nonsense")
    assert code == 2
    assert "'nonsense' is not one of" in said
    process, other = young.forks(("ticker",))(2), young.forks(("ticker",))(2)
    assert process.poll() is None
    process.terminate()
    until(lambda: process.poll() is not None)
    assert process.poll() in (0, -signal.SIGTERM), "asked before or after it listens to requests"

    young.child.kill()
    until(lambda: other.poll() is not None)
    other.end()
    assert not running(other.pid)
    assert not young.ready()
    never = young.forks(("ticker",))(2)
    assert (never.pid, never.poll()) == (0, -signal.SIGKILL)
    never.end()
