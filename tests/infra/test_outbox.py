"""What is new is told by one call, however many facts there are; what failed has calls of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import select

from webapp.infra import outbox, queue
from webapp.infra.db import db, transaction
from webapp.infra.outbox import Delivery
from webapp.kernel.facts import Fact

told: list[int] = []


@dataclass(frozen=True)
class Rang(Fact):
    """A bell rang."""

    number: int


def hear(number: int) -> None:
    told.append(number)


def stumble(number: int) -> None:
    if number == 1:
        raise LookupError("the bell has a crack")


@pytest.fixture
def bell(app: Flask, clock: Any) -> Iterator[Callable[..., None]]:
    registry = app.extensions["fanmade.outbox"]
    kept = dict(registry.handlers), dict(registry.by_fact)
    registry.subscribe(Rang, [stumble, hear])
    told.clear()

    def ring(*numbers: int, later: bool = False) -> None:
        with transaction() as session:
            for number in numbers:
                outbox.record(session, Rang(number), outbox.now() + timedelta(hours=1) if later else None)

    yield ring
    registry.handlers, registry.by_fact = kept


def waiting() -> list[str]:
    return [job.func_name for job in Queue("outbox", connection=queue.connection(), serializer="json").jobs]


def owed() -> list[tuple[str, int]]:
    db.session.rollback()
    rows = db.session.execute(select(Delivery.handler, Delivery.attempts).where(Delivery.done_at.is_(None)))
    return [(handler.rpartition(".")[2], attempts) for handler, attempts in rows]


def test_a_rush_is_one_call(bell: Callable[..., None], run_jobs: Any) -> None:
    for number in range(10, 30):
        bell(number, 2 * number)
    assert waiting() == ["webapp.infra.outbox.deliver_new"]
    run_jobs("outbox", sweep=False)
    assert sorted(told) == sorted([*range(10, 30), *range(20, 60, 2)])
    assert owed() == [] and waiting() == []
    bell(5)  # who comes after the call began wakes anew
    assert len(waiting()) == 1


def test_what_failed_is_left_to_the_sweep(bell: Callable[..., None], run_jobs: Any, clock: Any) -> None:
    bell(0, 1, 2)
    run_jobs("outbox", sweep=False)
    assert told == [0, 1, 2] and owed() == [("stumble", 1)]
    clock.advance(minutes=5)
    assert outbox.deliver_new() == 0, "a second try is a call of its own"
    assert outbox.sweep() == 1 and waiting() == ["webapp.infra.outbox.deliver"]
    run_jobs("outbox", sweep=False)
    assert owed() == [("stumble", 2)] and told == [0, 1, 2]


def test_what_is_told_later_is_not_told_now(bell: Callable[..., None], run_jobs: Any, clock: Any) -> None:
    bell(7, later=True)
    assert waiting() == []
    assert outbox.deliver_new() == 0
    clock.advance(hours=2)
    assert outbox.deliver_new() == 2 and told == [7]


def test_a_call_ends_after_its_spell_and_another_goes_on(
    bell: Callable[..., None], run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "SPELL", -1)
    bell(3, 4)
    queue.connection().delete("rq:queue:outbox")
    assert outbox.deliver_new() == 1
    assert waiting() == ["webapp.infra.outbox.deliver_new"]
    run_jobs("outbox", sweep=False)
    assert sorted(told) == [3, 4] and owed() == []
