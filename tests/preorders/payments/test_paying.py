"""Paying at the order: one page, one payment, one receipt, whatever is told twice, late or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from preorders import expiry, queries, recount, service
from preorders.models import OrderEvent, Preorder
from preorders.payments import looking, opening
from preorders.payments import queries as payment_queries
from preorders.payments import service as payments
from preorders.payments.port import Unreachable
from tests.preorders import make
from tests.preorders.payments.conftest import now_of, unlike
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import Refused
from webapp.notices.models import Notice


def told(kind: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Notice).where(Notice.kind == kind)) or 0


def noted(kind: str) -> int:
    return db.session.scalar(select(func.count()).select_from(OrderEvent).where(OrderEvent.kind == kind)) or 0


def costs(order: Any, total_minor: int) -> None:
    with transaction() as session:
        session.get_one(Preorder, order.id).total_minor = total_minor


def kinds_and_states(order: Any) -> list[tuple[str, str]]:
    db.session.rollback()
    return [(each.kind, each.state) for each in payment_queries.of_order(db.session(), order.id)]


def test_a_drop_is_paid_with_each_webhook_twice_and_in_the_wrong_order(
    double: Any, order: Any, opened: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    drop_id = make.drop(payment="now", cap=3)
    placed = order(drop_id, quantity=2)
    assert (placed.state, placed.awaits_payment) == ("awaiting", True)
    session_id = opened(placed)
    asked = double.calls[-1][2]
    assert (asked["mode"], asked["line_items[0][price_data][unit_amount]"]) == ("payment", "5980")
    assert asked["line_items[0][price_data][product_data][name]"] == "2 × Tour tee, M, Black"
    assert asked["metadata[order]"] == asked["client_reference_id"] == placed.number
    assert not any("Aino" in value or "Kirkkokatu" in value for value in asked.values())
    double.complete(session_id)
    twice = [each for event in reversed(double.events) for each in (event, event, unlike(event))]
    assert set(send(*twice)) == {200}
    run_jobs()
    paid = now_of(placed)
    assert (paid.state, paid.paid_at, paid.expires_at) == ("reserved", clock.now, None)
    assert send(*twice) == [200] * 6
    run_jobs()
    assert (told("payment-arrived"), noted("paid"), noted("confirmed")) == (1, 1, 1)
    assert kinds_and_states(placed) == [("checkout", "succeeded")]
    assert recount.differences(db.session()) == []


@pytest.mark.one_db
def test_no_webhook_at_all(double: Any, order: Any, opened: Any, run_jobs: Any, clock: Any) -> None:
    placed = order(make.drop(payment="now"))
    double.complete(opened(placed))
    clock.advance(minutes=6)
    payments.look_at_all(clock.now)
    assert now_of(placed).state == "reserved"


@pytest.mark.one_db
def test_one_page_is_used_again_and_closed_when_the_order_costs_something_else(
    double: Any, order: Any, opened: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    placed = order(make.drop(payment="now"))
    first = opened(placed)
    assert payments.begin(placed.id, placed.person_id, clock.now) == f"/preorders/{placed.number}/pay"
    assert len(double.of("checkout.session")) == 1
    costs(placed, 3990)
    second = opened(placed)
    assert [double.objects[each]["status"] for each in (first, second)] == ["expired", "open"]
    costs(placed, 2990)
    double.complete(second)  # at the price of before
    send(*double.events)
    run_jobs()
    assert (now_of(placed).state, now_of(placed).paid_at, len(double.of("refund"))) == ("awaiting", None, 1)
    assert recount.differences(db.session()) == []
    double.complete(opened(placed))
    send(*double.events)
    run_jobs()
    assert (now_of(placed).state, now_of(placed).refunded_at) == ("reserved", None)


@pytest.mark.one_db
def test_a_short_hold_is_lifted_to_what_a_page_needs(double: Any, order: Any, opened: Any, clock: Any) -> None:
    placed = order(make.drop(payment="now", hold_minutes=10))
    session = double.objects[opened(placed)]
    assert now_of(placed).expires_at == clock.now + timedelta(minutes=30)
    assert session["expires_at"] <= (clock.now + timedelta(minutes=32)).timestamp()


def test_an_unpaid_order_expires_and_its_page_is_closed_first(
    double: Any, order: Any, opened: Any, run_jobs: Any, clock: Any
) -> None:
    drop_id = make.drop(payment="now", cap=1)
    placed = order(drop_id)
    session_id = opened(placed)
    clock.advance(minutes=61)
    assert expiry.expire_due(clock.now) == 0  # its page is still open
    payments.look_at_all(clock.now)
    assert double.objects[session_id]["status"] == "expired"
    assert expiry.expire_due(clock.now) == 1
    assert now_of(placed).state == "expired"
    with pytest.raises(Refused) as refused:
        payments.begin(placed.id, placed.person_id, clock.now)
    assert refused.value.code == "nothing-to-pay"
    assert recount.differences(db.session()) == []
    assert order(drop_id).state == "awaiting"  # the piece is free again


@pytest.mark.one_db
def test_paid_in_the_last_moment_is_confirmed_and_not_expired(double: Any, order: Any, opened: Any, clock: Any) -> None:
    placed = order(make.drop(payment="now"))
    double.complete(opened(placed))
    clock.advance(minutes=61)
    payments.look_at_all(clock.now)
    assert expiry.expire_due(clock.now) == 0
    assert now_of(placed).state == "reserved"


@pytest.mark.one_db
def test_a_slow_transfer_keeps_its_pieces_until_it_is_known(
    double: Any, order: Any, opened: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    slow, lost = order(drop_id := make.drop(payment="now")), order(drop_id)
    for placed in (slow, lost):
        double.complete(opened(placed), status="unpaid")
    clock.advance(minutes=61)
    payments.look_at_all(clock.now)
    assert expiry.expire_due(clock.now) == 0
    intents = [each["id"] for each in double.of("payment_intent")]
    double.arrive(intents[0])
    double.arrive(intents[1], "requires_payment_method")
    send(*double.events)
    run_jobs()
    assert (now_of(slow).state, now_of(lost).state) == ("reserved", "awaiting")
    assert (told("payment-failed"), told("payment-arrived")) == (1, 1)
    assert expiry.expire_due(clock.now) == 1


@pytest.mark.one_db
def test_while_the_provider_is_away_nothing_expires_and_nobody_sees_an_error(
    double: Any, order: Any, opened: Any, clock: Any
) -> None:
    placed = order(make.drop(payment="now"))
    double.break_next("before", "sessions", times=2)  # the SDK asks twice
    with pytest.raises(Refused) as refused:
        payments.begin(placed.id, placed.person_id, clock.now)
    assert (refused.value.code, refused.value.status) == ("payment-away", 503)
    opened(placed)
    clock.advance(minutes=61)
    double.break_next("before", "expire", times=2)
    payments.look_at_all(clock.now)
    assert (expiry.expire_due(clock.now), now_of(placed).state) == (0, "awaiting")
    clock.advance(minutes=1)
    payments.look_at_all(clock.now)
    assert expiry.expire_due(clock.now) == 1


def test_what_comes_for_an_order_that_is_over_goes_back_once(
    double: Any, order: Any, opened: Any, send: Any, run_jobs: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = order(make.drop(payment="now"))
    session_id = opened(placed)
    with monkeypatch.context() as away:
        away.setattr(opening, "close", lambda *args: (_ for _ in ()).throw(Unreachable("away")))
        service.cancel(placed.id, placed.person_id, clock.now)
        run_jobs()
    double.complete(session_id)
    send(*double.events, *double.events)
    run_jobs()
    send(*map(unlike, double.events))
    run_jobs()
    assert (now_of(placed).state, len(double.of("refund")), told("payment-refunded")) == ("cancelled", 1, 1)
    assert (now_of(placed).refunded_at, told("payment-arrived")) == (clock.now, 0)


@pytest.mark.one_db
def test_cancelling_a_paid_order_refunds_it_once(
    double: Any, order: Any, opened: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    placed = order(make.drop(payment="now"))
    double.complete(opened(placed))
    send(*double.events)
    run_jobs()
    service.cancel(placed.id, placed.person_id, clock.now)
    run_jobs()
    send(*double.events, *reversed(double.events))
    run_jobs()
    assert kinds_and_states(placed) == [("checkout", "succeeded"), ("refund", "succeeded")]
    assert (len(double.of("refund")), told("payment-refunded"), noted("refunded")) == (1, 1, 1)


@pytest.mark.one_db
def test_a_process_that_dies_while_a_page_opens_leaves_nothing_that_can_be_paid(
    double: Any, order: Any, opened: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = order(make.drop(payment="now"))
    with monkeypatch.context() as dying:
        dying.setattr(opening, "settle", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            payments.begin(placed.id, placed.person_id, clock.now)
    clock.advance(minutes=3)
    payments.look_at_all(clock.now)
    assert kinds_and_states(placed) == [("checkout", "expired")]
    opened(placed)
    assert kinds_and_states(placed)[-1] == ("checkout", "open")


@pytest.mark.one_db
def test_two_requests_at_once_open_one_page(double: Any, order: Any, clock: Any) -> None:
    placed = order(make.drop(payment="now"))
    opening._written(placed, queries.drop(db.session(), placed.drop_id), "checkout", clock.now)
    assert payments.begin(placed.id, placed.person_id, clock.now) == f"/preorders/{placed.number}/pay"
    assert double.of("checkout.session") == []  # the other request is opening it


@pytest.mark.one_db
def test_messages_are_believed_only_with_a_fresh_signature(
    app: Flask, csrf: None, double: Any, client: Any, send: Any
) -> None:
    event = {"id": "evt_x", "object": "event", "type": "refund.updated", "data": {"object": {"id": "re_unknown"}}}
    assert send(event, event) == [200, 200]
    assert send(event, age=400) == [400]
    for headers in ({}, {"Stripe-Signature": "t=1,v1=00"}, {"Stripe-Signature": "nonsense"}):
        assert client.post("/payments/stripe/webhook", data=b"{}", headers=headers).status_code == 400
    assert client.post("/payments/stripe/webhook", data=b"\xff").status_code == 400


@pytest.mark.one_db
def test_pages_lead_there_and_back(
    double: Any, order: Any, client: Any, sign_in: Any, new_client: Any, run_jobs: Any
) -> None:
    placed = order(make.drop(payment="now"))
    sign_in(client, placed.person_id)
    here = f"/preorders/{placed.number}"
    away = client.post(f"{here}/pay")
    assert (away.status_code, away.headers["Location"]) == (303, f"{here}/pay")
    on = client.get(f"{here}/pay").text
    session = double.of("checkout.session")[0]
    assert f'content="0;url={session["url"]}"' in on and f'href="{session["url"]}"' in on
    assert "load delay" not in client.get(f"{here}/payment?left=1").text
    double.complete(session["id"])
    assert "load delay" in client.get(f"{here}/payment").text
    run_jobs()  # woken by coming back, without any message
    assert "Paid. Thank you!" in client.get(f"{here}/payment").text
    stranger = new_client()
    sign_in(stranger, make.person())
    assert [stranger.get(f"{here}/{page}").status_code for page in ("pay", "payment")] == [404, 404]
    assert stranger.post(f"{here}/pay").status_code == 404


@pytest.mark.one_db
def test_what_costs_nothing_needs_no_page(double: Any, order: Any, clock: Any) -> None:
    drop_id = make.drop(payment="none")
    placed = order(drop_id)
    assert payments.begin(placed.id, placed.person_id, clock.now) is None
    assert double.calls == []
    assert looking.look_at_all(clock.now) == 0
