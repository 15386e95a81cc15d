"""Orders that wait for too long: they end once, give back what they held, and never after the money came."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from preorders import expiry, ordering, queries, recount, service
from preorders.models import Drop, Payment, WaitlistEntry
from preorders.waitlist import joining
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.infra.db import db, transaction

HOUR = timedelta(hours=1)


def place(drop_id: int, person_id: int, now: Any = NOW) -> Any:
    return service.place(drop_id, person_id, [make.tee(drop_id)], HOME, "a-key-of-a-form", now)


def state(order: Any) -> str:
    db.session.rollback()
    found = queries.preorder(db.session(), order.id)
    assert found
    return found.state


def test_what_nobody_pays_expires_once_and_goes_to_who_waits(app: Flask, clock: Any, run_jobs: Any) -> None:
    clock.at(NOW)
    drop_id = make.drop(cap=1, payment="now", hold_minutes=60)
    order = place(drop_id, make.person())
    assert (order.state, order.expires_at) == ("awaiting", NOW + HOUR)
    sku = make.tee(drop_id).variant_ids[0]
    entry = joining.join(drop_id, make.person(), sku, 1, NOW)
    assert expiry.expire_due(NOW + HOUR - timedelta(seconds=1)) == 0
    assert expiry.expire_due(clock.advance(hours=1)) == 1
    assert expiry.expire_due(clock.now) == 0
    assert state(order) == "expired"
    assert db.session.get_one(WaitlistEntry, entry).state == "offered"
    drop = db.session.get_one(Drop, drop_id)
    assert (drop.reserved, drop.offered) == (0, 1)
    assert recount.differences(db.session()) == []
    with transaction() as session:
        assert not ordering.confirm(session, order.id, "payment", clock.now)
    run_jobs()
    expiry.tell_expired(order.id)
    from webapp.notices.models import Notice

    kinds = [each.kind for each in db.session.query(Notice).filter_by(recipient_id=order.person_id)]
    assert kinds.count("order-expired") == 1


def test_what_was_paid_or_confirmed_does_not_expire(app: Flask) -> None:
    drop_id = make.drop(payment="now")
    confirmed, paid, unasked = (place(drop_id, make.person()) for _ in range(3))
    with transaction() as session:
        assert ordering.confirm(session, confirmed.id, "payment", NOW)
        money: dict[str, Any] = {"provider": "test", "kind": "checkout", "amount_minor": 2990, "currency": "EUR"}
        session.add(Payment(preorder_id=paid.id, state="succeeded", created_at=NOW, **money))
    assert expiry.expire_due(NOW + 2 * HOUR) == 1
    assert [state(each) for each in (confirmed, paid, unasked)] == ["reserved", "awaiting", "expired"]


@pytest.mark.one_db
def test_the_provider_is_asked_first(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    drop_id = make.drop(payment="now")
    order, asked = place(drop_id, make.person()), []
    monkeypatch.setattr(expiry, "GIVE_UP", [lambda order_id, now: asked.append(order_id) or len(asked) > 1])
    assert expiry.expire_due(NOW + 2 * HOUR) == 0
    assert expiry.expire_due(NOW + 2 * HOUR) == 1
    assert asked == [order.id, order.id]


def test_a_guardian_has_a_week(app: Flask) -> None:
    drop_id = make.drop()
    order = place(drop_id, make.person(age_band="13-15"))
    assert order.expires_at == NOW + 7 * make.DAY
    assert expiry.expire_due(NOW + 7 * make.DAY) == 1
    assert state(order) == "expired"
