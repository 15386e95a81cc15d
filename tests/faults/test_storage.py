"""Storage that refuses, fails or is silent, folder and bucket: answered 503 with words, nothing is left behind."""

from __future__ import annotations

import errno
import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from contests.submissions.models import Submission
from tests.contests.submissions import stage as contests
from tests.faults.counts import Counted, must_fail, times
from tests.faults.test_moments import count, upload
from webapp.boot.audit import files as audit
from webapp.boot.audit.findings import Plan
from webapp.infra import errors, storage
from webapp.infra.settings import Settings
from webapp.infra.storage import FolderStorage, Storage
from webapp.kernel.now import now

pytestmark = pytest.mark.one_db
AT_ALL = timedelta(0)


class Bucket(http.server.BaseHTTPRequestHandler):
    """A bucket that takes part in nothing: `mood` is the status it answers with, 0 for silence."""

    mood = 503

    def do_GET(self) -> None:
        """Answer anything the same."""
        if not self.mood:
            time.sleep(times(3, 30))
            return
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.mood)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_HEAD = do_POST = do_DELETE = do_GET

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@contextmanager
def bucket(mood: int) -> Iterator[Storage]:
    """A bucket in that mood."""
    kind = type("Moody", (Bucket,), {"mood": mood})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    named = {"storage_url": "s3://moody", "s3_endpoint": endpoint, "s3_region": "us-east-1", "s3_key_id": "k"}
    try:
        yield storage.build(Settings(**named, s3_secret="s"))  # type: ignore[arg-type]
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def closed_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    """A folder that is not ours to write to: root may write anywhere, so the refusal is told, not asked for."""
    made = FolderStorage(tmp_path / "closed")

    def refuse(*arguments: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as closed:
        closed.setattr(FolderStorage, "_put", refuse)
        yield made


@pytest.fixture
def hurt(
    app: Flask, clock: Any, client: Any, sign_in: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Any], int]:
    """`hurt(away)`: upload by page and API while the storage is away, then after its return; asserts what holds."""
    whole = FolderStorage(tmp_path / "whole")

    def check(away: Any) -> int:
        stage, asked = contests.set_up(clock.now), 0
        with away as broken:
            app.extensions["fanmade.storage"] = broken
            for speaker in ("page", "api") * times(1, 10):
                answer = upload(client, sign_in, stage, speaker)
                assert answer.status_code == 503, (speaker, answer.status_code)
                assert int(answer.headers["Retry-After"]) > 0
                assert "could not be kept" in answer.text
                asked += 1
        assert count(Submission) == 0, "no row without its file"
        app.extensions["fanmade.storage"] = whole
        for speaker in ("page", "api"):
            assert upload(client, sign_in, stage, speaker).status_code in (201, 302, 303)
        assert list(audit.look(Plan(False, now(), AT_ALL))) == [], "no file without its row"
        return asked

    kept = app.extensions["fanmade.storage"]
    monkeypatch.setitem(app.extensions, "fanmade.storage", kept)
    return check


@pytest.mark.parametrize("mood", ["503", "403", "silent", "nobody", "closed folder"])
def test_storage_that_refuses(
    mood: str, hurt: Any, counted: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "SILENCE", timedelta(seconds=times(1, 20)))
    counted(refused=hurt(_in(mood, tmp_path, monkeypatch)))


def test_storage_that_refuses_control(hurt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the handler that knows a storage's faults from our own, people would read that something broke."""
    monkeypatch.setattr(errors, "STORAGE_REFUSES", set())
    with must_fail("500"):
        hurt(bucket(503))


def _in(mood: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    if mood == "closed folder":
        return closed_folder(tmp_path, monkeypatch)
    if mood == "nobody":
        return nobody()
    return bucket(0 if mood == "silent" else int(mood))


@contextmanager
def nobody() -> Iterator[Storage]:
    """A bucket whose address nobody answers at."""
    with bucket(503) as gone:
        pass
    yield gone
