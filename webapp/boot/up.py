"""The one command: ``fanmade up`` starts the whole installation and stays in front of it until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from webapp.boot.reload import Sources
from webapp.boot.stack import CannotStart, Stack, embedded
from webapp.boot.supervisor import Stopped, Supervisor

__all__ = ["CannotStart", "Supervisor", "embedded", "run", "run_stack"]


def run(host: str, port: int, data: Path, reload: bool = False, demo: bool = True) -> int:
    """Run the embedded installation until a signal ends it; returns the exit code.

    With `reload`, the processes are started again whenever a source file changes; with `demo`, a first
    start fills the site with invented people and contests.
    """
    try:
        return run_stack(embedded(host, port, data, os.environ, demo=demo), reload=reload)
    except CannotStart as error:
        print(f"fanmade: {error}", file=sys.stderr)
        return 1


def run_stack(stack: Stack, *, reload: bool = False) -> int:
    """Run any stack in the foreground; returns 0 after a signal. Raises CannotStart."""
    supervisor = Supervisor(stack, echo=True)
    with _signals(supervisor):
        try:
            supervisor.start()
            _greet(supervisor)
            if reload:
                threading.Thread(target=_reload, args=(supervisor,), daemon=True).start()
            supervisor.watch()
        except Stopped:
            pass
        finally:
            supervisor.stop()
    return 0


@contextlib.contextmanager
def _signals(supervisor: Supervisor) -> Iterator[None]:
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: supervisor.ask_to_stop()) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _greet(supervisor: Supervisor) -> None:
    stack = supervisor.stack
    _say(f"\n  Fanmade answers at   {stack.base_url}")
    _say(f"  Its mail is read at  {stack.base_url}/dev/mail")
    _say(f"  Its data is kept in  {stack.data}\n")
    if stack.greeting:
        threading.Thread(target=_introduce, args=(supervisor,), daemon=True).start()
    else:
        _say("  Ctrl-C ends it.\n")


def _introduce(supervisor: Supervisor) -> None:
    """Say who lives in the demo and how to sign in as them; in a thread, because it takes a moment."""
    for line in supervisor.answer_of(supervisor.stack.greeting).splitlines():
        _say(f"  {line}")
    _say("\n  Ctrl-C ends it.\n")


def _say(line: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        print(line, flush=True)


def _reload(supervisor: Supervisor) -> None:
    sources = Sources(Path(__file__).resolve().parents[2])
    while changed := sources.wait_for_change():
        _say(f"  {changed} changed: starting again")
        supervisor.restart_all()
