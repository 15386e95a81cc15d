"""Charged at the lock: each order once, whatever dies, is pressed twice or is refused."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from preorders import queries, recount, service
from preorders.models import Preorder
from preorders.payments import charging, looking, refunding
from preorders.payments import queries as payment_queries
from preorders.payments import service as payments
from preorders.payments.jobs import sweep
from preorders.payments.rows import Charged
from preorders.royalties import queries as royalties
from preorders.shipping import parcels, planning
from preorders.shipping import queries as parcel_queries
from preorders.shipping.importing import Row
from tests.preorders import make
from tests.preorders.payments.conftest import now_of, unlike
from tests.preorders.payments.test_paying import kinds_and_states, told
from webapp.infra.db import db
from webapp.kernel.refusal import Refused


@pytest.fixture
def saved(double: Any, order: Any, opened: Any, send: Any, run_jobs: Any) -> Any:
    """`saved(count)` makes a drop charged at the lock, with so many orders whose buyers saved a card; it is locked."""

    def make_drop(count: int, refused: tuple[int, ...] = (), lock: bool = True) -> tuple[int, list[Any]]:
        story = make.story()
        drop_id = make.drop(payment="at_lock", told=story)
        placed = [order(drop_id) for _ in range(count)]
        for number, each in enumerate(placed):
            double.complete(opened(each), customer=f"cus_{number}")
        double.declines |= {f"cus_{number}": "insufficient_funds" for number in refused}
        send(*double.events, *double.events)
        run_jobs()
        assert {now_of(each).state for each in placed} == {"reserved"}
        if lock:
            service.lock(drop_id, story.staff_id, make.NOW)
        return drop_id, placed

    return make_drop


def taken(double: Any) -> list[str]:
    """Whose money was taken, in order of their customers."""
    return sorted(each["customer"] for each in double.of("payment_intent") if each["status"] == "succeeded")


def failed_at(order: Any) -> Any:
    db.session.rollback()
    return db.session.scalar(select(Preorder.payment_failed_at).where(Preorder.id == order.id))


def test_a_drop_is_charged_at_the_lock(
    double: Any, saved: Any, opened: Any, send: Any, run_jobs: Any, client: Any, sign_in: Any, clock: Any
) -> None:
    drop_id, placed = saved(3, refused=(1,), lock=False)
    with pytest.raises(Refused) as refused:
        payments.charge_all(drop_id, clock.now)
    assert refused.value.code == "not-locked"
    assert double.of("payment_intent") == []  # saving costs nothing
    drop = queries.drop(db.session(), drop_id)
    service.lock(drop_id, make.person(), clock.now)
    assert payments.charge_all(drop_id, clock.now) == Charged(done=0, failed=0, waiting=3)
    run_jobs()
    assert payments.charge_all(drop_id, clock.now) == Charged(done=2, failed=1, waiting=0)
    send(*double.events, *reversed(double.events), *map(unlike, double.events))
    run_jobs()
    sweep()
    assert taken(double) == ["cus_0", "cus_2"]
    assert (told("payment-arrived"), told("payment-failed")) == (2, 1)
    assert drop is not None and drop.charged_at is None
    db.session.rollback()
    assert queries.drop(db.session(), drop_id).charged_at == clock.now  # type: ignore[union-attr]
    # Who was refused pays on the order's page; then there is nothing left to charge.
    unpaid = placed[1]
    assert failed_at(unpaid) == clock.now
    sign_in(client, unpaid.person_id)
    page = client.get(f"/preorders/{unpaid.number}/payment").text
    assert "not enough money" in page and "Pay now" in page
    double.complete(opened(unpaid))
    send(*double.events)
    run_jobs()
    assert (now_of(unpaid).paid_at, failed_at(unpaid)) == (clock.now, None)
    assert payments.charge_all(drop_id, clock.now, again=True) == Charged(done=3, failed=0, waiting=0)
    with pytest.raises(Refused):
        payments.charge_again(unpaid.id, clock.now)
    run_jobs()
    assert [each["status"] for each in double.of("payment_intent")].count("succeeded") == 3
    assert recount.differences(db.session()) == []


@pytest.mark.ordinarily("postgres")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_that_dies_around_the_request_charges_nobody_twice(
    double: Any, saved: Any, clock: Any, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    drop_id, placed = saved(3)
    payments.charge_all(drop_id, clock.now)
    real = looking._ask

    def dies(here: Any, payment: Any, order: Any, now: Any) -> Any:
        answer = real(here, payment, order, now) if moment == "after" or payment.preorder_id == placed[0].id else None
        if payment.preorder_id != placed[0].id:
            raise KeyboardInterrupt
        return answer

    with monkeypatch.context() as dying:
        dying.setattr(looking, "_ask", dies)
        with pytest.raises(KeyboardInterrupt):
            payments.look_at_all(clock.now)
    double.calls.clear()
    for _ in range(2):
        payments.charge_all(drop_id, clock.now)
        payments.look_at_all(clock.now)
    assert double.calls == []  # leased: nobody else touches them yet
    clock.advance(days=2)  # longer than the provider remembers our keys
    double._kept.clear()
    payments.look_at_all(clock.now)
    assert taken(double) == ["cus_0", "cus_1", "cus_2"]
    assert payments.charge_all(drop_id, clock.now) == Charged(3, 0, 0)
    assert {each for order in placed for each in kinds_and_states(order)} == {
        ("setup", "succeeded"),
        ("charge", "succeeded"),
    }


@pytest.mark.one_db
def test_a_card_saved_after_the_charges_is_charged_too(
    double: Any, saved: Any, order: Any, opened: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    drop_id, placed = saved(1, lock=False)
    late = order(drop_id)
    page = opened(late)
    service.lock(drop_id, placed[0].person_id, clock.now)
    payments.charge_all(drop_id, clock.now)
    run_jobs()
    sweep()
    double.complete(page, customer="cus_late")
    send(*double.events, *double.events)
    run_jobs()
    assert (taken(double), now_of(late).paid_at) == (["cus_0", "cus_late"], clock.now)


@pytest.mark.one_db
def test_an_answer_that_is_lost_is_asked_for_and_a_slow_one_waited_for(
    double: Any, saved: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    drop_id, placed = saved(1)
    double.slow_charges = True
    double.break_next("after", "payment_intents", times=2)
    payments.charge_all(drop_id, clock.now)
    payments.look_at_all(clock.now)
    assert payment_queries.charges(db.session(), drop_id) == Charged(0, 0, 1)
    clock.advance(hours=2)
    payments.look_at_all(clock.now)
    assert len(double.of("payment_intent")) == 1
    double.arrive(double.of("payment_intent")[0]["id"])
    send(*double.events)
    run_jobs()
    assert now_of(placed[0]).paid_at == clock.now


@pytest.mark.one_db
def test_who_cancels_before_the_charge_is_sent_is_not_charged_and_after_it_is_refunded(
    double: Any, saved: Any, run_jobs: Any, clock: Any
) -> None:
    drop_id, (early, late) = saved(2)
    charging.charge_all(drop_id, clock.now)
    drop = queries.drop(db.session(), drop_id)
    assert drop is not None
    service.cancel_for(early.id, drop.artist_id, make.person(), "As you asked", clock.now)
    run_jobs()
    service.cancel_for(late.id, drop.artist_id, make.person(), "As you asked", clock.now)
    run_jobs()
    assert (taken(double), len(double.of("refund"))) == (["cus_1"], 1)
    assert kinds_and_states(early)[-1] == ("charge", "expired")
    assert now_of(late).refunded_at == clock.now


def test_two_who_charge_at_once_write_one_row(double: Any, saved: Any, clock: Any) -> None:
    _drop_id, placed = saved(2)
    for again in (False, True, True):
        charging._write([each.id for each in placed], again, clock.now)
    charged = [kind for order in placed for kind, _state in kinds_and_states(order) if kind == "charge"]
    payments.look_at_all(clock.now)
    assert (len(charged), taken(double)) == (2, ["cus_0", "cus_1"])


def test_a_storm_of_refunds_gives_back_once(
    app: Flask, double: Any, saved: Any, run_jobs: Any, clock: Any, storm: Any
) -> None:
    drop_id, (placed,) = saved(1)
    payments.charge_all(drop_id, clock.now)
    run_jobs()
    staff = make.person()
    codes = storm(lambda: payments.refund(placed.id, staff, "Lost in the post", clock.now), 8)
    run_jobs()
    assert (codes.count(1), codes.count("nothing-paid")) == (1, 7)
    assert (len(double.of("refund")), told("payment-refunded")) == (1, 1)
    with pytest.raises(Refused) as refused:
        payments.refund(placed.id, staff, "  ", clock.now)
    assert refused.value.code == "no-reason"


@pytest.mark.one_db
def test_a_refund_that_fails_is_told_to_the_team_and_may_be_tried_again(
    double: Any, saved: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    drop_id, (placed,) = saved(1)
    payments.charge_all(drop_id, clock.now)
    run_jobs()
    assert refunding.refund(placed.id, None, "", clock.now) == 1
    run_jobs()
    assert now_of(placed).refunded_at == clock.now
    refund = double.of("refund")[0]
    refund |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}  # the bank sends it back
    double._happen("refund.failed", refund)
    send(*double.events)
    run_jobs()
    assert (now_of(placed).refunded_at, told("refund-failed")) == (None, 1)
    double.objects.pop(refund["id"])
    assert refunding.refund(placed.id, None, "", clock.now) == 1
    run_jobs()
    assert now_of(placed).refunded_at == clock.now


def test_a_drop_called_off_gives_everything_back_once(
    double: Any, saved: Any, send: Any, run_jobs: Any, clock: Any
) -> None:
    drop_id, placed = saved(3, refused=(2,))
    payments.charge_all(drop_id, clock.now)
    run_jobs()
    payments.begin(placed[2].id, placed[2].person_id, clock.now)
    service.cancel_drop(drop_id, make.person(), "The printer burned down.", clock.now)
    run_jobs()
    send(*double.events, *double.events)
    run_jobs()
    assert (len(double.of("refund")), told("payment-refunded"), told("drop-cancelled")) == (2, 2, 3)
    assert {each["status"] for each in double.of("checkout.session") if each["mode"] == "payment"} == {"expired"}


@pytest.mark.one_db
def test_the_desk_gives_back_with_a_reason(
    double: Any, saved: Any, run_jobs: Any, client: Any, new_client: Any, sign_in: Any, clock: Any
) -> None:
    drop_id, (placed, refused) = saved(2, refused=(1,))
    payments.charge_all(drop_id, clock.now)
    run_jobs()
    drop = queries.drop(db.session(), drop_id)
    assert drop is not None
    staff = staff_of(drop.artist_id)
    here = f"/team/night-line/drops/{drop_id}/orders"
    sign_in(client, staff)
    assert client.post(f"{here}/{placed.number}/refund", data={"reason": " "}).status_code == 422
    assert client.post(f"{here}/{placed.number}/refund", data={"reason": "Moth eaten"}).status_code == 302
    double.declines.clear()
    assert client.post(f"{here}/{refused.number}/charge").status_code == 302
    assert client.post(f"{here}/FM-0000-00/refund", data={"reason": "x"}).status_code == 404
    stranger = new_client()
    sign_in(stranger, placed.person_id)
    assert stranger.post(f"{here}/{placed.number}/refund", data={"reason": "x"}).status_code == 404
    run_jobs()
    assert (now_of(placed).refunded_at, now_of(refused).paid_at) == (clock.now, clock.now)


def staff_of(artist_id: int) -> int:
    from webapp.accounts import queries as accounts

    return accounts.team(db.session(), artist_id, "merch_staff")[0]


def test_what_nobody_paid_for_is_made_and_sent_by_decision_alone(saved: Any, run_jobs: Any, clock: Any) -> None:
    drop_id, placed = saved(2, refused=(1,))
    drop, unpaid, staff = queries.drop(db.session(), drop_id), placed[1], make.person()
    assert drop
    payments.charge_all(drop_id, clock.now)
    run_jobs()
    sweep()
    assert royalties.sold(db.session(), drop_id).pieces == 1
    db.session.rollback()
    with pytest.raises(Refused) as refused:
        service.produce(drop_id, staff, clock.now)
    assert refused.value.code == "not-paid"
    service.produce(drop_id, staff, clock.now, unpaid_too=True)
    assert service.ship(drop_id, staff, None, "", clock.now) == 1
    assert [now_of(each).state for each in placed] == ["shipped", "reserved"]
    with pytest.raises(Refused) as refused:
        parcels.send(unpaid.id, drop.artist_id, staff, None, "", "T1", clock.now)
    assert refused.value.code == "not-paid"
    plan = planning.plan(
        [Row(1, unpaid.number, "T1")], parcel_queries.open_orders(db.session(), drop_id, [unpaid.number])
    )
    assert plan.left == [(1, "not-paid")]
    db.session.rollback()
    with pytest.raises(Refused) as refused:
        service.finish(drop_id, staff, clock.now)
    assert refused.value.code == "orders-wait"
    parcels.send(unpaid.id, drop.artist_id, staff, None, "", "T1", clock.now, unpaid_too=True)
    assert royalties.sold(db.session(), drop_id).pieces == 2
    assert recount.differences(db.session()) == []
