"""Who hears what, once each; from the pick to the parcel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from preorders import jobs, queries, recount, service
from preorders.models import Drop
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.accounts import store as accounts
from webapp.infra import outbox
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import Refused
from webapp.notices.models import Notice


@pytest.fixture(autouse=True)
def at_noon(clock: Any) -> None:
    clock.at(NOW)


def told(kind: str) -> Counter[int]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Notice.recipient_id).where(Notice.kind == kind)))


def test_a_pick_makes_one_draft_and_tells_staff(app: Flask) -> None:
    story = make.story()
    ids = {service.draft_from_pick(story.contest_id, story.pick_id, story.submission_id, NOW) for _ in range(3)}
    (drop_id,) = ids
    drop = queries.drop(db.session(), drop_id)
    assert drop
    assert (drop.title, drop.edition_cap, drop.currency, drop.timezone) == ("Tour tee", 100, "EUR", "Europe/Helsinki")
    assert drop.closes_at
    assert drop.opens_at
    assert drop.closes_at - drop.opens_at in (timedelta(days=28), timedelta(days=28, hours=-1))  # a summer-time night
    product = make.catalogue(drop_id).products[0]
    assert [variant.sku for variant in product.variants] == [
        f"D{drop_id}-TEE-BLACK-S",
        f"D{drop_id}-TEE-BLACK-M",
        f"D{drop_id}-TEE-NAVY-S",
        f"D{drop_id}-TEE-NAVY-M",
    ]
    assert [row["size"] for row in product.size_chart] == ["S", "M"]
    assert told("drop-draft") == {story.staff_id: 1}


@pytest.mark.ordinarily("sqlite")
def test_everybody_who_took_part_hears_once_when_it_opens(app: Flask, run_jobs: Callable[..., int], clock: Any) -> None:
    story = make.story()
    drop_id = make.drop(told=story, contest_id=story.contest_id, opens_at=NOW + timedelta(hours=1))
    follower = make.person()
    with transaction() as session:
        accounts.add_follow(session, story.artist_id, follower, NOW)
        accounts.add_follow(session, story.artist_id, story.designer_id, NOW)
    assert jobs.open_due() == 0
    clock.advance(hours=1)
    assert [jobs.open_due(), jobs.open_due()] == [1, 0]
    run_jobs()
    jobs.tell_opened(drop_id)  # the outbox may deliver twice
    assert told("drop-opened") == {story.designer_id: 1, follower: 1}


def test_a_drop_locked_before_the_ticker_came_by_is_still_announced_once(
    app: Flask, run_jobs: Callable[..., int], clock: Any
) -> None:
    story = make.story()
    drop_id = make.drop(told=story, contest_id=story.contest_id)
    service.lock(drop_id, story.staff_id, NOW)
    assert jobs.open_due() == 0
    run_jobs()
    assert told("drop-opened") == {story.designer_id: 1}


def test_from_the_order_to_the_parcel(app: Flask, run_jobs: Callable[..., int]) -> None:
    story = make.story()
    drop_id, staff = make.drop(told=story), story.staff_id
    fans = [make.person() for _ in range(3)]
    orders = [service.place(drop_id, fan, [make.tee(drop_id)], HOME, "a-first-key", NOW) for fan in fans]
    with pytest.raises(Refused, match="wrong-step"):
        service.produce(drop_id, staff, NOW)
    with pytest.raises(Refused, match="not-made"):
        service.ship(drop_id, staff, None, "", NOW)
    service.lock(drop_id, staff, NOW)
    with pytest.raises(Refused, match="wrong-step"):
        service.lock(drop_id, staff, NOW)
    service.produce(drop_id, staff, NOW)
    assert service.ship(drop_id, staff, [orders[0].id], "JJFI 1", NOW) == 1
    with pytest.raises(Refused, match="orders-wait"):
        service.finish(drop_id, staff, NOW)
    assert [service.ship(drop_id, staff, None, "", NOW) for _ in range(2)] == [2, 0]
    service.finish(drop_id, staff, NOW)
    run_jobs()
    for kind in ("preorder-placed", "drop-locked", "order-shipped"):
        assert told(kind) == dict.fromkeys(fans, 1), kind
    sent = queries.preorder(db.session(), orders[0].id)
    assert sent
    assert (sent.state, sent.tracking) == ("shipped", "JJFI 1")
    assert recount.differences(db.session()) == []


def test_orders_of_another_drop_are_not_shipped_along(app: Flask) -> None:
    story = make.story()
    one, other = make.drop(told=story), make.drop(told=story, slug="another")
    order = service.place(other, make.person(), [make.tee(other)], HOME, "a-first-key", NOW)
    service.lock(one, story.staff_id, NOW)
    service.produce(one, story.staff_id, NOW)
    assert service.ship(one, story.staff_id, [order.id], "", NOW) == 0


@pytest.mark.ordinarily("sqlite")
def test_calling_off_releases_all_and_tells_who_ordered(app: Flask, run_jobs: Callable[..., int]) -> None:
    story = make.story()
    drop_id = make.drop(told=story)
    fan, gone = make.person(), make.person()
    service.place(drop_id, fan, [make.tee(drop_id, quantity=2)], HOME, "a-first-key", NOW)
    early = service.place(drop_id, gone, [make.tee(drop_id)], HOME, "a-first-key", NOW)
    service.cancel(early.id, gone, NOW)
    with pytest.raises(Refused, match="no-reason"):
        service.cancel_drop(drop_id, story.staff_id, " ", NOW)
    later = NOW + timedelta(hours=1)
    assert service.cancel_drop(drop_id, story.staff_id, "The printer burnt down", later) == 1
    with pytest.raises(Refused, match="drop-over"):
        service.cancel_drop(drop_id, story.staff_id, "Again", later)
    with pytest.raises(Refused, match="drop-cancelled"):
        service.place(drop_id, fan, [make.tee(drop_id)], HOME, "another-key", later)
    run_jobs()
    assert told("drop-cancelled") == {fan: 1}
    assert told("preorder-cancelled") == {gone: 1}
    assert db.session.get_one(Drop, drop_id).reserved == 0
    assert recount.differences(db.session()) == []


def test_the_recount_sees_what_is_wrong(app: Flask) -> None:
    drop_id = make.drop()
    service.place(drop_id, make.person(), [make.tee(drop_id)], HOME, "a-first-key", NOW)
    with transaction() as session:
        session.get_one(Drop, drop_id).reserved = 7
    assert recount.differences(db.session()) == ["drop tour-tee: counter 7, order lines 1"]


def test_facts_are_owed_to_their_handlers(app: Flask) -> None:
    registry: outbox.Registry = app.extensions["fanmade.outbox"]
    assert "preorders.jobs.draft_drop" in registry.by_fact["WinnerAnnounced"]
    for fact in ("DropOpened", "PreorderPlaced", "PreorderCancelled", "DropLocked", "PreorderShipped", "DropCancelled"):
        assert registry.by_fact[fact]
