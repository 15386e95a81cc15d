"""Counts are written down once, however many tickers there are and whenever one dies."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from webapp.infra import aside, queue

KEY = "tests:counts"


def _written(totals: list[int], wait: threading.Barrier | None = None) -> None:
    with aside.set_aside(KEY) as found:
        if found is not None:
            count = int(queue.connection().hget(found, "one") or 0)
            if wait:
                wait.wait(10)  # the other ticker comes while this one writes
                wait.wait(10)
            totals.append(count)


@pytest.mark.one_db
def test_of_two_tickers_one_writes(app: Flask) -> None:
    redis, totals, wait = queue.connection(), list[int](), threading.Barrier(2)
    redis.hincrby(KEY, "one", 3)

    def slow() -> None:
        with app.app_context():
            _written(totals, wait)

    first = threading.Thread(target=slow)
    first.start()
    wait.wait(10)
    redis.hincrby(KEY, "one", 4)  # counted meanwhile
    _written(totals)
    assert totals == [], "another is at it"
    wait.wait(10)
    first.join(10)
    _written(totals)
    _written(totals)
    assert totals == [3, 4]


@pytest.mark.one_db
def test_what_a_dying_one_left_is_taken_up(app: Flask) -> None:
    redis, totals = queue.connection(), list[int]()
    redis.hincrby(KEY, "one", 3)
    with pytest.raises(OSError), aside.set_aside(KEY):
        raise OSError("no database")
    redis.hincrby(KEY, "one", 4)
    _written(totals)
    _written(totals)
    assert totals == [3, 4]


@pytest.mark.one_db
def test_one_that_was_too_slow_takes_nothing_from_its_successor(app: Flask) -> None:
    redis, totals = queue.connection(), list[int]()
    redis.hincrby(KEY, "one", 3)
    with aside.set_aside(KEY):
        redis.delete(KEY + aside.TURN)  # its minute is over
        _written(totals)
        redis.hincrby(KEY, "one", 4)
        redis.rename(KEY, KEY + aside.FLUSHING)  # the successor's next turn
    _written(totals)
    assert totals == [3, 4]
