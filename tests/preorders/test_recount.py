"""The recount sees what was changed behind the back of the orders."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from preorders import recount, service
from preorders.models import (
    Drop,
    Payment,
    Preorder,
    PreorderLine,
    Product,
    Shipment,
    ShipmentLine,
    Variant,
    WaitlistEntry,
)
from preorders.waitlist import joining
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.infra.db import db, transaction


def found() -> list[str]:
    db.session.rollback()
    return recount.recount(NOW)[1]


def changed(model: Any, **values: Any) -> Callable[[], None]:
    def act() -> None:
        with transaction() as session:
            session.execute(update(model).values(**values))

    return act


def a_lost_payment() -> None:
    with transaction() as session:
        order = session.query(Preorder.id).first()
        assert order
        money: dict[str, Any] = {"provider": "test", "kind": "checkout", "amount_minor": 1, "currency": "EUR"}
        session.add(Payment(preorder_id=order.id, state="succeeded", created_at=NOW, **money))


def a_parcel_too_many() -> None:
    with transaction() as session:
        line = session.query(PreorderLine).first()
        assert line
        parcel = Shipment(preorder_id=line.preorder_id, position=1, shipped_at=NOW)
        session.add(parcel)
        session.flush()
        session.add(ShipmentLine(shipment_id=parcel.id, line_id=line.id, quantity=line.quantity + 1))


def a_forgotten_offer() -> None:
    with transaction() as session:
        session.execute(update(Drop).values(edition_cap=10))


def of_another_drop() -> None:
    """Lines and queue as they were, their SKUs somewhere else."""
    with transaction() as session:
        mine = session.query(Drop).one()
        fields = {"artist_id": mine.artist_id, "currency": "EUR", "timezone": "UTC", "per_person": 1, "created_at": NOW}
        other = Drop(slug="another", title="Another", **fields)
        session.add(other)
        session.flush()
        session.execute(update(Variant).values(drop_id=other.id))


def paid(**also: Any) -> Callable[[], None]:
    """The order as if it had been paid, and what is odd about it."""

    def act() -> None:
        with transaction() as session:
            order = session.query(Preorder.id, Preorder.total_minor).first()
            assert order
            money = {"amount_minor": order.total_minor, "currency": "EUR", "state": "succeeded", "created_at": NOW}
            money |= {"provider": "test", "intent": "pi", "preorder_id": order.id}
            session.add(Payment(**{**money, "kind": "checkout", **also.get("payment", {})}))
            session.add_all(
                Payment(**{**money, "kind": "refund", "attempt": place, **refund})
                for place, refund in enumerate(also.get("refunds", ()))
            )
            session.execute(update(Preorder).values(paid_at=NOW, **also.get("order", {})))

    return act


DAMAGES: list[tuple[Callable[[], None], str]] = [
    (changed(Variant, reserved=7), "counter 7"),
    (changed(Variant, offered=1), "standing offers 0"),
    (changed(Drop, reserved=1), "drop tour-tee: counter 1, order lines 2"),
    (changed(Drop, offered=1, edition_cap=9), "drop tour-tee: offered 1"),
    (changed(Preorder, total_minor=1), "total 1"),
    (changed(Preorder, tax_minor=1), "tax 1, lines and shipping 0"),
    (changed(PreorderLine, price_minor=5), "items 5980, lines 5"),
    (changed(PreorderLine, quantity=5), "order lines 5"),
    (changed(Product, in_edition=False), "pieces 2, lines 0"),
    (changed(Preorder, confirmed_at=None), "never confirmed"),
    (changed(Preorder, awaits_payment=True), "still awaits"),
    (changed(Preorder, paid_at=NOW), "no payment succeeded"),
    (changed(Preorder, state="expired", cancelled_at=NOW), "order lines 0"),
    (a_lost_payment, "it is not paid"),
    (a_parcel_too_many, "3 pieces in parcels, 2 in the line"),
    (changed(Preorder, state="shipped"), "shipped, but 0 of 2 pieces"),
    (changed(Preorder, state="part-shipped"), "part-shipped, but 0 of 2 pieces"),
    (changed(PreorderLine, tax_bp=2400), "tax of a line 0, by its rate 1157"),
    (changed(Preorder, tax_included=False), "is not the drop's"),
    (changed(Preorder, currency="USD"), "is not the drop's"),
    (paid(payment={"amount_minor": 1}), "no payment succeeded"),
    (paid(payment={"currency": "USD"}), "no payment succeeded"),
    (paid(refunds=[{"amount_minor": 6000}]), "what was not paid"),
    (paid(refunds=[{}]), "not noted as refunded"),
    (changed(Preorder, country="SE"), "not that of its address"),
    (changed(Preorder, addressed_at=None), "counts as without"),
    (changed(Preorder, address={}), "counts as with one"),
    (changed(Preorder, shipped_at=NOW), "than its last parcel"),
    (of_another_drop, "a line is of another drop"),
    (of_another_drop, "a piece of another drop"),
    (paid(refunds=[{"intent": "pj"}]), "what was not paid"),
    (paid(refunds=[{}, {}]), "what was not paid"),
    (paid(order={"refunded_at": NOW}), "its money is here"),
    (a_forgotten_offer, "free while somebody waits"),
]


@pytest.mark.one_db
@pytest.mark.parametrize(("damage", "said"), DAMAGES)
def test_a_change_behind_the_back_is_named(app: Flask, damage: Callable[[], None], said: str) -> None:
    drop_id = make.drop(cap=2)
    service.place(drop_id, make.person(), [make.tee(drop_id, quantity=2)], HOME, "a-key-of-a-form", NOW)
    joining.join(drop_id, make.person(), make.tee(drop_id).variant_ids[0], 1, NOW)
    assert found() == []
    damage()
    assert any(said in line for line in found()), found()


@pytest.mark.ordinarily("sqlite")
def test_a_busy_drop_agrees(app: Flask) -> None:
    drop_id = make.drop(cap=3, bundle=True, payment="now")
    buyers = make.people(4)
    orders = [
        service.place(drop_id, who, [item], HOME, "a-key-of-a-form", NOW)
        for who, item in zip(buyers, [make.bundle(drop_id), make.tee(drop_id), make.tee(drop_id, "S")], strict=False)
    ]
    joining.join(drop_id, buyers[3], make.tee(drop_id).variant_ids[0], 2, NOW)
    service.cancel(orders[0].id, buyers[0], NOW)
    assert db.session.query(WaitlistEntry.state).scalar() == "offered"
    from preorders import expiry

    assert expiry.expire_due(NOW + timedelta(hours=2)) == 2
    assert found() == []
