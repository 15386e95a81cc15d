"""Uploads and a virus check: clean ones are kept, others are not, and none while the check is away."""

from __future__ import annotations

import contextlib
import socketserver
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contests.submissions import service
from contests.submissions.studio import service as studio
from contests.submissions.studio.owners import Owner
from tests.contests.submissions.stage import Stage
from tests.pictures import png
from webapp.infra import antivirus
from webapp.infra.settings import BadSettings, Settings
from webapp.infra.storage import storage
from webapp.kernel.refusal import Refused

pytestmark = pytest.mark.one_db
BAD = png(66, 66)


class Clamd(socketserver.StreamRequestHandler):
    """Speaks what clamd speaks: INSTREAM with a NUL, pieces with their length, one answer with a NUL."""

    def handle(self) -> None:
        server: Any = self.server
        server.asked += 1
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        assert command == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
        server.seen.append(data)
        answer = b"stream: Eicar-Signature FOUND\0" if data == BAD else b"stream: OK\0"
        self.wfile.write(server.answers.pop(0) if server.answers else answer)


@contextlib.contextmanager
def running_clamd(server: Any) -> Iterator[Any]:
    server.asked, server.seen, server.answers, server.daemon_threads = 0, [], [], True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(params=["tcp", "unix"])
def clamd(request: pytest.FixtureRequest, app: Any, tmp_path: Path, monkeypatch: Any) -> Iterator[Any]:
    monkeypatch.setattr(antivirus, "PAUSE", 0)
    if request.param == "tcp":
        server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
        address = f"127.0.0.1:{server.server_address[1]}"
    else:
        server = socketserver.ThreadingUnixStreamServer(str(tmp_path / "s"), Clamd)
        address = f"unix:{tmp_path / 's'}"
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], clamd=address)
    with running_clamd(server):
        yield server


def begin(stage: Stage, data: bytes) -> service.Begun:
    return service.begin(stage.contest, stage.fan, data, "a.png", stage.now)


def refusal(stage: Stage, data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        begin(stage, data)
    assert not list(storage().keys("")), "nothing is kept of it"
    return refused.value.code


def test_a_clean_one_is_kept_and_a_bad_one_is_not(clamd: Any, stage: Stage) -> None:
    assert refusal(stage, BAD) == "file-unsafe"
    with pytest.raises(Refused) as refused:
        studio.upload(stage.contest, Owner(None, "x" * 32), BAD, "a.png", stage.now)
    assert refused.value.code == "file-unsafe"
    begin(stage, png(70, 70))
    assert clamd.seen == [BAD, BAD, png(70, 70)], "every byte was looked at"


def test_while_the_check_is_away_nothing_is_taken(clamd: Any, stage: Stage, app: Any) -> None:
    clamd.answers = [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: O"]
    assert refusal(stage, png()) == "scan-away"
    assert clamd.asked == antivirus.TRIES
    clamd.answers = [b"", b"nonsense\0"]
    begin(stage, png())  # the third try is answered
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], clamd="127.0.0.1:1")
    with pytest.raises(Refused) as refused:
        begin(stage, png(71, 71))
    assert (refused.value.code, refused.value.status) == ("scan-away", 503)


def test_an_address_that_is_none_stops_the_start(tmp_path: Path) -> None:
    for wrong in ("clamd", "tcp://x:3310", "unix:clamd.ctl", "host:port", "a b:1"):
        with pytest.raises(BadSettings):
            Settings.from_env({"FANMADE_DATA": str(tmp_path), "FANMADE_CLAMD": wrong})
    for right in ("clamd:3310", "[::1]:3310", "unix:/run/clamav/clamd.ctl"):
        assert Settings.from_env({"FANMADE_DATA": str(tmp_path), "FANMADE_CLAMD": right}).clamd == right
