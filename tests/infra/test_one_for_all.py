"""Of those who wait while somebody asks one asks for all; nobody gets an answer older than their question."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from webapp.infra.one_for_all import OneForAll

WAITING = 4


@pytest.mark.parametrize("fails", [False, True])
def test_one_of_those_who_wait_asks_for_all(fails: bool) -> None:
    one: OneForAll[int] = OneForAll()
    asked, go = [], threading.Event()

    def ask() -> int:
        asked.append(None)
        if len(asked) == 1:
            assert go.wait(20)
        if fails and len(asked) == 2:
            raise OSError("away")
        return len(asked)

    with ThreadPoolExecutor(1 + WAITING) as crowd:
        first = crowd.submit(one.answer, ask, 0)
        while not asked:
            time.sleep(0.001)
        others: list[Future[int]] = [crowd.submit(one.answer, ask, 0) for _ in range(WAITING)]
        time.sleep(0.2)  # until all have come: one that comes later would ask for itself
        go.set()
        assert first.result() == 1
        said = [str(each.exception() or each.result()) for each in others]
    assert sorted(said) == (["0"] * (WAITING - 1) + ["away"] if fails else ["2"] * WAITING)
    assert len(asked) == 2
    assert one.answer(ask, 0) == 3, "who comes when nobody asks gets an answer of their own"
