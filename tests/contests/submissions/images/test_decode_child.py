"""What the child gives up before it looks at a picture."""

import json
import os
import socket
import subprocess
import sys

from contests.submissions.images.limits import Limits
from contests.submissions.images.sandbox import ROOT

SCRIPT = """
import json, os, resource, socket, sys
sys.path.insert(0, sys.argv[1])
from contests.submissions.images.decode_child import renounce
renounce(os.getppid(), json.loads(sys.argv[2]))
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[3])), 2).close()
    reached = True
except OSError:
    reached = False
try:
    bytearray(600 * 1024 * 1024)
    filled = True
except MemoryError:
    filled = False
limits = {name: resource.getrlimit(getattr(resource, name))[0] for name in ("RLIMIT_CPU", "RLIMIT_NOFILE")}
print(json.dumps({"reached": reached, "filled": filled, **limits}))
"""
PROBE = """
import ctypes, os
flags = 0x40000000 if os.geteuid() == 0 else 0x50000000
raise SystemExit(0 if ctypes.CDLL(None).unshare(flags) == 0 else 1)
"""


def test_memory_time_files_and_network_are_given_up():
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = [str(ROOT), json.dumps(Limits().as_json()), str(server.getsockname()[1])]
        said = subprocess.run([sys.executable, "-I", "-c", SCRIPT, *told], capture_output=True, check=True, timeout=30)
    state = json.loads(said.stdout)
    assert not state["filled"]
    assert (state["RLIMIT_CPU"], state["RLIMIT_NOFILE"]) == (20, 64)
    kernel_allows = subprocess.run([sys.executable, "-c", PROBE], check=False).returncode == 0
    assert state["reached"] is not kernel_allows


def test_it_ends_at_once_when_its_parent_is_gone():
    script = SCRIPT.replace("os.getppid()", str(os.getpid() + 100_000))
    told = [str(ROOT), json.dumps(Limits().as_json()), "1"]
    ended = subprocess.run([sys.executable, "-I", "-c", script, *told], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, b"")
