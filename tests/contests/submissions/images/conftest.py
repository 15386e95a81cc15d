"""Process a picture given as bytes, the way an upload is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contests.submissions.images.limits import Limits
from contests.submissions.images.processed import Processed
from contests.submissions.images.sandbox import run

Process = Callable[..., tuple[Processed, Path]]


@pytest.fixture
def process(tmp_path: Path) -> Process:
    """`process(data, **limits)` gives what was made and the folder it is in."""

    def work(data: bytes, **limits: Any) -> tuple[Processed, Path]:
        original = tmp_path / "original"
        original.write_bytes(data)
        return run(original, tmp_path / "out", limits=Limits(**limits)), tmp_path / "out"

    return work
