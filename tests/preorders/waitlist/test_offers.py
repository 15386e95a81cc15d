"""Offers: in order, each piece once, with a deadline, and never a free piece beside somebody who waits for it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from preorders import queries, recount, service
from preorders.models import Drop, Variant, WaitlistEntry
from preorders.waitlist import joining, lapsing, offering, store
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import NotFound, Refused

HOUR = timedelta(hours=1)


def fill(drop_id: int, pieces: int, size: str = "M") -> list[Any]:
    """Sell so many pieces, one a person."""
    return [
        service.place(drop_id, make.person(), [make.tee(drop_id, size)], HOME, f"a-key-{i}-{size}", NOW)
        for i in range(pieces)
    ]


def sku(drop_id: int, size: str = "M") -> int:
    return make.tee(drop_id, size).variant_ids[0]


def wait(drop_id: int, size: str = "M", quantity: int = 1, person: int = 0) -> int:
    return joining.join(drop_id, person or make.person(), sku(drop_id, size), quantity, NOW)


def free(drop_id: int, order: Any, now: Any = NOW) -> None:
    """Cancel an order: its pieces come free."""
    service.cancel(order.id, order.person_id, now)
    with transaction() as session:
        offering.offer_freed(session, drop_id, now)


def states(*entry_ids: int) -> list[tuple[str, int]]:
    db.session.rollback()
    rows = [db.session.get_one(WaitlistEntry, entry_id) for entry_id in entry_ids]
    return [(row.state, row.offered_quantity) for row in rows]


def counters(drop_id: int) -> tuple[int, int]:
    db.session.rollback()
    drop = db.session.get_one(Drop, drop_id)
    return drop.reserved, drop.offered


def refusal(act: Any, *args: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*args)
    return refused.value.code


def test_one_waits_only_for_what_is_sold_out_and_only_once(app: Flask) -> None:
    drop_id, fan = make.drop(cap=2), make.person()
    [order, _] = fill(drop_id, 1) * 2
    assert refusal(wait, drop_id) == "not-sold-out"
    fill(drop_id, 1, "S")
    assert refusal(joining.join, drop_id, fan, sku(drop_id), 6, NOW) == "limit-reached"
    assert refusal(joining.join, drop_id, fan, sku(drop_id), 0, NOW) == "bad-quantity"
    assert refusal(joining.join, drop_id, order.person_id, sku(drop_id), 5, NOW) == "limit-reached"
    wait(drop_id, person=fan)
    assert refusal(joining.join, drop_id, fan, sku(drop_id), 1, NOW) == "waiting-already"
    wait(drop_id, "S", person=fan)
    with pytest.raises(NotFound):
        joining.join(drop_id, fan, 10**9, 1, NOW)
    assert refusal(joining.join, drop_id, fan, sku(drop_id), 1, NOW + 30 * make.DAY) == "closed"


def test_freed_pieces_go_to_the_first_and_not_to_strangers(app: Flask) -> None:
    drop_id = make.drop(cap=2)
    order, _other = fill(drop_id, 2)
    first, second = wait(drop_id), wait(drop_id)
    free(drop_id, order)
    assert states(first, second) == [("offered", 1), ("waiting", 0)]
    assert counters(drop_id) == (1, 1)
    assert refusal(fill, drop_id, 1) == "sold-out"
    assert recount.differences(db.session()) == []


def test_fewer_than_wanted_are_offered_and_the_rest_waits_in_its_place(app: Flask) -> None:
    drop_id, fan = make.drop(cap=2), make.person()
    one, two = fill(drop_id, 2)
    first, second = wait(drop_id, quantity=2, person=fan), wait(drop_id)
    free(drop_id, one)
    with transaction() as session:
        assert store.take_offer(session, first, fan, NOW) == (sku_of(first), 1)
        store.convert(session, drop_id, sku_of(first), 1)
    assert states(first, second) == [("waiting", 0), ("waiting", 0)]
    assert counters(drop_id) == (2, 0)
    free(drop_id, two)
    assert states(first, second) == [("offered", 1), ("waiting", 0)]


def sku_of(entry_id: int) -> int:
    return db.session.get_one(WaitlistEntry, entry_id).variant_id


def test_an_offer_is_taken_once_by_its_owner_in_time(app: Flask) -> None:
    drop_id, fan = make.drop(cap=1), make.person()
    [order] = fill(drop_id, 1)
    entry = wait(drop_id, person=fan)
    free(drop_id, order)
    for who, when in ((make.person(), NOW), (fan, NOW + 24 * HOUR)):
        with transaction() as session:
            assert store.take_offer(session, entry, who, when) is None
    with transaction() as session:
        assert store.take_offer(session, entry, fan, NOW + 23 * HOUR)
        store.convert(session, drop_id, sku_of(entry), 1)
    with transaction() as session:
        assert store.take_offer(session, entry, fan, NOW + 23 * HOUR) is None
    assert states(entry) == [("taken", 0)]
    assert counters(drop_id) == (1, 0)


def test_what_nobody_takes_goes_to_the_next_and_ends_with_the_window(app: Flask) -> None:
    drop_id = make.drop(cap=1, closes_at=NOW + 30 * HOUR)
    [order] = fill(drop_id, 1)
    first, second, third = (wait(drop_id) for _ in range(3))
    free(drop_id, order)
    assert lapsing.lapse_due(NOW + 23 * HOUR) == 0
    assert lapsing.lapse_due(NOW + 24 * HOUR) == 1
    assert lapsing.lapse_due(NOW + 24 * HOUR) == 0
    assert states(first, second, third) == [("lapsed", 1), ("offered", 1), ("waiting", 0)]
    assert db.session.get_one(WaitlistEntry, second).offer_until == NOW + 30 * HOUR
    assert lapsing.end_due(NOW + 29 * HOUR) == 0
    assert lapsing.end_due(NOW + 30 * HOUR) == 2
    assert [state for state, _ in states(second, third)] == ["lapsed", "lapsed"]
    assert counters(drop_id) == (0, 0)


def test_leaving_gives_the_offer_to_the_next(app: Flask) -> None:
    drop_id, fan = make.drop(cap=1), make.person()
    [order] = fill(drop_id, 1)
    first, second = wait(drop_id, person=fan), wait(drop_id)
    free(drop_id, order)
    with pytest.raises(NotFound):
        joining.leave(first, make.person(), NOW)
    joining.leave(first, fan, NOW)
    assert [state for state, _ in states(first, second)] == ["left", "offered"]
    assert refusal(joining.leave, first, fan, NOW) == "not-waiting"
    wait(drop_id, person=fan)  # and may come back, at the end
    assert counters(drop_id) == (0, 1)


def test_the_cap_of_a_size_and_that_of_the_edition_both_hold(app: Flask) -> None:
    drop_id = make.drop(cap=4)
    with transaction() as session:
        session.get_one(Variant, sku(drop_id, "M")).cap = 2
    fill(drop_id, 2, "M")
    small = fill(drop_id, 2, "S")
    medium, little, late = wait(drop_id, "M"), wait(drop_id, "S"), wait(drop_id, "S", quantity=2)
    free(drop_id, small[0])  # the edition has room, M has none
    assert states(medium, little, late) == [("waiting", 0), ("offered", 1), ("waiting", 0)]
    with transaction() as session:
        session.get_one(Variant, sku(drop_id, "M")).cap = None
        session.get_one(Drop, drop_id).edition_cap = 6
        session.flush()
        assert offering.offer_freed(session, drop_id, NOW) == 2
    assert states(medium, little, late) == [("offered", 1), ("offered", 1), ("offered", 1)]
    assert counters(drop_id) == (3, 3)


def test_an_album_is_offered_beside_a_full_edition(app: Flask) -> None:
    drop_id = make.drop(cap=1, bundle=True)
    album = make.catalogue(drop_id).products[1].variants[0].id
    with transaction() as session:
        session.get_one(Variant, album).cap = 1
    fill(drop_id, 1)
    alone = service.place(drop_id, make.person(), [service.Item((album,))], HOME, "an-album", NOW)
    entry = joining.join(drop_id, make.person(), album, 1, NOW)
    free(drop_id, alone)
    assert states(entry) == [("offered", 1)]
    assert counters(drop_id) == (1, 0)
    found = queries.catalogue(db.session(), drop_id).variant(album)
    assert (found.reserved, found.offered, found.left) == (0, 1, 0)


@pytest.mark.one_db
def test_what_is_told_and_shown(
    app: Flask, clock: Any, client: Any, new_client: Any, sign_in: Any, run_jobs: Any
) -> None:
    clock.at(NOW)
    told = make.story()
    drop_id, fan = make.drop(cap=1, told=told), make.person()
    [order] = fill(drop_id, 1)
    sign_in(client, fan)
    answer = client.post("/drops/tour-tee/waitlist", data={"variant": sku(drop_id), "quantity": "1"})
    assert answer.headers["Location"] == "/preorders/waitlist"
    assert "first in the queue" in client.get("/preorders/waitlist").text
    assert client.post("/drops/tour-tee/waitlist", data={"variant": "x"}).status_code == 422
    staff = new_client()
    sign_in(staff, told.staff_id)
    assert "1 piece is wanted" in staff.get(f"/team/night-line/drops/{drop_id}/waitlist").text
    free(drop_id, order)
    run_jobs()
    run_jobs()
    assert client.get("/inbox").text.count("Kept for you: Tour tee, M, Black") == 1
    page = client.get("/preorders/waitlist").text
    entry = int(page.split("/preorders/waitlist/")[1].split("/")[0])
    way = client.get(f"/preorders/waitlist/{entry}/accept").headers["Location"]
    assert f"offer={entry}" in way and way.startswith("/drops/tour-tee/preorder?")
    clock.advance(hours=25)
    assert client.get(f"/preorders/waitlist/{entry}/accept").headers["Location"] == "/preorders/waitlist"
    from preorders.waitlist import jobs

    assert jobs.lapse_due() == 1
    run_jobs()
    assert "went on to the next" in client.get("/inbox").text
