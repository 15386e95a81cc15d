"""What is no file is no picture, and is never waited for."""

import os
from pathlib import Path

import pytest

from contests.submissions.images.verdict import verdict_on


@pytest.mark.timeout(20)
def test_a_pipe_a_device_and_a_folder_get_a_verdict(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "zero.png").symlink_to("/dev/zero")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere")
    for name in ("pipe.png", "zero.png", "folder.png", "gone.png"):
        verdict = verdict_on(tmp_path / name)
        assert (verdict["verdict"], verdict["reason"]) == ("refused", "unreadable-file"), name
