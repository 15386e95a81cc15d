"""What moving the end of a window does to those who ordered, who wait, and to a goal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from preorders import editing, goals, guarded, locking, ordering, queries, recount, service
from preorders.rows import DropRow
from preorders.shipping import parcels
from preorders.waitlist import joining
from tests.preorders import make
from tests.preorders.make import DAY, HOME, NOW
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import Refused

END = NOW + 27 * DAY


def now_of(drop_id: int) -> DropRow:
    db.session.rollback()
    found = queries.drop(db.session(), drop_id)
    db.session.rollback()
    assert found
    return found


@pytest.mark.one_db
def test_a_window_never_ends_before_people_could_be_told(app: Flask) -> None:
    story = make.story()
    drop_id = make.drop(told=story)
    for end in (NOW - timedelta(minutes=1), NOW + 47 * DAY / 24):
        with pytest.raises(Refused) as refused:
            editing.update_drop(drop_id, story.staff_id, {"closes_at": end}, NOW)
        assert refused.value.code == "too-soon"
    editing.update_drop(drop_id, story.staff_id, {"closes_at": NOW + 2 * DAY}, NOW)
    assert locking.announce(drop_id, NOW)
    # Later again: everybody is told again before the new end.
    editing.update_drop(drop_id, story.staff_id, {"closes_at": NOW + 9 * DAY}, NOW)
    assert not locking.announce(drop_id, NOW)
    assert locking.announce(drop_id, NOW + 8 * DAY)


@pytest.mark.one_db
def test_a_longer_window_opens_a_missed_goal_again(app: Flask, clock: Any) -> None:
    story = make.story()
    drop_id = make.drop(told=story, goal=50)
    clock.at(END)
    goals.settle_due()
    assert now_of(drop_id).goal_missed_at == END
    editing.update_drop(drop_id, story.staff_id, {"closes_at": END + 9 * DAY}, END)
    clock.at(END + 4 * DAY)
    goals.settle_due()
    assert now_of(drop_id).cancelled_at is None
    clock.at(END + 10 * DAY)
    goals.settle_due()
    assert now_of(drop_id).goal_missed_at == END + 10 * DAY
    clock.at(END + 12 * DAY)
    goals.settle_due()
    assert now_of(drop_id).cancelled_at == END + 12 * DAY


@pytest.mark.one_db
def test_a_longer_window_offers_what_came_free_after_its_end(app: Flask) -> None:
    story = make.story()
    drop_id = make.drop(told=story, cap=1)
    one, two = make.people(2)
    order = service.place(drop_id, one, [make.tee(drop_id)], HOME, "a-key-of-a-form", NOW)
    joining.join(drop_id, two, make.tee(drop_id).variant_ids[0], 1, NOW)
    ordering.cancel_for(order.id, story.artist_id, story.staff_id, "Torn", END)
    editing.update_drop(drop_id, story.staff_id, {"closes_at": END + 9 * DAY}, END)
    assert recount.recount(END)[1] == []
    assert now_of(drop_id).offered == 1


@pytest.mark.one_db
def test_a_guardians_no_is_heard_after_an_early_lock(app: Flask) -> None:
    story = make.story()
    drop_id = make.drop(told=story)
    order = service.place(drop_id, make.person(age_band="16-17"), [make.tee(drop_id)], HOME, "a-key-of-a-form", NOW)
    service.lock(drop_id, story.staff_id, NOW)
    with transaction() as session:
        guarded.answered(session, order.id, "refused", NOW)
    found = queries.preorder(db.session(), order.id)
    assert found and found.state == "cancelled" and now_of(drop_id).reserved == 0


@pytest.mark.one_db
def test_a_drop_is_not_done_while_a_part_of_an_order_waits(app: Flask) -> None:
    story = make.story()
    drop_id = make.drop(told=story)
    order = service.place(drop_id, make.person(), [make.tee(drop_id, quantity=2)], HOME, "a-key-of-a-form", NOW)
    service.lock(drop_id, story.staff_id, NOW)
    service.produce(drop_id, story.staff_id, NOW)
    line = queries.lines(db.session(), order.id)[0].id
    db.session.rollback()
    parcels.send(order.id, story.artist_id, story.staff_id, {line: 1}, "", "T1", NOW)
    with pytest.raises(Refused) as refused:
        service.finish(drop_id, story.staff_id, NOW)
    assert refused.value.code == "orders-wait"
    parcels.send(order.id, story.artist_id, story.staff_id, None, "", "T2", NOW)
    service.finish(drop_id, story.staff_id, NOW)
