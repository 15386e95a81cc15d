"""What can wait gives way to what people wait for."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import services

TELL = "import os, pathlib; print(os.nice(0), os.getsid(0) == os.getpid(), pathlib.Path('{}').read_text())"
SHARES = Path("/proc/self/autogroup")
SHARED_OUT = Path("/proc/sys/kernel/sched_autogroup_enabled")


def told(before: str = "") -> str:
    code = before + TELL.format(SHARES if SHARES.exists() else "/dev/null")
    argv = [sys.executable, "-c", code]
    return subprocess.run(
        argv, cwd=services.ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("asked", [True, False], ids=["asked", "control"])
def test_a_process_and_its_session_give_way(asked: bool) -> None:
    niceness, own_session, *shares = told(
        "from webapp.boot.giving_way import give_way; give_way(); " if asked else ""
    ).split()
    assert (int(niceness) >= 10, own_session == "True") == (asked, asked)
    if SHARED_OUT.exists() and SHARED_OUT.read_text().strip() == "1":
        # Nothing is said of a session that began with the system itself: such a one may run these tests.
        assert (shares[-1:] == ["10"]) is asked
