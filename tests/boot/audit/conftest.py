"""An installation that was hurt by hand, on a folder and on a bucket of a local double."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from moto.server import ThreadedMotoServer

from webapp.boot.audit.findings import Finding, Plan
from webapp.boot.audit.run import CHECKS
from webapp.infra import storage
from webapp.infra.db import db
from webapp.infra.settings import Settings
from webapp.infra.storage import Storage
from webapp.kernel.now import now

Look = Callable[..., list[Finding]]


@pytest.fixture(scope="session")
def bucket() -> Iterator[Settings]:
    """Settings that name a bucket of a local double."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/audit", method="PUT"), timeout=10).close()
    named = {"storage_url": "s3://audit/site", "s3_endpoint": endpoint, "s3_region": "us-east-1"}
    try:
        yield Settings(**named, s3_key_id="key", s3_secret="secret")  # type: ignore[arg-type]
    finally:
        server.stop()


@pytest.fixture(params=["folder", "s3"])
def files(request: pytest.FixtureRequest, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """The application's storage, empty, of each kind in turn."""
    settings = Settings(storage_url=f"file://{tmp_path / 'files'}")
    made = storage.build(settings if request.param == "folder" else request.getfixturevalue("bucket"))
    for key in list(made.keys()):
        made.delete(key)
    monkeypatch.setitem(app.extensions, "fanmade.storage", made)
    return made


@pytest.fixture
def look(app: Flask) -> Look:
    """`look("files", repair=True, grace=0)`: what one check finds; minutes of grace."""

    def one(name: str, repair: bool = False, grace: float = 0) -> list[Finding]:
        db.session.rollback()
        check = dict(CHECKS)[name]
        found = list(check(Plan(repair, now(), timedelta(minutes=grace))))
        db.session.rollback()
        return found

    return one
