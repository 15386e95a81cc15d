"""Hostile and broken files: each refused with its own reason, and nothing worse."""

import os
import time

import pytest

from contests.submissions.images import sandbox
from contests.submissions.images.refusals import Unacceptable
from tests import pictures

HOSTILE = pictures.hostile()


@pytest.mark.parametrize("name", HOSTILE)
def test_is_refused_for_the_right_reason(name, process):
    data, codes = HOSTILE[name]
    with pytest.raises(Unacceptable) as refused:
        process(data)
    assert refused.value.code in codes
    assert "%" not in refused.value.sentence()


def test_too_many_bytes_says_how_many_may_be(process):
    with pytest.raises(Unacceptable) as refused:
        process(pictures.png() + bytes(2_000_000), bytes=1_000_000)
    assert refused.value.code == "too-many-bytes"
    assert "1 MB" in refused.value.sentence()


@pytest.mark.parametrize(
    ("limits", "code"),
    [({"cpu_seconds": 1}, "too-complex"), ({"wall_seconds": 0.4}, "too-complex")],
)
def test_a_decoder_that_goes_on_and_on_is_ended(limits, code, process):
    begun = time.monotonic()
    with pytest.raises(Unacceptable) as refused:
        process(pictures.scan_bomb(scans=480), **limits)
    assert refused.value.code == code
    assert time.monotonic() - begun < 15


def test_a_picture_that_needs_more_memory_than_allowed_is_refused(process):
    data = pictures.flat_bomb(6000, 6000)
    with pytest.raises(Unacceptable) as refused:
        process(data, memory_bytes=150 * 1024 * 1024)
    assert refused.value.code == "out-of-memory"
    assert process(data)[0].width == 6000


def play(script, monkeypatch):
    """Let the child run `script` instead of the decoder."""
    monkeypatch.setattr(sandbox, "_BOOT", script)


@pytest.mark.parametrize("signal", ["SIGSEGV", "SIGABRT", "SIGBUS"])
def test_a_crashing_decoder_is_a_refusal(signal, process, monkeypatch):
    play(f"import os, signal; os.kill(os.getpid(), signal.{signal})", monkeypatch)
    with pytest.raises(Unacceptable) as refused:
        process(pictures.png())
    assert refused.value.code == "decoder-crashed"


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGTERM"])
def test_a_decoder_ended_from_outside_is_not_the_fault_of_the_picture(signal, process, monkeypatch):
    play(f"import os, signal; os.kill(os.getpid(), signal.{signal})", monkeypatch)
    with pytest.raises(sandbox.DecoderLost):
        process(pictures.png())


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "not json",
        '{"processed": {}}',
        '{"refused": "no-such-code", "details": {}}',
        '{"refused": ["x"], "details": null}',
    ],
)
def test_nonsense_from_the_child_is_not_believed(said, process, monkeypatch):
    play(f"print({said!r})", monkeypatch)
    with pytest.raises(Unacceptable) as refused:
        process(pictures.png())
    assert refused.value.code == "decoder-crashed"


@pytest.mark.parametrize("name", ["../original", "/etc/passwd", "other.jpg"])
def test_a_child_cannot_make_us_serve_another_file(name, process, monkeypatch, tmp_path):
    made, _folder = process(pictures.png())
    values = made.as_json()
    values["share_card"] |= {"name": name, "bytes": (tmp_path / "original").stat().st_size}
    play(f"import json; print(json.dumps({{'processed': {values!r}}}))", monkeypatch)
    with pytest.raises(Unacceptable) as refused:
        process(pictures.png())
    assert refused.value.code == "decoder-crashed"


def test_nothing_of_the_childs_session_outlives_it(process, monkeypatch, tmp_path):
    note = tmp_path / "pid"
    play(
        "import subprocess, sys, time;"
        f"p = subprocess.Popen(['sleep', '60']); open({str(note)!r}, 'w').write(str(p.pid)); time.sleep(60)",
        monkeypatch,
    )
    with pytest.raises(Unacceptable):
        process(pictures.png(), wall_seconds=2)
    assert _gone(int(note.read_text()))


def _gone(pid: int) -> bool:
    for _ in range(50):
        try:
            os.kill(pid, 0)
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().split()[2] == "Z":
                    return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.1)
    return False


def test_the_child_sees_no_secret_of_the_environment(process, monkeypatch, tmp_path):
    monkeypatch.setenv("FANMADE_SECRET_KEY", "do not tell")
    note = tmp_path / "env"
    play(f"import os; open({str(note)!r}, 'w').write(repr(dict(os.environ)))", monkeypatch)
    with pytest.raises(Unacceptable):
        process(pictures.png())
    assert "LANG" in note.read_text()
    assert "do not tell" not in note.read_text()
