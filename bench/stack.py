"""The whole of `fanmade up`: how soon a second start answers, what it costs, and what it holds in memory."""

from __future__ import annotations

import html
import http.client
import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench import scene
from bench.pictures import noise, saved
from bench.table import Row
from contests.submissions.models import Revision
from tests.live import LiveServer, running

PICTURE_MB, WEB_MB, ALL_MB, SECONDS = 512, 120, 500, 6
SETTLED = 5.0  # seconds after which an idle installation has done what it does once
PAGES = ("/", "/c/the-vote", "/c/the-vote/designs", "/drops/the-drop")
ASKED = 20  # times each page is asked by each of `READERS`
READERS = 8
MANY = 60  # pages


def measure(folder: Path) -> list[Row]:
    """Return the rows; only those of time on systems that do not tell what a process holds."""
    with running(folder, real=True, FANMADE_WEB_WORKERS="2"):
        pass
    engine = scene.engine_of(f"sqlite:///{folder / 'fanmade.db'}")
    written = scene.fill(engine, people=20, designs=24)
    began, spent = time.perf_counter(), _spent()
    with running(folder, real=True, FANMADE_WEB_WORKERS="2") as server:
        answered = time.perf_counter() - began
        rows = [_less("second start of `fanmade up`", "s", answered, SECONDS)]
        if not Path("/proc/self/smaps_rollup").exists():
            return rows
        time.sleep(SETTLED)
        rows += _idle(server, _spent() - spent)
        _read(server, PAGES, ASKED)
        rows.append(_web(server, "a web process after load"))
        _read(server, _linked(server), 2)
        rows.append(_web(server, "a web process after sixty pages"))
        rows.append(_pictures(server, written, folder, lambda: _done(engine)))
    engine.dispose()
    return rows


def _idle(server: LiveServer, spent: float) -> list[Row]:
    pids = server.supervisor.pids()
    every = {child for pid in pids.values() for child in (pid, *_children(pid))}
    spent += sum(_processor_time(pid) for pid in every)
    whole = sum(_held(pid)[1] for pid in every)
    return [
        _less("its processor time, all processes", "s", spent, None),
        _less("all of `fanmade up`, idle", "MB", whole, ALL_MB, "PSS"),
    ]


def _read(server: LiveServer, pages: Sequence[str], times: int) -> None:
    """Let many people read at once, so that each web process has shown every page."""

    def reader(_number: int) -> None:
        for _ in range(times):
            for page in pages:
                _ask(server, "GET", page)

    with ThreadPoolExecutor(READERS) as readers:
        list(readers.map(reader, range(READERS)))


def _linked(server: LiveServer) -> list[str]:
    """Up to `MANY` pages, as one comes from one to the next."""
    found, at = list(PAGES), 0
    while at < len(found) < MANY:
        text = _ask(server, "GET", found[at]).decode(errors="replace")
        links = re.findall(r'href="(/(?!static|dev|media)[^"#]*)"', text)
        found += [each for each in dict.fromkeys(map(html.unescape, links)) if each not in found]
        at += 1
    return found[:MANY]


def _web(server: LiveServer, name: str) -> Row:
    resident, share, own = max(_held(pid) for pid in _children(server.supervisor.pids()["web"]))
    note = f"RSS, of which {resident - own:.0f} are shared; PSS {share:.0f}"
    return _less(name, "MB", resident, WEB_MB, note)


def _pictures(server: LiveServer, written: scene.Scene, folder: Path, done: Callable[[], bool]) -> Row:
    """The most that the worker for pictures and the process in which it decodes hold while 24 megapixels are made."""
    photo = saved(noise(6000, 4000, "RGB"), folder / "photo.jpg", quality=90)
    worker = server.supervisor.pids()["worker-pictures"]
    _upload(server, written, photo)
    most, ends = 0.0, time.monotonic() + 120
    while not done():
        if time.monotonic() > ends:
            raise RuntimeError("the picture was not made")
        most = max(most, sum(_held(pid)[0] for pid in (worker, *_children(worker))))
        time.sleep(0.01)
    return _less("the worker for pictures, 24 MP", "MB", most, PICTURE_MB, "RSS with its decoder, at the most")


def _upload(server: LiveServer, written: scene.Scene, photo: Path) -> None:
    words = {
        "title": "Large",
        "alt": "A fractal in three colours",
        "originality": "true",
        "rights_hash": written.rights_hash,
    }
    parts = [f'--cut\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in words.items()]
    head = b'--cut\r\nContent-Disposition: form-data; name="picture"; filename="photo.jpg"\r\n\r\n'
    headers = {"Authorization": f"Bearer {written.token(3)}", "Content-Type": "multipart/form-data; boundary=cut"}
    body = b"".join(parts) + head + photo.read_bytes() + b"\r\n--cut--\r\n"
    _ask(server, "POST", f"/api/v1/contests/{written.call}/designs", body, headers | {"Idempotency-Key": "large-one"})


def _done(engine: scene.Engine) -> bool:
    made = select(func.count()).select_from(Revision)
    with Session(engine) as session:
        return session.scalar(made.where(Revision.original_name == "photo.jpg", Revision.state == "done")) == 1


def _ask(
    server: LiveServer, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> bytes:
    """Send a request; return the answer's body. Raises RuntimeError when it fails: then figures would be of nothing."""
    link = http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=60)
    try:
        link.request(method, path, body, headers or {})
        answer = link.getresponse()
        text = answer.read()
    finally:
        link.close()
    if answer.status >= 400:
        raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
    return text


def _less(name: str, unit: str, value: float, goal: float | None, note: str = "") -> Row:
    return Row(name, unit, value, more_is_better=False, goal=goal, note=note)


def _held(pid: int) -> tuple[float, float, float]:
    """Megabytes: resident, its fair share of what is shared, its own alone."""
    values = {"Rss": 0, "Pss": 0, "Private_Clean": 0, "Private_Dirty": 0}
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has just ended
        return 0.0, 0.0, 0.0
    for line in text.splitlines()[1:]:
        name, _, value = line.partition(":")
        if name in values:
            values[name] = int(value.split()[0])
    return values["Rss"] / 1024, values["Pss"] / 1024, (values["Private_Clean"] + values["Private_Dirty"]) / 1024


def _spent() -> float:
    """Seconds of processor time of this process and those it has waited for."""
    return sum(os.times()[:4])


def _processor_time(pid: int) -> float:
    """Seconds of a process that runs, and of those it has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(each.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found += [int(each.parent.name), *_children(int(each.parent.name))]
    return found
