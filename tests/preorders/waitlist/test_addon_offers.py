"""An offered add-on: an order of its own beside one that stands; and offers taken in the moment they lapse."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from preorders import changing, recount, service
from preorders.changing import Change
from preorders.models import Drop, Preorder, Product, ShippingZone, TaxRate, Variant, WaitlistEntry
from preorders.rules import Item
from preorders.waitlist import joining, lapsing
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import Refused

HOUR = timedelta(hours=1)


def pins(**fields: Any) -> tuple[int, int, Any]:
    """A drop whose album is an add-on with a cap of 2, both gone to a stranger: (drop, album's SKU, that order)."""
    drop_id = make.drop(bundle=True, **fields)
    album = make.catalogue(drop_id).products[1]
    sku = album.variants[0].id
    with transaction() as session:
        session.get_one(Product, album.id).addon = True
        session.get_one(Variant, sku).cap = 2
        session.add(TaxRate(drop_id=drop_id, country="FI", rate_bp=2550, name="ALV"))
        zone = {"name": "Finland", "countries": ["FI"], "price_minor": 590, "extra_minor": 100}
        session.add(ShippingZone(drop_id=drop_id, position=0, **zone))
    both = [make.tee(drop_id), Item((sku,), None, 2)]
    return drop_id, sku, service.place(drop_id, make.person(), both, HOME, "a-stranger", NOW)


def offered(drop_id: int, sku: int, stranger: Any, fan: int, quantity: int = 2) -> int:
    """The fan waits for the add-on, the stranger cancels: what came free is kept for the fan."""
    entry_id = joining.join(drop_id, fan, sku, quantity, NOW)
    service.cancel(stranger.id, stranger.person_id, NOW)
    return entry_id


def refusal(act: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **named)
    return refused.value.code


@pytest.mark.ordinarily("postgres")
def test_an_offered_addon_is_an_order_of_its_own_beside_one_that_stands(app: Flask) -> None:
    drop_id, sku, stranger = pins()
    fan = make.person()
    entry_id = offered(drop_id, sku, stranger, fan)
    alone = [Item((sku,), None, 2)]
    take = {"drop_id": drop_id, "person_id": fan, "items": alone, "contact": HOME, "now": NOW}
    assert refusal(service.place, **take, idempotency_key="too-early", offer_id=entry_id) == "addon-alone"
    shirt = service.place(drop_id, fan, [make.tee(drop_id)], HOME, "the-shirt", NOW)
    order = service.place(**take, idempotency_key="the-pins", offer_id=entry_id)
    assert (order.items_minor, order.shipping_minor, order.tax_minor, order.total_minor) == (4200, 690, 993, 4890)
    assert service.place(**take, idempotency_key="the-pins", offer_id=entry_id).id == order.id
    db.session.rollback()
    entry, variant = db.session.get_one(WaitlistEntry, entry_id), db.session.get_one(Variant, sku)
    assert (entry.state, entry.preorder_id, variant.reserved, variant.offered) == ("taken", order.id, 2, 0)
    # Its address may change, and it stays what it is when the shirt goes.
    moved = Change(contact=make.Contact("A", "B 1", "00100", "Espoo", "FI"))
    service.cancel(shirt.id, fan, NOW)
    assert changing.change(order.id, fan, moved, NOW)
    assert changing.change(order.id, fan, Change([Item((sku,), None, 1)]), NOW)
    assert refusal(service.place, drop_id, fan, alone, HOME, "no-more-beside", NOW) == "addon-alone"
    assert recount.differences(db.session()) == []


def test_an_order_that_awaits_something_is_nothing_to_go_beside(app: Flask) -> None:
    drop_id, sku, stranger = pins(per_person=2)
    young, full = make.person(age_band="13-15"), make.person()
    service.place(drop_id, young, [make.tee(drop_id)], HOME, "the-shirt-y", NOW)
    entry_id = offered(drop_id, sku, stranger, young, 1)
    take = {"drop_id": drop_id, "items": [Item((sku,))], "contact": HOME, "now": NOW}
    assert refusal(service.place, **take, person_id=young, idempotency_key="the-pin-1", offer_id=entry_id) == (
        "addon-alone"
    )
    service.place(drop_id, full, [make.tee(drop_id), Item((sku,))], HOME, "the-shirt-f", NOW)
    three = {**take, "items": [Item((sku,), None, 2)]}
    assert refusal(service.place, **three, person_id=full, idempotency_key="the-pin-2") == "limit-reached"
    (waits,) = [each for each in db.session.query(Preorder).filter_by(person_id=young) if each.state == "awaiting"]
    with transaction() as session:
        assert service.confirm(session, waits.id, "guardian", NOW)
    pin = service.place(**take, person_id=young, idempotency_key="the-pin-3", offer_id=entry_id)
    assert (pin.state, pin.awaits_guardian) == ("awaiting", True)  # a guardian agrees to what an offer brings, too


@pytest.mark.one_db
def test_the_way_from_an_offer_to_its_order(app: Flask, clock: Any, client: Any, sign_in: Any) -> None:
    clock.at(NOW)
    drop_id, sku, stranger = pins()
    fan = make.person()
    entry_id = offered(drop_id, sku, stranger, fan)
    sign_in(client, fan)
    there = client.get(f"/preorders/waitlist/{entry_id}/accept").headers["Location"]
    assert there.startswith("/drops/tour-tee?")  # a piece to go with it is chosen first
    page = client.get(there).text
    assert "it goes along" in page and f'name="offer" value="{entry_id}"' in page
    assert f'value="{sku}" checked' in page and f'name="count{sku}" value="2"' in page
    with_it = there.replace("/drops/tour-tee?", "/drops/tour-tee/preorder?") + "&size=M&colour=Black"
    assert "2 × Album" in client.get(with_it).text
    service.place(drop_id, fan, [make.tee(drop_id)], HOME, "the-shirt", NOW)
    alone = client.get(f"/preorders/waitlist/{entry_id}/accept").headers["Location"]
    form = client.get(alone).text
    assert alone.startswith("/drops/tour-tee/preorder?") and "€48.90" in form and "2 × Album" in form
    sent = {"name": "A", "line1": "B 1", "postcode": "00100", "city": "Espoo", "country": "FI", "key": "a-key-of-one"}
    assert client.post(alone, data=sent).status_code == 302
    # The same form with something else in it is no repetition of it, and says so; pressed again it is an order.
    other = f"/drops/tour-tee/preorder?product={make.catalogue(drop_id).products[0].id}&size=S&colour=Black"
    told = client.post(other, data=sent)
    assert told.status_code == 422 and "before with something else in it" in told.text
    assert 'value="a-key-of-one"' not in told.text
    assert db.session.query(Preorder).filter_by(person_id=fan).count() == 2


def test_one_key_is_one_order_and_never_another(app: Flask) -> None:
    drop_id, fan = make.drop(), make.person()
    first = service.place(drop_id, fan, [make.tee(drop_id)], HOME, "one-and-the-same", NOW)
    again = {"drop_id": drop_id, "person_id": fan, "idempotency_key": "one-and-the-same", "now": NOW}
    assert service.place(items=[make.tee(drop_id)], contact=HOME, **again).id == first.id
    assert refusal(service.place, items=[make.tee(drop_id, "S")], contact=HOME, **again) == "key-reused"
    assert refusal(service.place, items=[make.tee(drop_id, quantity=2)], contact=HOME, **again) == "key-reused"
    elsewhere = make.Contact("Aino Ahola", "Another road 3", "00170", "Helsinki", "FI")
    assert refusal(service.place, items=[make.tee(drop_id)], contact=elsewhere, **again) == "key-reused"
    changing.change(first.id, fan, Change([make.tee(drop_id, "S")]), NOW)
    assert service.place(items=[make.tee(drop_id)], contact=HOME, **again).id == first.id  # a late repetition
    assert recount.differences(db.session()) == []


def test_an_offer_taken_in_the_moment_it_lapses_is_taken_or_goes_on_and_never_both(app: Flask) -> None:
    rounds, last = [], timedelta(microseconds=1)
    told = make.story()
    for number in range(5):
        drop_id = make.drop(cap=1, told=told, slug=f"tee-{number}", contest_id=None)
        holder, fan, other = make.person(), make.person(), make.person()
        order = service.place(drop_id, holder, [make.tee(drop_id)], HOME, "the-holder", NOW)
        sku = order_sku(drop_id)
        first, second = joining.join(drop_id, fan, sku, 1, NOW), joining.join(drop_id, other, sku, 1, NOW)
        service.cancel(order.id, holder, NOW)
        rounds.append((drop_id, fan, first, second))
    for drop_id, fan, first, second in rounds:
        item, until = make.tee(drop_id), NOW + 24 * HOUR
        came = together(
            app,
            lambda: service.place(drop_id, fan, [item], HOME, "in-the-end", until - last, offer_id=first),  # noqa: B023
            lambda: lapsing.lapse_due(until),  # noqa: B023
        )
        db.session.rollback()
        states = [db.session.get_one(WaitlistEntry, each).state for each in (first, second)]
        drop = db.session.get_one(Drop, drop_id)
        if "offer-over" in came:
            assert (states, drop.reserved, drop.offered) == (["lapsed", "offered"], 0, 1)
        else:
            assert (states, drop.reserved, drop.offered) == (["taken", "waiting"], 1, 0)
        assert "sold-out" not in came
    assert recount.differences(db.session()) == []


def order_sku(drop_id: int) -> int:
    return make.tee(drop_id).variant_ids[0]


def together(app: Flask, *acts: Any) -> list[Any]:
    """Do these at one instant; return what came back, refusals by their code."""
    start, came = threading.Barrier(len(acts)), []

    def one(act: Any) -> None:
        with app.app_context():
            start.wait()
            try:
                came.append(act())
            except Refused as refused:
                came.append(refused.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == len(acts)
    return came
