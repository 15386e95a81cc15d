"""A worker that is killed takes its decoder with it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from contests.submissions.images.limits import Limits
from contests.submissions.images.sandbox import ROOT

WORKER = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-I", "-c", sys.argv[1], *sys.argv[2:]])
child.wait()
"""
CHILD = """
import json, os, sys, time
sys.path.insert(0, sys.argv[1])
from contests.submissions.images.decode_child import renounce
renounce(os.getppid(), json.loads(sys.argv[2]))
open(sys.argv[3], "w").write(str(os.getpid()))
time.sleep(60)
"""


def test_the_decoder_dies_with_the_worker(tmp_path):
    note = tmp_path / "pid"
    told = [CHILD, str(ROOT), json.dumps(Limits().as_json()), str(note)]
    worker = subprocess.Popen([sys.executable, "-c", WORKER, *told])
    assert _within(10, lambda: note.exists() and note.read_text().strip() != "")
    decoder = int(note.read_text())
    assert _alive(decoder)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert _within(10, lambda: not _alive(decoder))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _within(seconds: float, met) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if met():
            return True
        time.sleep(0.05)
    return False
