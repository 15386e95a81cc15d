"""What waits is sent together, by a timer, and never by a process whose parent gathered it."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest
from redis.exceptions import ConnectionError as Away

from webapp.infra import queue, together
from webapp.infra.together import Together

pytestmark = pytest.mark.one_db


def _gather(waiting: Together) -> None:
    for name in ("one", "two", "one"):
        waiting.member("t:set", name)
        waiting.count("t:hash", "page")
    waiting.text("t:text", "1,2,3", 60)


def test_the_timer_sends_it(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = threading.Event()
    monkeypatch.setattr(together, "WAITS", 0.01)
    really = together._send

    def send(*all_of_it: Any) -> None:
        really(*all_of_it)
        sent.set()

    monkeypatch.setattr(together, "_send", send)
    _gather(Together(queue.counters()))
    assert sent.wait(20)
    redis: Any = queue.counters()
    assert redis.smembers("t:set") == {b"one", b"two"}
    assert redis.hgetall("t:hash") == {b"page": b"3"}
    assert redis.get("t:text") == b"1,2,3" and 0 < redis.ttl("t:text") <= 60


def test_it_is_one_trip_and_what_was_sent_is_not_sent_again(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    trips: list[Any] = []
    monkeypatch.setattr(together, "_send", lambda redis, batch: trips.append(batch))
    waiting = Together(queue.counters())
    _gather(waiting)
    waiting.flush()
    waiting.flush()
    assert len(trips) == 1 and trips[0].counts == {("t:hash", "page"): 3}
    _gather(waiting)
    waiting.drop()
    waiting.flush()
    assert len(trips) == 1


def test_a_fork_does_not_send_what_its_parent_gathered(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    trips: list[Any] = []
    monkeypatch.setattr(together, "_send", lambda redis, batch: trips.append(batch))
    waiting = Together(queue.counters())
    _gather(waiting)
    monkeypatch.setattr(os, "getpid", lambda: -1)  # as it is in a child
    waiting.member("t:set", "three")
    waiting.flush()
    assert [batch.members for batch in trips] == [{"t:set": ["three"]}]


def test_with_redis_away_nothing_waits(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*rest: Any) -> None:
        raise Away("gone")

    monkeypatch.setattr(together, "_send", away)
    waiting = Together(queue.counters())
    _gather(waiting)
    waiting.flush()
    assert waiting._taken() is None


def test_a_crowd_that_redis_is_too_slow_for_is_bounded(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST", 3)
    waiting = Together(queue.counters())
    for number in range(9):
        waiting.member("t:set", str(number))
    batch = waiting._taken()
    assert batch and batch.members == {"t:set": ["0", "1", "2"]}
