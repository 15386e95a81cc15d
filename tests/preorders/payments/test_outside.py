"""Money given back on the provider's own pages: seen once, whatever is told twice, early or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from preorders import queries, recount, service
from preorders.exports.scopes import rows_of
from preorders.exports.templates import TEMPLATES
from preorders.models import OrderEvent
from preorders.order_list import Filters
from preorders.payments import jobs, looking
from preorders.payments import queries as payment_queries
from tests.preorders import make
from tests.preorders.payments.conftest import now_of, unlike
from webapp.infra.db import db
from webapp.notices.models import Notice


def refunds(order: Any) -> list[tuple[str, int]]:
    db.session.rollback()
    found = payment_queries.of_order(db.session(), order.id)
    return [(each.state, each.amount_minor) for each in found if each.kind == "refund"]


def counted(model: Any, kind: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(model.kind == kind)) or 0


def in_finance(drop_id: int) -> list[int]:
    columns = TEMPLATES["finance"].choices
    return list(db.session.scalars(rows_of("order", drop_id, Filters(), [columns["refunds"].expression()])))


def intent_of(double: Any, session_id: str) -> str:
    return str(double.objects[session_id]["payment_intent"])


def test_a_refund_of_the_dashboard_is_seen_once_told_first_and_twice(
    double: Any, order: Any, opened: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    drop_id = make.drop(payment="now", cap=3)
    placed = order(drop_id)
    session_id = opened(placed)
    double.complete(session_id)
    paid, double.events = double.events, []
    double.give_back(intent_of(double, session_id))
    # The refund is told of before anybody here knows of the payment; then everything twice.
    told = [each for event in double.events for each in (event, event, unlike(event))]
    send(*told)
    run_jobs()
    assert refunds(placed) == []
    send(*paid, *paid)
    run_jobs()
    assert (refunds(placed), now_of(placed).refunded_at) == ([("succeeded", 2990)], clock.now)
    send(*reversed(told), *paid)
    run_jobs()
    assert (refunds(placed), in_finance(drop_id)) == ([("succeeded", 2990)], [2990])
    assert (counted(OrderEvent, "refunded"), counted(Notice, "payment-refunded")) == (1, 1)
    # The order itself stays, as after a refund of the team: its piece is still kept, and nothing more goes back.
    drop = queries.drop(db.session(), drop_id)
    assert drop and (now_of(placed).state, drop.reserved) == ("reserved", 1)
    service.cancel(placed.id, placed.person_id, clock.now)
    run_jobs()
    assert len(double.of("refund")) == 1
    assert recount.differences(db.session()) == []


def test_a_part_given_back_outside_leaves_the_rest_to_cancelling(
    double: Any, order: Any, opened: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    placed = order(make.drop(payment="now"))
    session_id = opened(placed)
    double.complete(session_id)
    send(*double.events)
    run_jobs()
    double.give_back(intent_of(double, session_id), 1000)
    send(*double.events)
    run_jobs()
    assert (refunds(placed), now_of(placed).refunded_at) == ([("succeeded", 1000)], None)
    double.give_back(intent_of(double, session_id), 500)  # nobody told us of this one
    double.events = []
    service.cancel(placed.id, placed.person_id, clock.now)
    run_jobs()
    assert [each["amount"] for each in double.of("refund")] == [1000, 500, 1490]
    assert refunds(placed) == [("succeeded", 1000), ("succeeded", 1490)]
    send({"id": "evt_late", "object": "event", "type": "refund.updated", "data": {"object": double.of("refund")[1]}})
    run_jobs()
    assert refunds(placed) == [("succeeded", 1000), ("succeeded", 1490), ("succeeded", 500)]
    assert now_of(placed).refunded_at is not None
    assert recount.differences(db.session()) == []


@pytest.mark.one_db
def test_what_was_given_back_beside_us_is_not_given_twice(
    double: Any, order: Any, opened: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    placed = order(make.drop(payment="now"))
    session_id = opened(placed)
    double.complete(session_id)
    send(*double.events)
    run_jobs()
    double.give_back(intent_of(double, session_id))  # and its message is lost
    service.cancel(placed.id, placed.person_id, clock.now)
    run_jobs()
    assert sorted(refunds(placed)) == [("expired", 2990), ("succeeded", 2990)]
    assert now_of(placed).refunded_at is not None
    assert recount.differences(db.session()) == []


@pytest.mark.one_db
def test_a_refund_that_is_on_its_way_and_fails_at_the_bank(
    double: Any, order: Any, opened: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    placed = order(make.drop(payment="now"))
    session_id = opened(placed)
    double.complete(session_id)
    send(*double.events)
    run_jobs()
    refund = double.give_back(intent_of(double, session_id), status="pending")
    send(*double.events)
    run_jobs()
    assert refunds(placed) == [("open", 2990)]
    refund["status"] = "failed"
    clock.advance(minutes=70)
    jobs.look_at_due()
    run_jobs()
    assert (refunds(placed), counted(Notice, "refund-failed")) == ([("failed", 2990)], 1)
    assert looking.look_at_all(clock.now) == 0
