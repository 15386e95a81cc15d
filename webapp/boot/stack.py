"""What an embedded installation consists of: which processes, in which order, with which environment."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from webapp.boot import data_folder, redis_server
from webapp.infra import secret_files

QUEUES = ("outbox", "mail", "pictures", "exports")  # one worker process each: none can hold up another
_CLI = (sys.executable, "-m", "webapp.boot.cli")
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}


class CannotStart(Exception):
    """The installation cannot start; the message is one line that names the fix."""


def own(argv: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the words after `fanmade` of a command line that is our own; None for any other program."""
    return argv[len(_CLI) :] if argv[: len(_CLI)] == _CLI else None


@dataclass(frozen=True)
class Role:
    """A process that is kept running: its name, its command line; a `quiet` one is logged to a file only."""

    name: str
    argv: tuple[str, ...]
    quiet: bool = False


@dataclass(frozen=True)
class Step:
    """A command that must succeed before the roles start; with `once`, a file that says it has been done."""

    name: str
    argv: tuple[str, ...]
    once: Path | None = None
    quiet: bool = False


@dataclass(frozen=True)
class Stack:
    """All the supervisor has to know. `store` starts first and stops last; `web` must answer at `probe`."""

    data: Path
    base_url: str
    environ: Mapping[str, str]
    store: Role | None
    store_url: str
    steps: tuple[Step, ...]
    web: Role
    others: tuple[Role, ...] = field(default=())
    greeting: tuple[str, ...] = ()

    @property
    def probe(self) -> str:
        """The page that answers when the web process is up."""
        return f"{self.base_url}/healthz"


def embedded(host: str, port: int, data: Path, environ: Mapping[str, str], *, demo: bool = True) -> Stack:
    """The stack of `fanmade up`: claims the folder, checks the address. Port 0 means any free one.

    Settings already present in `environ` win over the defaults. Raises CannotStart.
    """
    data = data.absolute()
    environ, faults = secret_files.read(environ)
    if faults:
        raise CannotStart("\n".join(faults))
    try:
        data_folder.claim(data)
    except data_folder.FolderRefused as error:
        raise CannotStart(str(error)) from error
    port = port or free_port(host)
    check_port(host, port)
    store, store_url = _store(data, environ)
    base_url = f"http://{_ANYWHERE.get(host, f'[{host}]' if ':' in host else host)}:{port}"
    defaults = {"FANMADE_ENV": "embedded", "FANMADE_BASE_URL": base_url}
    fixed = {
        "FANMADE_DATA": str(data),
        "FANMADE_BIND": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "FANMADE_REDIS_URL": store_url,
        "PYTHONUNBUFFERED": "1",
        "PYTHONNODEBUGRANGES": "1",  # a megabyte of each process: columns, which no log of ours shows
    }
    return Stack(
        data=data,
        base_url=base_url,
        environ={**defaults, **environ, **fixed},
        store=store,
        store_url=store_url,
        steps=_steps(data, demo, environ),
        web=Role("web", (*_CLI, "serve")),
        others=(
            Role("ticker", (*_CLI, "ticker")),
            *(Role(f"worker-{q}", (*_CLI, "worker", q)) for q in QUEUES),
        ),
        greeting=(*_CLI, "demo", "--print-people") if demo else (),
    )


def _schema_mark(data: Path, environ: Mapping[str, str]) -> Path | None:
    """The file that says our own database has the newest schema; None when it may not be trusted.

    Asking Alembic costs a start of Python and a third of the time until the first page.
    """
    if "FANMADE_DATABASE_URL" in environ:
        return None
    mark = data / f"schema-{_newest_migration()}.done"
    if not (data / "fanmade.db").exists():
        mark.unlink(missing_ok=True)
    return mark


def _newest_migration() -> str:
    versions = Path(__file__).resolve().parents[2] / "migrations" / "versions"
    return max(file.stem for file in versions.glob("[0-9]*.py"))


def check_port(host: str, port: int) -> None:
    """Raise CannotStart unless a server could listen there now."""
    if not 0 < port < 65536:
        raise CannotStart(f"PORT={port} is not a port number. Try: PORT=8000 make run")
    try:
        _listen(host, port)
    except PermissionError as error:
        raise CannotStart(f"Port {port} needs special rights. Try: PORT=8000 make run") from error
    except (OSError, UnicodeError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise CannotStart(f"Port {port} is already in use. Try: PORT={_next_free(host, port)} make run") from error
        raise CannotStart(f"This machine cannot listen at {host}. Try: HOST=127.0.0.1 make run") from error


def free_port(host: str) -> int:
    """A port nobody listens at right now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _next_free(host: str, port: int) -> int:
    for candidate in range(port + 1, min(port + 50, 65536)):
        try:
            _listen(host, candidate)
        except OSError:
            continue
        return candidate
    return free_port(host)


def _listen(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        probe.listen(1)


def _store(data: Path, environ: Mapping[str, str]) -> tuple[Role | None, str]:
    """The Redis to start and its address; none to start when the environment names one that runs."""
    if url := environ.get("FANMADE_REDIS_URL"):
        return None, url
    server = redis_server.find_server(environ)
    if server is None:
        raise CannotStart(
            "No Redis found: install the package valkey-server or redis-server, or set FANMADE_REDIS_URL."
        )
    folder = data / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = redis_server.socket_of(folder)
    return Role("redis", redis_server.command(server, folder, path), quiet=True), redis_server.url_of(path)


def _steps(data: Path, demo: bool, environ: Mapping[str, str]) -> tuple[Step, ...]:
    migrate = Step("migrate", (*_CLI, "migrate"), once=_schema_mark(data, environ), quiet=True)
    if not demo:
        return (migrate,)
    return migrate, Step("demo", (*_CLI, "demo", "--if-empty"), once=data / "demo.done")
