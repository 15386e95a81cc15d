"""Fixtures for tests on drawings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contests.submissions.stage import Stage
from tests.contests.submissions.studio.easel import contest_to_draw_for
from webapp.infra.storage import storage


@pytest.fixture
def easel(app: Any, clock: Any) -> Stage:
    """A running contest with products, and an empty storage."""
    for key in list(storage().keys("")):
        storage().delete(key)
    return contest_to_draw_for(clock.now)


@pytest.fixture
def fan(easel: Stage, client: Any, sign_in: Any) -> Any:
    """The signed-in browser of the contest's fan."""
    sign_in(client, easel.fan)
    return client
