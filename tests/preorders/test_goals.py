"""Goals: reached once, missed once; the team may decide, else everybody is told and everything given back."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from preorders import goals, printable, queries, recount, service
from preorders.payments import service as payments
from tests.preorders import make
from webapp.infra.db import db
from webapp.kernel.refusal import Refused
from webapp.notices.models import Notice


@pytest.fixture
def order(clock: Any) -> Any:
    clock.at(make.NOW)

    def place(drop_id: int, quantity: int = 1) -> Any:
        person_id = make.person()
        return service.place(
            drop_id, person_id, [make.tee(drop_id, quantity=quantity)], make.HOME, "a-key-of-it", clock.now
        )

    return place


def told(kind: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Notice).where(Notice.kind == kind)) or 0


def the(drop_id: int) -> Any:
    db.session.rollback()
    found = queries.drop(db.session(), drop_id)
    assert found
    return found


def state(drop_id: int, clock: Any) -> Any:
    found = goals.standing(db.session(), the(drop_id), clock.now)
    return found and (found.state, found.lacking)


@pytest.mark.ordinarily("postgres")
def test_a_goal_is_reached_once_by_orders_that_await_nothing(app: Flask, order: Any, run_jobs: Any, clock: Any) -> None:
    drop_id = make.drop(goal=3)
    order(drop_id, 2)
    assert (goals.settle_due(), state(drop_id, clock)) == (0, ("open", 1))
    last = order(drop_id)
    assert [goals.settle_due() for _ in range(3)] == [1, 0, 0]
    run_jobs()
    assert (told("goal-reached"), told("goal-reached-team")) == (2, 1)
    service.cancel(last.id, last.person_id, clock.now)
    clock.advance(days=40)
    assert (goals.settle_due(), state(drop_id, clock)) == (0, ("reached", 1))
    assert printable.may_print(db.session(), the(drop_id))


@pytest.mark.one_db
def test_an_order_that_awaits_its_payment_does_not_count(app: Flask, order: Any, clock: Any) -> None:
    drop_id = make.drop(goal=1, payment="now")
    order(drop_id)
    assert (goals.settle_due(), state(drop_id, clock)) == (0, ("open", 1))


def test_a_missed_goal_waits_for_a_decision_then_calls_off_once(
    app: Flask, order: Any, run_jobs: Any, clock: Any
) -> None:
    drop_id = make.drop(goal=5)
    placed = order(drop_id, 2)
    clock.advance(days=27)
    assert [goals.settle_due() for _ in range(2)] == [1, 0]
    run_jobs()
    assert (told("goal-missed-team"), told("drop-cancelled"), state(drop_id, clock)) == (1, 0, ("missed", 3))
    assert not printable.may_print(db.session(), the(drop_id))
    clock.advance(hours=47)
    assert goals.settle_due() == 0
    clock.advance(hours=1)
    assert [goals.settle_due() for _ in range(2)] == [1, 0]
    run_jobs()
    assert (told("drop-cancelled"), the(drop_id).reserved, state(drop_id, clock)) == (1, 0, ("over", 5))
    assert the(drop_id).cancel_reason == goals.MISSED
    found = queries.preorder(db.session(), placed.id)
    assert found is not None and found.state == "cancelled"
    assert recount.differences(db.session()) == []
    with pytest.raises(Refused):
        goals.print_anyway(drop_id, make.person(), clock.now)


@pytest.mark.one_db
def test_the_team_prints_anyway(app: Flask, order: Any, run_jobs: Any, clock: Any) -> None:
    drop_id, staff = make.drop(goal=5), make.person()
    order(drop_id)
    clock.advance(days=28)
    goals.settle_due()
    goals.print_anyway(drop_id, staff, clock.now)
    with pytest.raises(Refused) as refused:
        goals.print_anyway(drop_id, staff, clock.now)
    assert refused.value.code == "no-goal-missed"
    clock.advance(days=3)
    assert (goals.settle_due(), state(drop_id, clock)) == (0, ("anyway", 4))
    printable.require_print(db.session(), the(drop_id))


@pytest.mark.one_db
def test_what_was_paid_late_counts_before_anything_is_called_off(app: Flask, order: Any, clock: Any) -> None:
    drop_id = make.drop(goal=2)
    order(drop_id)
    clock.at(the(drop_id).closes_at)
    goals.settle_due()
    clock.at(make.NOW)
    order(drop_id)
    clock.advance(days=30)
    assert [goals.settle_due(), state(drop_id, clock)] == [1, ("reached", 0)]


@pytest.mark.one_db
def test_nobody_is_charged_for_a_goal_that_was_missed(app: Flask, order: Any, clock: Any) -> None:
    drop_id = make.drop(goal=2, payment="at_lock")
    order(drop_id)
    clock.advance(days=28)
    service.lock(drop_id, make.person(), clock.now)
    with pytest.raises(Refused) as refused:
        payments.charge_all(drop_id, clock.now)
    assert refused.value.code == "goal-missed"
