"""The supervisor, with small real programs in place of the site's own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from webapp.boot import data_folder, redis_server, stack
from webapp.boot.stack import CannotStart, Role, Stack, Step
from webapp.boot.supervisor import Supervisor, answers
from webapp.boot.up import run, run_stack

pytestmark = pytest.mark.one_db

WEB = """
import http.server, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""
BUSY = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN if "deaf" in sys.argv else signal.SIG_DFL)
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("inner", inner.pid, flush=True)
time.sleep(600)
"""


def python(code: str, *args: object) -> tuple[str, ...]:
    return sys.executable, "-c", code, *(str(a) for a in args)


def fake_stack(data: Path, *, steps=(), others=None, web=None) -> Stack:
    data_folder.claim(data)
    port = stack.free_port("127.0.0.1")
    store, store_url = stack._store(data, {"PATH": os.environ["PATH"]})
    return Stack(
        data=data,
        base_url=f"http://127.0.0.1:{port}",
        environ=dict(os.environ),
        store=store,
        store_url=store_url,
        steps=steps,
        web=Role("web", web or python(WEB, port)),
        others=(Role("worker", python(BUSY)),) if others is None else others,
    )


def running(pid: int) -> bool:
    """Alive, and not merely waiting to be collected."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text() if Path("/proc").is_dir() else ""
        os.kill(pid, 0)
    except (ProcessLookupError, FileNotFoundError):
        return False
    return status.rpartition(")")[2].split()[:1] != ["Z"]


def until(condition, seconds: float = 15.0):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.05)
    return value


def inner_pid(supervisor: Supervisor, name: str = "worker") -> int:
    def newest():
        return [int(line.split()[1]) for line in supervisor.last_lines(name) if line.startswith("inner ")]

    return until(newest)[-1]


def test_everything_is_up_inside_the_block_and_gone_after_it(tmp_path):
    with Supervisor(fake_stack(tmp_path)) as supervisor:
        pids = supervisor.pids()
        grandchild = inner_pid(supervisor)
        assert set(pids) == {"redis", "web", "worker"}
        assert answers(supervisor.stack.probe)
        assert all(running(pid) for pid in (*pids.values(), grandchild))
    assert not any(running(pid) for pid in (*pids.values(), grandchild))
    assert (tmp_path / "logs" / "worker.log").read_text().count("inner") == 1


@pytest.mark.parametrize("name", ["redis", "web", "worker"])
def test_a_killed_process_comes_back_without_what_it_had_started(tmp_path, name):
    with Supervisor(fake_stack(tmp_path)) as supervisor:
        before, grandchild = supervisor.pids(), inner_pid(supervisor)
        os.kill(before[name], signal.SIGKILL)
        until(lambda: supervisor.pids()[name] != before[name])
        until(lambda: answers(supervisor.stack.probe))
        others = {role: pid for role, pid in before.items() if role != name}
        assert others.items() <= supervisor.pids().items()
        until(lambda: name != "worker" or not running(grandchild))


def test_redis_keeps_what_it_was_told_when_it_is_killed(tmp_path):
    import redis

    with Supervisor(fake_stack(tmp_path)) as supervisor:
        client = redis.Redis.from_url(supervisor.stack.store_url)
        client.set("kept", "yes")
        until(lambda: client.info("persistence")["aof_pending_bio_fsync"] == 0)
        before = supervisor.pids()["redis"]
        os.kill(before, signal.SIGKILL)
        until(lambda: supervisor.pids()["redis"] != before)

        def value():
            with contextlib.suppress(redis.RedisError):
                return client.get("kept")

        assert until(value) == b"yes"


def test_a_process_that_dies_at_once_is_retried_ever_more_slowly(tmp_path):
    others = (Role("broken", python("raise SystemExit('no luck')")),)
    with Supervisor(fake_stack(tmp_path, others=others)) as supervisor:
        time.sleep(4)
        assert 2 <= supervisor.restarts()["broken"] <= 5
        assert "no luck" in supervisor.last_lines("broken")


def test_one_that_ignores_the_request_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("webapp.boot.supervisor._GRACE", 0.5)
    others = (Role("worker", python(BUSY, "deaf")),)
    with Supervisor(fake_stack(tmp_path, others=others)) as supervisor:
        pids = (supervisor.pids()["worker"], inner_pid(supervisor))
    assert not any(running(pid) for pid in pids)


def test_steps_run_in_order_before_the_web_and_the_one_time_ones_once(tmp_path):
    note = "import sys, pathlib; pathlib.Path(sys.argv[1]).open('a').write(sys.argv[2])"
    journal = tmp_path / "data" / "journal"
    steps = (
        Step("migrate", python(note, journal, "m")),
        Step("demo", python(note, journal, "d"), once=tmp_path / "data" / "demo.done"),
    )
    for _ in range(2):
        with Supervisor(fake_stack(tmp_path / "data", steps=steps)):
            pass
    assert journal.read_text() == "mdm"


def test_a_failed_step_names_itself_and_shows_why(tmp_path):
    steps = (Step("migrate", python("raise SystemExit('table is odd')")),)
    supervisor = Supervisor(fake_stack(tmp_path, steps=steps))
    with pytest.raises(CannotStart, match=r"(?s)`migrate` failed.*table is odd"):
        supervisor.start()
    assert supervisor.pids() == {}


def test_a_web_process_that_cannot_start_ends_the_attempt(tmp_path):
    supervisor = Supervisor(fake_stack(tmp_path, web=python("raise SystemExit('bad secret')")))
    with pytest.raises(CannotStart, match=r"(?s)web does not start.*bad secret"):
        supervisor.start()
    assert supervisor.pids() == {}


def test_two_on_one_folder_are_refused(tmp_path):
    with (
        Supervisor(fake_stack(tmp_path)),
        pytest.raises(CannotStart, match=rf"in use by process {os.getpid()}"),
    ):
        Supervisor(fake_stack(tmp_path)).start()
    with Supervisor(fake_stack(tmp_path)) as again:
        assert answers(again.stack.probe)


def _in_front(tmp_path: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """A supervisor as a program of its own, up and running; and the pids of all it started."""
    code = (
        "import sys, pathlib; sys.path[:0] = [sys.argv[2], sys.argv[3]]\n"
        "from tests.boot.test_up import fake_stack\n"
        "from webapp.boot.up import run_stack\n"
        "sys.exit(run_stack(fake_stack(pathlib.Path(sys.argv[1]))))"
    )
    root = Path(__file__).resolve().parents[2]
    program = subprocess.Popen(python(code, tmp_path, root, root), stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    assert program.stdout
    lines = []
    for line in program.stdout:
        lines.append(line)
        if "inner" in line:
            break
    else:
        pytest.fail("".join(lines))
    return program, [*_descendants(program.pid)]


def _descendants(pid: int) -> list[int]:
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in table.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found, queue = [], [pid]
    while queue:
        found += (more := children.get(queue.pop(), []))
        queue += more
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_leaves_no_process_behind(tmp_path, number):
    program, pids = _in_front(tmp_path)
    program.send_signal(number)
    assert program.wait(timeout=20) == 0
    assert len(pids) >= 4
    assert not any(running(pid) for pid in pids)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_killed_supervisor_takes_its_processes_along_and_the_folder_is_free_again(tmp_path):
    program, _ = _in_front(tmp_path)
    direct = [pid for pid in _descendants(program.pid) if _parent(pid) == program.pid]
    program.kill()
    program.wait()
    until(lambda: not any(running(pid) for pid in direct))
    until(lambda: _lockable(tmp_path))


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _lockable(folder: Path) -> bool:
    try:
        os.close(data_folder.lock(folder))
    except data_folder.FolderRefused:
        return False
    return True


def test_a_busy_port_is_one_line_that_names_a_free_one(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run("127.0.0.1", port, tmp_path / "data", False) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"Port {port} is already in use. Try: PORT=" in error


@pytest.mark.parametrize(("host", "port", "fix"), [("127.0.0.1", 99999, "PORT=8000"), ("203.0.113.9", 8000, "HOST=")])
def test_an_impossible_address_names_the_fix(tmp_path, host, port, fix):
    with pytest.raises(CannotStart, match=fix):
        stack.embedded(host, port, tmp_path / "data", os.environ)


def test_a_foreign_folder_is_neither_used_nor_forgotten(tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(CannotStart, match="DATA="):
        stack.embedded("127.0.0.1", 0, tmp_path, os.environ)
    with pytest.raises(data_folder.FolderRefused, match="Nothing was deleted"):
        data_folder.forget(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_our_own_folder_is_forgotten_but_not_while_it_is_in_use(tmp_path):
    data = tmp_path / "data"
    with Supervisor(fake_stack(data)), pytest.raises(data_folder.FolderRefused, match="in use"):
        data_folder.forget(data)
    assert data_folder.forget(data)
    assert not data.exists()
    assert not data_folder.forget(data)


def test_a_long_folder_name_gets_a_short_socket_outside(tmp_path):
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 6)
    deep.mkdir(parents=True)
    path = redis_server.socket_of(deep)
    assert len(str(path)) <= 100
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert redis_server.socket_of(tmp_path / "b") != path
    path.parent.rmdir()


def test_all_but_redis_start_again_with_new_code(tmp_path):
    with Supervisor(fake_stack(tmp_path)) as supervisor:
        before = supervisor.pids()
        supervisor.restart_all()
        after = supervisor.pids()
        assert {name for name in before if before[name] == after[name]} == {"redis"}
        until(lambda: answers(supervisor.stack.probe))


def test_settings_of_the_environment_win_over_the_defaults(tmp_path):
    made = stack.embedded(
        "127.0.0.1",
        0,
        tmp_path,
        {"PATH": os.environ["PATH"], "FANMADE_MAIL_URL": "smtp://x", "FANMADE_BASE_URL": "https://y"},
    )
    assert made.environ["FANMADE_MAIL_URL"] == "smtp://x"
    assert made.environ["FANMADE_BASE_URL"] == "https://y"
    assert made.environ["FANMADE_DATA"] == str(tmp_path)
    assert made.probe.startswith("http://127.0.0.1:")
    assert [role.name for role in made.others][1:] == [f"worker-{queue}" for queue in stack.QUEUES]


def test_a_redis_that_is_already_there_is_used(tmp_path):
    made = stack.embedded("127.0.0.1", 0, tmp_path, {"FANMADE_REDIS_URL": "redis://there:1"})
    assert made.store is None
    assert made.environ["FANMADE_REDIS_URL"] == "redis://there:1"


def test_run_stack_returns_when_asked_before_it_is_up(tmp_path):
    steps = (Step("slow", python("import os, signal, time; os.kill(os.getppid(), signal.SIGTERM); time.sleep(600)")),)
    began = time.monotonic()
    assert run_stack(fake_stack(tmp_path, steps=steps)) == 0
    assert time.monotonic() - began < 10


def test_a_schema_known_to_be_newest_is_not_asked_about_again(tmp_path: Path) -> None:
    def mark(environ: dict[str, str]) -> Path | None:
        made = stack.embedded("127.0.0.1", 0, tmp_path, environ, demo=False)
        return next(step.once for step in made.steps if step.name == "migrate")

    first = mark({})
    assert first
    first.touch()
    assert mark({}) == first
    assert not first.exists(), "the database is gone: it has to be made again"
    first.touch()
    (tmp_path / "fanmade.db").touch()
    assert mark({})
    assert first.exists()
    assert mark({"FANMADE_DATABASE_URL": "sqlite:///elsewhere.db"}) is None
