"""What a process does not load before it needs it: each start, and each process's memory, pays for imports."""

import contextlib
import http.client
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.live import running

pytestmark = pytest.mark.one_db

HEAVY = {
    "alembic": "only who migrates",
    "apispec": "only who describes the API",
    "asyncio": "nobody: eight libraries would, see webapp.infra.plain_libraries",
    "boto3": "nobody",
    "click.testing": "nobody: Flask-Login would, see webapp.infra.plain_libraries",
    "css_inline": "only who writes mails",
    "dkim": "only who signs mails",
    "dns": "comes with dkim",
    "flask_migrate": "only who migrates",
    "flask_smorest": "only who describes the API",
    "fpdf": "only who writes paper",
    "gunicorn": "only `fanmade serve`",
    "limits.aio": "nobody: limits would",
    "obstore": "only where storage is S3",
    "OpenSSL": "comes with webauthn",
    "opentelemetry": "where traces are wanted; Redis's client would anyway",
    "psutil": "comes with opentelemetry",
    "pyasn1": "comes with webauthn",
    "pytest": "nobody",
    "redis.cluster": "nobody: Redis's client would",
    "redis.asyncio.client": "nobody: Redis's client would",
    "rich": "nobody: structlog would, see webapp.infra.plain_libraries",
    "segno": "only who draws QR codes",
    "sentry_sdk": "only where errors are reported",
    "sqlalchemy.dialects.postgresql.asyncpg": "nobody: SQLAlchemy would",
    "stripe": "only who is paid by it",
    "uharfbuzz": "only who writes paper",
    "webauthn": "only who uses a passkey",
    "xlsxwriter": "only who writes a sheet",
    "yaml": "comes with apispec",
}
FOR_HELP = ("webapp.boot.wiring", "sqlalchemy", "flask", "redis", "PIL")


def loaded_by(code: str) -> set[str]:
    """The modules of a fresh interpreter after some code."""
    program = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_whole_product_loads_no_heavy_library_it_may_never_need() -> None:
    modules = loaded_by("from webapp.boot import cli\nfor name in cli.LOADED: __import__(name)")
    assert "webapp.boot.wiring" in modules, "the whole product, or this proves nothing"
    assert sorted(HEAVY.keys() & modules) == []


def test_who_asks_for_help_loads_nothing_of_the_product() -> None:
    modules = loaded_by("from webapp.boot.cli import main\nmain(['--help'], standalone_mode=False)")
    assert [name for name in FOR_HELP if name in modules] == []


def test_the_supervisor_loads_nothing_of_the_product() -> None:
    modules = loaded_by("import webapp.boot.up")
    assert [name for name in FOR_HELP if name in modules] == []


LOADED = """
import os, re
from pathlib import Path
os.environ.update(FANMADE_ENV="embedded", FANMADE_DATA={folder!r}, FANMADE_REDIS_URL="redis://127.0.0.1:1/0")
os.environ.update(FANMADE_BASE_URL="http://127.0.0.1:8000", FANMADE_BIND="127.0.0.1:8000")
from webapp.boot import cli
assert cli.preload()
print(re.search(r"Anonymous: +([0-9]+)", Path("/proc/self/smaps_rollup").read_text())[1])
"""


def test_what_every_process_begins_with_is_no_heavier(tmp_path: Path) -> None:
    """90 MB; each megabyte more is one more of each web process, which has 30 to show all pages before it is too large.

    What belongs to no file is counted: it does not depend on what else the machine runs.
    """
    program = LOADED.format(folder=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout.splitlines()[-1]) / 1024 < 95


@pytest.mark.slow
def test_a_web_process_that_has_grown_makes_room_for_a_new_one_and_nobody_loses_an_answer(tmp_path: Path) -> None:
    with running(tmp_path, few=True, FANMADE_WEB_MB="1") as server:
        web = server.supervisor.pids()["web"]
        first = _forked_by(web)
        with ThreadPoolExecutor(4) as readers:
            asked = list(readers.map(lambda _: _answers(server.base_url, 300), range(4)))
        assert asked == [300] * 4
        ends = time.monotonic() + 60
        while not (now := _forked_by(web)) or now == first:
            assert time.monotonic() < ends, "it stays though it is quiet"
            time.sleep(0.2)
        assert _answers(server.base_url, 1) == 1
        assert web == server.supervisor.pids()["web"], "the one process only"


def _forked_by(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _answers(base_url: str, times: int) -> int:
    """How many of so many requests on one connection are answered."""
    link = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=60)
    with contextlib.closing(link):
        good = 0
        for _ in range(times):
            link.request("GET", "/healthz")
            good += link.getresponse().read() == b"ok"
        return good
