"""What is kept for a second: never longer, and never past this process's own commits."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from flask import Flask

from webapp.infra import kept as keeping
from webapp.infra.db import db, transaction
from webapp.infra.kept import is_noted, kept, note
from webapp.infra.outbox import _DONE
from webapp.infra.short_ways import strike
from webapp.kernel.now import now

pytestmark = pytest.mark.one_db


def test_a_value_is_made_again_after_a_second_and_after_a_commit(app: Flask, monkeypatch: Any) -> None:
    numbers, key = count(1), ("number", 1)
    assert [kept(key, lambda: next(numbers)) for _ in range(2)] == [1, 1]
    with transaction(quiet=True):
        pass
    assert kept(key, lambda: next(numbers)) == 1
    with transaction():
        pass
    assert kept(key, lambda: next(numbers)) == 2
    with pytest.raises(ZeroDivisionError), transaction():
        _ = 1 // 0
    assert kept(key, lambda: next(numbers)) == 2
    monkeypatch.setattr(keeping, "LASTS", -1.0)
    assert [kept(("short",), lambda: next(numbers)) for _ in range(2)] == [3, 4]


def test_a_commit_while_a_value_is_made_makes_it_old(app: Flask) -> None:
    def slow() -> int:
        with transaction():
            pass
        return 1

    assert kept(("slow",), slow) == 1
    assert kept(("slow",), lambda: 2) == 2


def test_none_is_not_kept_and_what_was_noted_is_known(app: Flask) -> None:
    answers: Any = iter([None, 5])
    assert [kept(("none",), lambda: next(answers)) for _ in range(3)] == [None, 5, 5]
    assert not is_noted(("said", 1))
    note(("said", 1))
    assert is_noted(("said", 1)) and not is_noted(("said", 2))
    keeping.forget(app)
    assert not is_noted(("said", 1))


def test_a_strike_is_a_transaction_of_its_own(app: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError):
        strike(_DONE, {"delivery": 1, "moment": now()})
    assert strike(_DONE, {"delivery": 1, "moment": now()}) == []
    assert not db.session().in_transaction()


def test_what_is_over_is_let_go_and_what_lasts_longer_outlives_commits(app: Flask, monkeypatch: Any) -> None:
    values = keeping.store(keeping.VALUES)
    monkeypatch.setattr(keeping, "LASTS", -1.0)
    for number in range(50):
        kept(("over", number), lambda: 1)
    assert len([key for key in values if key[0] == "over"]) <= 1
    numbers = count(1)
    with transaction():
        assert kept(("longer",), lambda: next(numbers), 20.0) == 1
    assert kept(("longer",), lambda: next(numbers), 20.0) == 1
