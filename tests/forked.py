"""Programs that begin loaded: forked from one process that has imported the product, as those of an installation are.

To import it takes a second and more of a processor, and a run of the tests starts dozens of commands and machines. Each
is a process of its own, with an environment, a folder, a session and an end of its own.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import gc
import importlib
import json
import os
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 1 << 17  # bytes of an order
MOST = 16  # descriptors of an order
FREE = 200  # no descriptor of this process has such a number
NEEDED = ("webapp.infra.migrating", "flask_migrate", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread")


class Forked:
    """A running program; to its caller what a Popen is, as far as tests ask."""

    def __init__(self, argv: Sequence[str], pid: int, status: socket.socket) -> None:
        self.args, self.pid = argv, pid
        self._status = status
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Await its end; returns the code, negative for a signal. Raises TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(list(self.args), timeout or 0)
            self.returncode = int(self._status.recv(64) or -signal.SIGKILL)
            self._status.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def start(
    argv: Sequence[str],
    env: Mapping[str, str],
    cwd: Path,
    out: IO[bytes] | None = None,
    err: IO[bytes] | None = None,
    given: Mapping[int, int] | None = None,
) -> Forked:
    """Start `python argv` ("-m module …" or "-c program …") with its output in files, or nowhere.

    `given` are further descriptors of this process by the numbers they shall have there: 0 is what it reads.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    given = given or {}
    order = json.dumps({"argv": list(argv), "env": dict(env), "cwd": str(cwd), "given": list(given)}).encode()
    with theirs, open(os.devnull, "wb") as nowhere:
        files = [theirs, out or nowhere, err or out or nowhere]
        socket.send_fds(_door(), [order], [*(each.fileno() for each in files), *given.values()])
    pid = int(ours.recv(64) or 0)
    assert pid, "the process that forks programs is gone"
    return Forked(argv, pid, ours)


def run(argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `python argv` to its end and return what it said."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = start(argv, env, cwd, out, err).wait()
        out.seek(0), err.seek(0)
        return subprocess.CompletedProcess(list(argv), code, out.read().decode(), err.read().decode())


@cache
def _door() -> socket.socket:
    """Where programs are ordered: the process that forks them begins with the first and ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        parent = subprocess.Popen([sys.executable, "-m", "tests.forked"], stdin=theirs, cwd=ROOT)
    atexit.register(lambda: (ours.close(), parent.wait(20)))
    return ours


def main() -> None:
    """Load the product, then fork as told until nobody can order any more."""
    from webapp.boot import cli
    from webapp.infra import metrics_folder

    unread = Path(tempfile.mkdtemp(prefix="fanmade-counts-"))
    with socket.socket(fileno=os.dup(0)) as door:
        metrics_folder.name(unread)  # what counts requests decides at its import to do so in a folder
        for module in (*cli.LOADED, *NEEDED):
            importlib.import_module(module)
        while threading.active_count() > 1:  # a library sets one going for a moment, and threads don't survive a fork
            time.sleep(0.005)
        gc.freeze()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a keeper ended
        order: dict[str, Any] | None = None
        while order is None:
            message, descriptors, _, _ = socket.recv_fds(door, LONGEST, MOST)
            if not message:
                shutil.rmtree(unread)
                return
            order = _child(json.loads(message), *descriptors)
            for each in descriptors:
                os.close(each)
    for mine, its in zip(order["aside"], order["given"], strict=True):  # whose numbers are free by now
        os.dup2(mine, its)
        os.close(mine)
    _become(order["argv"])


def _child(order: dict[str, Any], status: int, out: int, err: int, *given: int) -> dict[str, Any] | None:
    """Fork a keeper, and it the program: returns the order in the program, None here; the keeper tells of its end."""
    from webapp.boot import leash
    from webapp.infra import metrics_folder

    here = os.getpid()
    if os.fork():
        return None
    leash.hold(here, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    keeper = os.getpid()
    if pid := os.fork():
        os.write(status, str(pid).encode())
        with contextlib.suppress(OSError):
            os.write(status, str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())
        os._exit(0)
    os.setsid()
    leash.hold(keeper, signal.SIGKILL)
    os.chdir(order["cwd"])
    counts = os.environ[metrics_folder.FOLDER]
    os.environ.clear()
    os.environ.update({metrics_folder.FOLDER: counts, **order["env"]})
    tempfile.tempdir = None
    nothing = os.open(os.devnull, os.O_RDONLY)
    for mine, its in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(mine, its)
    os.close(nothing)
    free = max(FREE, *order["given"], 0) + 1
    return {**order, "aside": [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, free) for each in given]}


def _become(argv: list[str]) -> None:
    """Be the program: what happens from here on is as if it had been started by itself."""
    kind, what, *rest = argv
    sys.argv = [what if kind == "-m" else kind, *rest]
    if kind == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    main()
