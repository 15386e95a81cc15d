"""Keeps a stack of processes running: ordered start, readiness, restarts, an end that leaves nothing."""

from __future__ import annotations

import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from webapp.boot import data_folder, nursery, redis_server
from webapp.boot.child import Child, Spawn, leashed
from webapp.boot.logs import Logs
from webapp.boot.nursery import Nursery
from webapp.boot.stack import CannotStart, Role, Stack, Step, own

_STORE_PATIENCE = 30.0
_LOAD_PATIENCE = _WEB_PATIENCE = 90.0
_TOO_MANY_RESTARTS = 3  # while starting: a program that dies again and again will not come up
_GRACE, _STORE_GRACE = 12.0, 8.0
_TICK = 0.1


class Stopped(Exception):
    """The start was given up because somebody asked for the end."""


class Supervisor:
    """Runs a Stack. Use it as a context manager, or call start(), watch() and stop() yourself.

    As a context manager it watches from a thread: the stack is up inside the block and gone after it.
    """

    def __init__(self, stack: Stack, *, echo: bool = False) -> None:
        """With `echo`, what the processes print is repeated on the terminal."""
        self.stack = stack
        self._echo = echo
        self._children: dict[str, Child] = {}
        self._nursery: Nursery | None = None
        self._quiet: set[str] = set()
        self._forked: set[str] = set()
        # Plain flags: a signal handler sets them, perhaps while this thread holds a lock.
        self._stopping = self._hurry = False
        self._ended = threading.Event()
        self._mutex = threading.RLock()
        self._watcher: threading.Thread | None = None
        self._logs: Logs | None = None
        self._lock: int | None = None

    @property
    def base_url(self) -> str:
        """Where the site answers."""
        return self.stack.base_url

    def pids(self) -> dict[str, int]:
        """The process id of each role right now."""
        with self._mutex:
            parent = {nursery.NAME: self._nursery.child.pid} if self._nursery else {}
            return {**parent, **{name: child.pid for name, child in self._children.items()}}

    def restarts(self) -> dict[str, int]:
        """How often each role has been started again."""
        with self._mutex:
            return {name: child.restarts for name, child in self._children.items()}

    def last_lines(self, name: str) -> list[str]:
        """The newest lines a role printed."""
        return self._logs.last_lines(name) if self._logs else []

    def start(self) -> None:
        """Bring everything up; returns when the web process answers and all others are started.

        Raises CannotStart with the reason, or Stopped; nothing is left running then.
        """
        try:
            self._lock = data_folder.lock(self.stack.data)
            self._logs = Logs(self.stack.data / "logs", echo=self._echo)
            self._bring_up()
        except data_folder.FolderRefused as error:
            self.stop()
            raise CannotStart(str(error)) from error
        except BaseException:
            self.stop()
            raise

    def watch(self) -> None:
        """Restart what dies until somebody asks for the end."""
        while not self._stopping:
            self._tend()
            time.sleep(_TICK)

    def ask_to_stop(self) -> None:
        """End watch() or start() soon; a second call makes stop() impatient. Safe in a signal handler."""
        self._hurry = self._stopping
        self._stopping = True

    def answer_of(self, argv: tuple[str, ...]) -> str:
        """Run a command to its end while everything is up; returns what it printed, nothing when it failed."""
        with self._mutex:
            child = Child("answer", self._spawn("answer", argv))
            reading = child.start()
        with os.fdopen(reading, errors="replace") as output:
            text = output.read()
        while child.exit_code() is None and not self._stopping:
            time.sleep(_TICK / 2)
        return text if child.exit_code() == 0 else ""

    def stop(self) -> None:
        """End everything, the store last; returns when no process is left. May be called twice."""
        self._stopping = True
        with self._mutex:
            store = self.stack.store.name if self.stack.store else ""
            self._end([child for name, child in self._children.items() if name != store], _GRACE)
            if self._nursery:
                self._nursery.close()
                self._end([self._nursery.child], _GRACE)
                self._nursery = None
            self._end([child for name, child in self._children.items() if name == store], _STORE_GRACE)
            self._children.clear()
        self._ended.set()
        if self._watcher:
            self._watcher.join()
            self._watcher = None
        if self._logs:
            self._logs.close()
            self._logs = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def restart_all(self) -> None:
        """Start every process but the store again, with the code as it is now; what is forked, as soon as it can be."""
        store = self.stack.store.name if self.stack.store else ""
        with self._mutex:
            ours = [child for name, child in self._children.items() if name != store]
            self._end(ours, _GRACE)
            if self._nursery:
                self._follow(self._nursery.child, self._nursery.child.restart())
            for child in ours:
                if self._may_start(child):
                    self._follow(child, child.restart())

    def __enter__(self) -> Supervisor:
        self.start()
        self._watcher = threading.Thread(target=self._watch_to_the_end, name="supervisor", daemon=True)
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _watch_to_the_end(self) -> None:
        """Linux ends a process when the *thread* that started it ends: this one stays until all are gone."""
        self.watch()
        self._ended.wait()

    def _bring_up(self) -> None:
        stack = self.stack
        if stack.store:
            self._run(stack.store)
        self._raise_parent()  # it loads while the store begins
        if stack.store:
            self._await_store(stack.store.name)
        self._await_parent()
        for step in stack.steps:
            self._do(step)
        self._run(stack.web)
        self._await_web()
        for role in stack.others:
            self._run(role)

    def _run(self, role: Role) -> None:
        child = Child(role.name, self._spawn(role.name, role.argv))
        with self._mutex:
            if role.quiet:
                self._quiet.add(role.name)
            self._children[role.name] = child
            self._follow(child, child.start())

    def _do(self, step: Step) -> None:
        if step.once and step.once.exists():
            return
        child = Child(step.name, self._spawn(step.name, step.argv))
        if step.quiet:
            self._quiet.add(step.name)
        self._follow(child, child.start())
        try:
            while child.exit_code() is None:
                self._pause()
        finally:
            child.kill()
        if child.exit_code() != 0:
            raise CannotStart(self._why(step.name, f"`{step.name}` failed"))
        if step.once:
            step.once.touch(mode=0o600)

    def _await_store(self, name: str) -> None:
        for _ in self._attempts(name, _STORE_PATIENCE):
            if redis_server.answers(self.stack.store_url):
                return

    def _await_web(self) -> None:
        for _ in self._attempts(self.stack.web.name, _WEB_PATIENCE):
            if answers(self.stack.probe):
                return

    def _attempts(self, name: str, patience: float) -> Iterable[None]:
        """Yield until the caller is content; raises CannotStart when the role keeps dying or time is up."""
        deadline = time.monotonic() + patience
        while True:
            child = self._nursery.child if self._nursery and name == nursery.NAME else self._children[name]
            if child.exit_code() is not None and child.restarts >= _TOO_MANY_RESTARTS:
                raise CannotStart(self._why(name, f"{name} does not start"))
            if time.monotonic() > deadline:
                raise CannotStart(self._why(name, f"{name} did not answer within {patience:.0f} seconds"))
            yield
            self._tend()
            self._pause()

    def _pause(self) -> None:
        if self._stopping:
            raise Stopped
        time.sleep(_TICK / 2)

    def _tend(self) -> None:
        with self._mutex:
            self._tend_parent()
            for child in self._children.values():
                if not self._stopping and child.due() and self._may_start(child):
                    self._follow(child, child.restart())

    def _raise_parent(self) -> None:
        """Start the process that forks ours, where there can be one and something is to be forked."""
        stack = self.stack
        programs = [stack.web.argv, *(role.argv for role in stack.others), *(step.argv for step in stack.steps)]
        if not (nursery.possible() and any(own(argv) is not None for argv in programs)):
            return
        with self._mutex:
            self._nursery = Nursery(stack.environ, self._kept())
            self._follow(self._nursery.child, self._nursery.child.start())

    def _await_parent(self) -> None:
        if self._nursery:
            for _ in self._attempts(nursery.NAME, _LOAD_PATIENCE):
                if self._nursery.ready():
                    return

    def _tend_parent(self) -> None:
        """When it has died, its children are ending as well: see to it, then begin again with another."""
        if self._nursery and not self._stopping and self._nursery.child.due():
            for child in self._children.values():
                if child.name in self._forked:
                    child.kill()
            self._follow(self._nursery.child, self._nursery.child.restart())

    def _may_start(self, child: Child) -> bool:
        return child.name not in self._forked or bool(self._nursery and self._nursery.ready())

    def _spawn(self, name: str, argv: tuple[str, ...]) -> Spawn:
        words = own(argv)
        if words is None or self._nursery is None:
            return leashed(argv, self.stack.environ, self._kept())
        self._forked.add(name)
        return self._nursery.forks(words)

    def _follow(self, child: Child, output: int) -> None:
        if self._logs:
            self._logs.attach(child.name, output, quiet=child.name in self._quiet)

    def _end(self, children: list[Child], grace: float) -> None:
        for child in children:
            child.terminate()
        deadline = time.monotonic() + grace
        while any(c.exit_code() is None for c in children if c.pid):
            if time.monotonic() > deadline or self._hurry:
                break
            time.sleep(_TICK / 2)
        for child in children:
            child.kill()

    def _kept(self) -> tuple[int, ...]:
        return () if self._lock is None else (self._lock,)

    def _why(self, name: str, what: str) -> str:
        time.sleep(_TICK)  # the last lines may still be on their way
        lines = self.last_lines(name)
        where = Path(self.stack.data) / "logs" / f"{name}.log"
        return "\n".join([f"{what}; the whole story is in {where}", *(f"    {line}" for line in lines)])


def answers(url: str) -> bool:
    """Whether a GET of the address is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False
