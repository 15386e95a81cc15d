"""Limits asked for in one trip: counted in their order, over a connection that is made anew when it is gone."""

from __future__ import annotations

import os
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Away

from webapp.infra.limit_windows import MARK, Windows

pytestmark = pytest.mark.one_db
SHORT, LONG = ("a/2/1/minute", 2, 60), ("a/3/1/hour", 3, 3600)


@pytest.fixture
def windows(app: Any, redis_url: str) -> Windows:
    return Windows(f"{MARK}{redis_url}", socket_connect_timeout=5, socket_timeout=60)


def test_what_is_refused_uses_up_nothing_of_the_limits_after_it(windows: Windows) -> None:
    assert [windows.first_used_up([SHORT, LONG]) for _ in range(4)] == [None, None, 0, 0]
    assert windows.first_used_up([LONG]) is None  # the third of three: the two refusals were not counted there
    assert windows.first_used_up([LONG]) == 0
    assert windows.first_used_up([("b", 1, 60), LONG]) == 1


def test_they_are_the_librarys_own_windows(windows: Windows) -> None:
    assert windows.first_used_up([SHORT]) is None
    assert windows.acquire_entry(SHORT[0], SHORT[1], SHORT[2]) is True
    assert windows.acquire_entry(SHORT[0], SHORT[1], SHORT[2]) is False
    assert windows.first_used_up([SHORT]) == 0
    assert windows.get_moving_window(SHORT[0], SHORT[1], SHORT[2])[1] == 2


def test_a_connection_that_was_ended_is_made_anew(windows: Windows, redis_url: str) -> None:
    assert windows.first_used_up([SHORT]) is None
    redis: Any = Redis.from_url(redis_url)
    redis.client_kill_filter(_type="normal", skipme=True)
    redis.script_flush()
    assert windows.first_used_up([SHORT]) is None
    assert windows.first_used_up([SHORT]) == 0


def test_with_redis_away_it_says_so_at_once(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    windows.hang_up()
    pool: Any = windows.storage.connection_pool
    monkeypatch.setitem(pool.connection_kwargs, "path" if "path" in pool.connection_kwargs else "port", "1")
    with pytest.raises(Away):
        windows.first_used_up([SHORT])


def test_a_fork_does_not_speak_over_its_parents_connection(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    assert windows.first_used_up([SHORT]) is None
    parents = windows._line()[0]
    child = os.getpid() + 1
    monkeypatch.setattr(os, "getpid", lambda: child)
    assert windows._line()[0] is not parents
