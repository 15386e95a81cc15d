"""The staff's desk over many orders and one: views, bulk acts, notes, changes, the steps and what blocks them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from preorders import batches, checklist, desk_jobs, order_list, queries, recount, service, tallies, timeline
from preorders.checklist import Counts, Course
from preorders.models import Drop, OrderBatch, OrderEvent, Preorder
from preorders.order_list import STATES, Filters
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.accounts import store as accounts
from webapp.infra.db import db, transaction
from webapp.notices.models import Notice

BASE = "/team/night-line/drops"


@pytest.fixture(autouse=True)
def at_noon(clock: Any) -> None:
    clock.at(NOW)


@pytest.fixture
def story(app: Flask) -> make.Story:
    return make.story()


@pytest.fixture
def staff(story: make.Story, client: Any, sign_in: Callable[..., None]) -> Any:
    """A browser in which merch staff are signed in."""
    sign_in(client, story.staff_id)
    return client


def orders_of(drop_id: int, count: int, **more: Any) -> list[Any]:
    fans = make.people(count, f"buyer{drop_id}-")
    return [service.place(drop_id, fan, [make.tee(drop_id)], HOME, "a-first-key", NOW, **more) for fan in fans]


def states(drop_id: int) -> dict[str, int]:
    db.session.rollback()
    found = select(Preorder.state, func.count()).where(Preorder.drop_id == drop_id).group_by(Preorder.state)
    return {row[0]: row[1] for row in db.session.execute(found)}


def listed(drop_id: int, filters: Filters) -> list[str]:
    """Numbers of the first page's orders."""
    return [line.number for line in order_list.page(db.session(), drop_id, filters, None)[0]]


def events_of(preorder_id: int) -> list[str]:
    db.session.rollback()
    found = select(OrderEvent.kind).where(OrderEvent.preorder_id == preorder_id).order_by(OrderEvent.id)
    return list(db.session.scalars(found))


def confirm_of(page: Any) -> dict[str, Any]:
    """The one form of the page that asks once more."""
    form = page.text.split('<form class="form"')[1].split("</form>")[0]
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.one_db
def test_all_that_match_are_cancelled_in_three_clicks_whatever_is_sent_twice(staff: Any, story: make.Story) -> None:
    drop_id = make.drop(told=story)
    placed = orders_of(drop_id, 7)
    service.place(drop_id, make.person(), [make.tee(drop_id, "S")], HOME, "a-first-key", NOW)
    asked = staff.post(f"{BASE}/{drop_id}/orders/bulk?size=M", data={"which": "all", "action": "cancel"})
    assert "This is about 7 orders." in asked.text
    assert states(drop_id) == {"reserved": 8}
    form = confirm_of(asked)
    refused = staff.post(f"{BASE}/{drop_id}/orders/batches?size=M", data=form)
    assert refused.status_code == 422
    for _ in range(2):
        done = staff.post(f"{BASE}/{drop_id}/orders/batches?size=M", data={**form, "reason": "Wrong shade"})
        assert done.status_code == 303
    assert "7 orders were changed." in staff.get(done.headers["Location"]).text
    assert states(drop_id) == {"reserved": 1, "cancelled": 7}
    assert db.session.scalar(select(func.count()).select_from(OrderBatch)) == 1
    assert events_of(placed[0].id) == ["placed", "cancelled"]
    assert recount.differences(db.session()) == []


@pytest.mark.one_db
def test_ticked_orders_are_sent_and_those_that_cannot_are_named(staff: Any, story: make.Story) -> None:
    drop_id = make.drop(told=story, address_when="later")
    first, second = orders_of(drop_id, 2)
    bare = service.place(drop_id, make.person(), [make.tee(drop_id)], None, "a-first-key", NOW, country="FI")
    service.lock(drop_id, story.staff_id, NOW)
    ticked = {"action": "ship", "order": [first.id, bare.id]}
    assert staff.post(f"{BASE}/{drop_id}/orders/bulk", data=ticked).status_code == 409  # nothing is made yet
    service.produce(drop_id, story.staff_id, NOW)
    form = confirm_of(staff.post(f"{BASE}/{drop_id}/orders/bulk", data=ticked))
    page = staff.get(staff.post(f"{BASE}/{drop_id}/orders/batches", data=form).headers["Location"])
    assert "1 order was changed." in page.text
    assert bare.number in page.text
    assert states(drop_id) == {"shipped": 1, "reserved": 2}
    assert events_of(second.id) == ["placed"]
    for nothing in ({"action": "ship"}, {"action": "fly", "which": "all"}, {"which": "all"}):
        assert staff.post(f"{BASE}/{drop_id}/orders/bulk", data=nothing).status_code == 422, nothing


@pytest.mark.one_db
def test_a_large_batch_is_a_workers_and_the_next_one_goes_on_where_it_died(
    app: Flask, story: make.Story, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    drop_id = make.drop(told=story)
    orders_of(drop_id, 9)
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    monkeypatch.setattr(batches, "CHUNK", 2)
    wanted = batches.Wanted("cancel", Filters(), reason="No cloth")
    batch_id = batches.ask(drop_id, story.staff_id, wanted, "a-token", 9, NOW)
    assert states(drop_id) == {"reserved": 9}
    real, calls = batches._ACTS["cancel"], []

    def dies(batch: Any, ids: Any) -> Any:
        calls.append(ids)
        if len(calls) == 3:
            raise RuntimeError("killed")
        return real(batch, ids)

    monkeypatch.setitem(batches._ACTS, "cancel", dies)
    assert batches.work(batch_id) is False
    assert states(drop_id) == {"reserved": 5, "cancelled": 4}
    assert batches.sweep() == 0  # not at once
    clock.advance(minutes=1)
    assert batches.sweep() == 1
    assert batches.work(batch_id) is True
    assert batches.work(batch_id) is False
    row = db.session.get_one(OrderBatch, batch_id)
    assert (row.done, row.skipped, states(drop_id)) == (9, 0, {"cancelled": 9})


@pytest.mark.one_db
def test_a_view_is_kept_shared_renamed_and_removed(
    staff: Any, story: make.Story, new_client: Any, sign_in: Any
) -> None:
    drop_id = make.drop(told=story)
    orders_of(drop_id, 1)
    at = f"{BASE}/{drop_id}/orders"
    assert staff.post(f"{at}/views?size=M&state=all", data={"name": " Medium  ones "}).status_code == 302
    assert staff.post(f"{at}/views?size=S", data={"name": "Medium ones"}).status_code == 409
    assert staff.post(f"{at}/views?size=S", data={"name": " "}).status_code == 422
    page = staff.get(f"{at}?size=M&state=all").text
    assert re.search(r'aria-current="page">Medium ones', page)
    (view_id,) = set(re.findall(r"/orders/views/(\d+)", page))
    other = new_client()
    sign_in(other, colleague(story))
    assert "Medium ones" not in other.get(at).text  # one's own
    assert other.post(f"{at}/views/{view_id}", data={"name": "Mine"}).status_code == 404
    shared = {"name": "All M", "shared": "yes"}
    assert staff.post(f"{at}/views/{view_id}?size=M&state=all", data=shared).status_code == 302
    assert "All M" in other.get(at).text
    assert staff.post(f"{at}/views/{view_id}", data={"act": "remove"}).status_code == 302
    assert "All M" not in staff.get(at).text


def colleague(story: make.Story) -> int:
    """Another one of the artist's merch staff."""
    person_id = make.person("Second")
    with transaction() as session:
        accounts.add_member(session, story.artist_id, person_id, "merch_staff", NOW)
    return person_id


@pytest.mark.one_db
def test_one_order_is_noted_on_changed_with_a_reason_and_sent_again(
    staff: Any, story: make.Story, run_jobs: Callable[..., int]
) -> None:
    drop_id = make.drop(told=story)
    (order,) = orders_of(drop_id, 1)
    at = f"{BASE}/{drop_id}/orders/{order.number}"
    assert staff.post(f"{at}/note", data={"text": ""}).status_code == 422
    assert staff.post(f"{at}/note", data={"text": "<b>rang</b> twice"}).status_code == 302
    page = staff.get(at).text
    assert "&lt;b&gt;rang&lt;/b&gt; twice" in page
    small = make.tee(drop_id, "S").variant_ids[0]
    address = {"name": "Aino", "line1": "Uusikatu 2", "postcode": "00100", "city": "Helsinki", "country": "FI"}
    version = re.search(r'name="version" value="(\w+)"', page)
    assert version
    form = {**address, "variant-0-0": small, "quantity-0": "2", "version": version[1]}
    assert staff.post(f"{at}/change", data=form).status_code == 422  # no reason
    assert staff.post(f"{at}/change", data={**form, "reason": "Asked by mail", "line1": ""}).status_code == 422
    assert staff.post(f"{at}/change", data={**form, "reason": "Asked by mail"}).status_code == 302
    page = staff.get(at).text
    assert "Uusikatu 2" in page
    assert "Asked by mail" in page
    assert events_of(order.id) == ["placed", "note", "changed", "address"]
    changed = queries.preorder(db.session(), order.id)
    assert changed
    assert changed.pieces == 2
    assert [line.number for line in order_list.page(db.session(), drop_id, Filters(q="uusi"), None)[0]] == []
    assert [line.number for line in order_list.page(db.session(), drop_id, Filters(q="AINO"), None)[0]] == [
        order.number
    ]
    assert order_list.page(db.session(), drop_id, Filters(q="ahola"), None)[0] == []  # the name before
    for _ in range(2):
        assert staff.post(f"{at}/resend", data={"token": "the-same-form"}).status_code == 302
    run_jobs()
    db.session.rollback()
    told = select(func.count()).where(Notice.recipient_id == order.person_id, Notice.kind == "preorder-placed")
    assert db.session.scalar(told) == 2
    assert recount.differences(db.session()) == []


@pytest.mark.one_db
def test_nobodys_order_is_fixed_unheard(
    staff: Any, story: make.Story, run_jobs: Callable[..., int], clock: Any
) -> None:
    drop_id = make.drop(told=story)
    (order,) = orders_of(drop_id, 1)

    def drop() -> Any:
        db.session.rollback()
        return db.session.get_one(Drop, drop_id)

    def told(kind: str) -> int:
        db.session.rollback()
        mine = select(func.count()).where(Notice.recipient_id == order.person_id, Notice.kind == kind)
        return db.session.scalar(mine) or 0

    assert desk_jobs.announce_locks() == 0
    assert staff.post(f"{BASE}/{drop_id}/lock", data={"told": "yes", "reason": " "}).status_code == 422
    assert staff.post(f"{BASE}/{drop_id}/lock").status_code == 302  # announced, not done
    assert (drop().locked_at, drop().closes_at, drop().lock_told_at) == (None, NOW + timedelta(hours=48), NOW)
    assert staff.post(f"{BASE}/{drop_id}/lock").status_code == 409
    run_jobs()
    assert desk_jobs.announce_locks() == 0
    desk_jobs.tell_lock_soon(drop_id)
    assert told("drop-lock-soon") == 1
    clock.advance(hours=48)
    assert staff.post(f"{BASE}/{drop_id}/lock").status_code == 302
    assert drop().locked_at is not None


@pytest.mark.one_db
def test_missing_addresses_are_asked_for_once_and_stay_out_of_the_parcels(
    staff: Any, story: make.Story, run_jobs: Callable[..., int]
) -> None:
    drop_id = make.drop(told=story, address_when="later")
    orders_of(drop_id, 1)
    fan = make.person()
    bare = service.place(drop_id, fan, [make.tee(drop_id)], None, "a-first-key", NOW, country="FI")
    service.lock(drop_id, story.staff_id, NOW)
    page = staff.get(f"{BASE}/{drop_id}/orders").text
    assert "Some orders have no address yet" in page
    assert listed(drop_id, Filters(state="look")) == [bare.number]
    assert staff.post(f"{BASE}/{drop_id}/addresses/remind").status_code == 302
    assert staff.post(f"{BASE}/{drop_id}/addresses/remind").status_code == 409
    run_jobs()
    db.session.rollback()
    asked = select(func.count()).where(Notice.recipient_id == fan, Notice.kind == "address-missing")
    assert db.session.scalar(asked) == 1
    for step in ("addresses/lock", "produce"):
        assert staff.post(f"{BASE}/{drop_id}/{step}").status_code == 302
        assert staff.get(f"{BASE}/{drop_id}/orders").status_code == 200
    assert service.ship(drop_id, story.staff_id, None, "", NOW) == 1
    assert staff.post(f"{BASE}/{drop_id}/close").status_code == 409
    assert staff.get(f"{BASE}/{drop_id}/orders/meter").text.count("<progress") == 1


def test_sums_of_a_large_drop_say_what_counting_says(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    told = make.story()
    drop_id = make.drop(told=told, bundle=True, address_when="later")
    fans = make.people(4)
    service.place(drop_id, fans[0], [make.tee(drop_id), make.bundle(drop_id)], HOME, "a-first-key", NOW)
    service.place(drop_id, fans[1], [make.tee(drop_id, "S", "Navy", 3)], HOME, "a-first-key", NOW)
    service.place(drop_id, fans[2], [make.bundle(drop_id)], None, "a-first-key", NOW, country="SE")
    gone = service.place(drop_id, fans[3], [make.tee(drop_id)], HOME, "a-first-key", NOW)
    service.cancel(gone.id, fans[3], NOW)
    with transaction() as session:
        session.execute(update(Preorder).where(Preorder.person_id == fans[1]).values(paid_at=NOW))
    filters = [Filters(state=state) for state in STATES]
    filters += [Filters(size="M"), Filters(colour="Navy", state="all"), Filters(bundle="no"), Filters(country="SE")]
    filters += [Filters(paid="yes"), Filters(paid="no", state="all"), Filters(size="M", bundle="yes", country="FI")]
    session = db.session()
    live = [(tallies.counted(session, drop_id, each), order_list.units(session, drop_id, each)) for each in filters]
    db.session.rollback()
    monkeypatch.setattr(tallies, "LARGE", 1)
    assert tallies.ask_due() == 1
    tallies.tally(drop_id)
    assert tallies.ask_due() == 0
    for each, (counted, units) in zip(filters, live, strict=True):
        summed = tallies.counted(db.session(), drop_id, each)
        assert summed.at is not None
        assert (summed.lines, summed.pieces, summed.price_minor) == (counted.lines, counted.pieces, counted.price_minor)
        assert summed.orders in (None, counted.orders), each
        assert (summed.orders is None) == each.on_lines
        assert tallies.units(db.session(), drop_id, each, summed) == units


def test_the_steps_say_what_is_next_and_what_blocks_it() -> None:
    opens, closes = NOW - timedelta(days=9), NOW + timedelta(days=1)

    def now_step(counts: Counts = Counts(), **dates: Any) -> tuple[str, tuple[str, ...]]:  # noqa: B008
        course = Course(**{"opens_at": opens, "closes_at": closes, "payment": "at_lock", **dates})
        (step,) = [step for step in checklist.steps(course, counts, NOW) if step.state == "now"]
        return step.name, step.blocks

    assert now_step() == ("lock", ())
    assert now_step(opens_at=closes) == ("lock", ("not-open",))
    assert now_step(goal_missed=True) == ("lock", ("goal-missed",))
    assert now_step(locked_at=NOW) == ("charge", ())
    assert now_step(locked_at=NOW, payment="none") == ("address", ())
    assert now_step(Counts(without_address=2), locked_at=NOW, charged_at=NOW) == ("address", ("addresses",))
    done = {"locked_at": NOW, "charged_at": NOW, "address_locked_at": NOW}
    assert now_step(Counts(awaiting=1, payment_failed=1), **done) == ("production", ("failed", "awaiting"))
    assert now_step(Counts(to_send=3), **done, production_at=NOW, shipping_at=NOW) == ("ship", ())
    assert now_step(**done, production_at=NOW, shipping_at=NOW) == ("done", ())
    called_off = Course(opens, closes, "none", cancelled_at=NOW)
    assert "now" not in [step.state for step in checklist.steps(called_off, Counts(), NOW)]


def test_an_event_nobody_has_words_for_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        timeline.note(None, 1, NOW, None, "unheard-of")  # type: ignore[arg-type]
