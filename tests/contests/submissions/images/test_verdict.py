"""The verdict on local files, as a command and as a value."""

import json
import subprocess
import sys

from contests.submissions.images.sandbox import ROOT
from contests.submissions.images.verdict import verdict_on
from tests import pictures

KEYS = ["file", "verdict", "reason", "message", "format", "width", "height", "orientation_applied"]
KEYS += ["mode", "icc", "metadata_removed", "metadata_found", "frames", "print"]


def test_one_json_line_for_each_file(tmp_path):
    (tmp_path / "good.jpg").write_bytes(pictures.turned(6))
    (tmp_path / "bad.png").write_bytes(b"nothing")
    names = ["good.jpg", "bad.png", "missing.png"]
    command = [sys.executable, "-m", "contests.submissions.images", *(str(tmp_path / name) for name in names)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    good, bad, missing = (json.loads(line) for line in said.stdout.splitlines())
    assert list(good) == KEYS
    assert (good["verdict"], good["reason"], good["width"]) == ("accepted", None, 64)
    assert good["orientation_applied"] is True
    assert (bad["verdict"], bad["reason"]) == ("refused", "not-a-picture")
    assert bad["message"].startswith("This file is not a picture.")
    assert missing["reason"] == "unreadable-file"


def test_a_folder_gets_a_verdict_too(tmp_path):
    assert verdict_on(tmp_path)["verdict"] == "refused"


def test_without_files_it_says_how():
    command = [sys.executable, "-m", "contests.submissions.images"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert said.returncode == 2
    assert "FILE" in said.stderr
