"""Fixtures for tests on designs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contests.submissions.stage import Stage, set_up
from webapp.infra.storage import storage


@pytest.fixture
def stage(app: Any, clock: Any) -> Stage:
    """A running contest with a fan and a moderator, at a clock that stands still, and an empty storage."""
    for key in list(storage().keys("")):
        storage().delete(key)
    return set_up(clock.now)
