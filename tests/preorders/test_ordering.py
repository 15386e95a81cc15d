"""Placing and cancelling: nothing is sold twice, nothing is taken by a refusal."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from preorders import ordering, queries, recount, service
from preorders.models import Preorder
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.infra.db import db
from webapp.kernel.refusal import NotFound, Refused

KEY = "a-key-of-a-form"


def place(drop_id: int, person_id: int, *items: Any, key: str = KEY, now: Any = NOW) -> Any:
    return service.place(drop_id, person_id, items or [make.tee(drop_id)], HOME, key, now)


def refusal(*args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refused:
        place(*args, **kwargs)
    return refused.value.code


def reserved(drop_id: int) -> int:
    found = queries.drop(db.session(), drop_id)
    db.session.rollback()
    assert found
    return found.reserved


def test_an_order_holds_its_pieces_and_bears_a_number(app: Flask) -> None:
    drop_id, fan = make.drop(), make.person()
    order = place(drop_id, fan, make.tee(drop_id, quantity=2))
    assert (order.state, order.pieces, order.total_minor, order.currency) == ("reserved", 2, 5980, "EUR")
    assert order.number.startswith("FM-")
    assert order.address["city"] == "Helsinki"
    assert reserved(drop_id) == 2
    assert recount.differences(db.session()) == []


def test_the_same_key_is_the_same_order(app: Flask) -> None:
    drop_id, fan = make.drop(cap=1), make.person()
    first = place(drop_id, fan)
    assert place(drop_id, fan).number == first.number  # sold out meanwhile, and still no refusal
    assert reserved(drop_id) == 1


def test_a_repeat_is_told_its_order_while_pieces_are_left(app: Flask) -> None:
    drop_id, fan = make.drop(cap=5), make.person()
    first = place(drop_id, fan)
    assert place(drop_id, fan).number == first.number
    assert reserved(drop_id) == 1


def test_a_bundle_becomes_lines_that_add_up(app: Flask) -> None:
    drop_id, fan = make.drop(bundle=True), make.person()
    order = place(drop_id, fan, make.bundle(drop_id, quantity=2))
    lines = queries.lines(db.session(), order.id)
    assert [(line.product, line.quantity, line.bundle) for line in lines] == [
        ("Tour tee", 2, "Tee + album"),
        ("Album", 2, "Tee + album"),
    ]
    assert sum(line.price_minor for line in lines) == order.total_minor == 9000
    assert order.pieces == 2  # the album is not of the edition
    assert recount.differences(db.session()) == []


def test_the_edition_ends_at_its_cap(app: Flask) -> None:
    drop_id = make.drop(cap=3)
    place(drop_id, make.person(), make.tee(drop_id, quantity=2))
    with pytest.raises(Refused) as refused:
        place(drop_id, make.person(), make.tee(drop_id, quantity=2))
    assert (refused.value.code, refused.value.details["left"]) == ("sold-out", 1)
    place(drop_id, make.person())
    assert refusal(drop_id, make.person()) == "sold-out"
    assert reserved(drop_id) == 3


def test_a_size_has_a_cap_of_its_own_and_a_refusal_takes_nothing(app: Flask) -> None:
    drop_id = make.drop()
    small = make.catalogue(drop_id).products[0].variants[0]
    service.set_caps(drop_id, make.person(), {small.id: 1}, NOW)
    place(drop_id, make.person(), make.tee(drop_id, "S"))
    both = (make.tee(drop_id, "M"), make.tee(drop_id, "S"))
    assert refusal(drop_id, make.person(), *both) == "size-sold-out"
    assert reserved(drop_id) == 1
    assert recount.differences(db.session()) == []


def test_the_limit_counts_all_orders_of_a_person(app: Flask) -> None:
    drop_id, fan = make.drop(per_person=2), make.person()
    place(drop_id, fan)
    assert refusal(drop_id, fan, make.tee(drop_id, quantity=2), key="another-key") == "limit-reached"
    order = place(drop_id, fan, key="another-key")
    assert refusal(drop_id, fan, key="a-third-key") == "limit-reached"
    service.cancel(order.id, fan, NOW)
    place(drop_id, fan, key="a-third-key")


@pytest.mark.parametrize(
    ("moved", "code"),
    [(timedelta(days=-1, seconds=-1), "not-open"), (timedelta(days=27), "closed")],
)
def test_the_window_is_the_servers(app: Flask, moved: timedelta, code: str) -> None:
    drop_id, fan = make.drop(), make.person()
    assert refusal(drop_id, fan, now=NOW + moved) == code
    assert reserved(drop_id) == 0


def test_misfits_are_refused(app: Flask) -> None:
    drop_id, fan = make.drop(bundle=True), make.person()
    shirt, album = (product.variants[0].id for product in make.catalogue(drop_id).products)
    offer = make.catalogue(drop_id).bundles[0].id
    assert refusal(drop_id, fan, service.Item((10**6,))) == "unknown-variant"
    assert refusal(drop_id, fan, service.Item((shirt, album))) == "choose-size"
    assert refusal(drop_id, fan, service.Item((shirt,), offer)) == "choose-each"
    assert refusal(drop_id, fan, service.Item((shirt, album), offer + 1)) == "unknown-bundle"
    assert refusal(drop_id, fan, service.Item((shirt,), None, 0)) == "bad-quantity"
    assert refusal(drop_id, fan, key="short") == "bad-key"
    with pytest.raises(Refused, match="nothing-chosen"):
        service.place(drop_id, fan, [], HOME, KEY, NOW)


def test_cancelling_gives_back_once_and_only_ones_own(app: Flask) -> None:
    drop_id, fan = make.drop(cap=1), make.person()
    order = place(drop_id, fan)
    with pytest.raises(NotFound):
        service.cancel(order.id, make.person(), NOW)
    service.cancel(order.id, fan, NOW)
    with pytest.raises(Refused, match="not-standing"):
        service.cancel(order.id, fan, NOW)
    assert reserved(drop_id) == 0
    place(drop_id, make.person())
    assert recount.differences(db.session()) == []


def test_no_cancelling_after_the_lock(app: Flask) -> None:
    drop_id, fan = make.drop(), make.person()
    order = place(drop_id, fan)
    service.lock(drop_id, make.person(), NOW)
    with pytest.raises(Refused, match="closed"):
        service.cancel(order.id, fan, NOW)
    assert refusal(drop_id, fan, key="another-key") == "closed"


def test_staff_cancel_with_a_reason(app: Flask) -> None:
    told = make.story()
    drop_id, fan = make.drop(told=told), make.person()
    order = place(drop_id, fan)
    with pytest.raises(Refused, match="no-reason"):
        service.cancel_for(order.id, told.artist_id, told.staff_id, " ", NOW)
    with pytest.raises(NotFound):
        service.cancel_for(order.id, told.artist_id + 1, told.staff_id, "Why", NOW)
    service.cancel_for(order.id, told.artist_id, told.staff_id, "The address does not exist", NOW)
    kept = db.session.get(Preorder, order.id)
    assert kept
    assert (kept.state, kept.cancel_reason) == ("cancelled", "The address does not exist")
    assert reserved(drop_id) == 0


def test_a_taken_number_is_drawn_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    drop_id = make.drop()
    numbers = iter(["FM-AAAA-AA", "FM-AAAA-AA", "FM-BBBB-BB"])
    monkeypatch.setattr(ordering, "order_number", lambda: next(numbers))
    assert place(drop_id, make.person()).number == "FM-AAAA-AA"
    assert place(drop_id, make.person()).number == "FM-BBBB-BB"
