"""Process a picture given as bytes, the way an upload is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contests.submissions.images import sandbox
from contests.submissions.images.limits import Limits
from contests.submissions.images.processed import Processed
from tests import drawing

Process = Callable[..., tuple[Processed, Path]]
ALONE = ("test_hostile.py", "test_parts.py")
"""What hurts is decoded in a process of its own, under its limits: there they are what is tested."""


@pytest.fixture
def process(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Process:
    """`process(data, **limits)` gives what was made and the folder it is in."""
    if request.path.name not in ALONE:
        monkeypatch.setattr(sandbox, "_ask", drawing.here)

    def work(data: bytes, **limits: Any) -> tuple[Processed, Path]:
        original = tmp_path / "original"
        original.write_bytes(data)
        return sandbox.run(original, tmp_path / "out", limits=Limits(**limits)), tmp_path / "out"

    return work
