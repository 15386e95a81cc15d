"""Orders that change, wait and are confirmed: what they hold always matches what is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from preorders import changing, queries, recount, service
from preorders.models import Drop, OrderEvent, Preorder, Product, ShippingZone, TaxRate, Variant
from preorders.rows import PreorderRow
from preorders.service import Change, Item
from tests.preorders import make
from tests.preorders.make import DAY, HOME, NOW
from voting.models import Ballot, Round
from webapp.accounts.models import AuditLine
from webapp.infra.db import db, transaction
from webapp.infra.outbox import FactRow
from webapp.kernel.refusal import NotFound, Refused


def place(drop_id: int, fan: int, *items: Item, key: str = "a-key-of-a-form", **more: Any) -> PreorderRow:
    now = more.pop("now", NOW)
    return service.place(drop_id, fan, items or [make.tee(drop_id)], more.pop("contact", HOME), key, now, **more)


def order(preorder_id: int) -> PreorderRow:
    found = queries.preorder(db.session(), preorder_id)
    db.session.rollback()
    assert found
    return found


def version(preorder_id: int) -> str:
    return changing.version_of(order(preorder_id), queries.lines(db.session(), preorder_id))


def set_drop(drop_id: int, **values: Any) -> None:
    with transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(Drop, drop_id), name, value)


def kinds(preorder_id: int) -> Sequence[str]:
    rows = db.session.query(OrderEvent).filter_by(preorder_id=preorder_id).order_by(OrderEvent.id)
    return [row.kind for row in rows]


def held(drop_id: int) -> dict[str, int]:
    db.session.rollback()
    return {v.words: v.reserved for p in make.catalogue(drop_id).products for v in p.variants if v.reserved}


def test_a_change_frees_and_takes_and_is_done_once(app: Flask) -> None:
    drop_id, fan = make.drop(cap=3), make.person()
    mine = place(drop_id, fan, make.tee(drop_id, "M", quantity=2))
    wanted = Change([make.tee(drop_id, "S", "Navy", 3)], version=version(mine.id))
    assert service.change(mine.id, fan, wanted, NOW)
    assert not service.change(mine.id, fan, wanted, NOW)  # pressed twice
    assert held(drop_id) == {"S, Navy": 3}
    assert (order(mine.id).pieces, order(mine.id).total_minor) == (3, 3 * 2990)
    assert kinds(mine.id) == ["placed", "changed"]
    assert recount.differences(db.session()) == []
    with pytest.raises(Refused, match="sold-out"):
        service.change(mine.id, fan, Change([make.tee(drop_id, "S", "Navy", 4)]), NOW)
    with pytest.raises(Refused, match="changed-meanwhile"):
        service.change(mine.id, fan, replace(wanted, items=[make.tee(drop_id, "S")]), NOW)
    with pytest.raises(NotFound):
        service.change(mine.id, make.person(), wanted, NOW)


def test_a_size_that_is_gone_leaves_the_old_one(app: Flask) -> None:
    drop_id, fan = make.drop(per_person=2), make.person()
    small = make.tee(drop_id, "S")
    service.set_caps(drop_id, fan, {small.variant_ids[0]: 0}, NOW)
    mine = place(drop_id, fan)
    with pytest.raises(Refused, match="size-sold-out"):
        service.change(mine.id, fan, Change([small]), NOW)
    with pytest.raises(Refused, match="limit-reached"):
        service.change(mine.id, fan, Change([make.tee(drop_id, quantity=3)]), NOW)
    assert held(drop_id) == {"M, Black": 1}
    service.change(mine.id, fan, Change([make.tee(drop_id, quantity=2)]), NOW)
    assert recount.differences(db.session()) == []


def test_a_bundle_keeps_its_parts_when_a_size_changes(app: Flask) -> None:
    drop_id, fan = make.drop(bundle=True), make.person()
    mine = place(drop_id, fan, make.tee(drop_id), make.bundle(drop_id, "M", 2), make.bundle(drop_id, "S"))
    items = changing.items_of(queries.lines(db.session(), mine.id), make.catalogue(drop_id))
    assert items == [make.tee(drop_id), make.bundle(drop_id, "M", 2), make.bundle(drop_id, "S")]
    service.change(mine.id, fan, Change([items[0], make.bundle(drop_id, "S", 3)]), NOW)
    assert order(mine.id).total_minor == 2990 + 3 * 4500
    assert recount.differences(db.session()) == []


def test_the_lock_ends_changes_but_not_addresses(app: Flask) -> None:
    told = make.story()
    drop_id, fan = make.drop(told=told), make.person()
    mine = place(drop_id, fan)
    service.lock(drop_id, told.staff_id, NOW)
    moved = Change(contact=replace(HOME, city="Turku"))
    with pytest.raises(Refused, match="closed"):
        service.change(mine.id, fan, Change([make.tee(drop_id, "S")]), NOW)
    assert service.change(mine.id, fan, moved, NOW)
    set_drop(drop_id, address_locked_at=NOW)
    with pytest.raises(Refused, match="closed"):
        service.change(mine.id, fan, Change(contact=HOME), NOW)
    assert (order(mine.id).address["city"], kinds(mine.id)) == ("Turku", ["placed", "address"])


def test_staff_change_with_a_reason_until_production(app: Flask) -> None:
    told = make.story()
    drop_id, fan = make.drop(told=told, per_person=1), make.person()
    mine = place(drop_id, fan)
    two = Change([make.tee(drop_id, quantity=2)])
    for reason, artist, refused in ((" ", told.artist_id, "no-reason"), ("Why", told.artist_id + 1, "not-found")):
        with pytest.raises(Refused, match=refused):
            service.change_for(mine.id, artist, told.staff_id, two, reason, NOW)
    assert service.change_for(mine.id, told.artist_id, told.staff_id, two, "A present", NOW)
    assert db.session.query(AuditLine).filter_by(action="preorder.change").count() == 1
    assert db.session.query(FactRow).filter_by(name="PreorderChanged").one().payload["reason"] == "A present"
    set_drop(drop_id, locked_at=NOW, production_at=NOW)
    with pytest.raises(Refused, match="in-production"):
        service.change_for(mine.id, told.artist_id, told.staff_id, Change([make.tee(drop_id)]), "Why", NOW)


def test_a_paid_order_keeps_its_total(app: Flask) -> None:
    drop_id, fan = make.drop(), make.person()
    mine = place(drop_id, fan)
    with transaction() as session:
        session.get_one(Preorder, mine.id).paid_at = NOW
    with pytest.raises(Refused, match="total-changes"):
        service.change(mine.id, fan, Change([make.tee(drop_id, quantity=2)]), NOW)
    assert service.change(mine.id, fan, Change([make.tee(drop_id, "S")]), NOW)
    assert held(drop_id) == {"S, Black": 1}


def test_a_total_follows_the_country(app: Flask) -> None:
    drop_id, fan = make.drop(tax_included=False), make.person()
    with transaction() as session:
        session.add(TaxRate(drop_id=drop_id, country="FI", rate_bp=2550))
        session.add(ShippingZone(drop_id=drop_id, position=0, name="Near", countries=["FI", "SE"], price_minor=590))
    mine = place(drop_id, fan)
    assert (mine.items_minor, mine.shipping_minor, mine.tax_minor, mine.total_minor) == (2990, 590, 912, 4492)
    service.change(mine.id, fan, Change(contact=replace(HOME, country="SE")), NOW)
    assert (order(mine.id).tax_minor, order(mine.id).total_minor) == (0, 3580)
    bill = order(mine.id).bill(queries.lines(db.session(), mine.id))
    assert (bill.total_minor, bill.taxes) == (3580, ())
    with pytest.raises(Refused, match="not-served"):
        place(drop_id, fan, contact=replace(HOME, country="US"), key="another-key")


@pytest.mark.one_db
def test_another_name_is_taken_where_nothing_is_sent_any_more(app: Flask) -> None:
    drop_id, fan = make.drop(), make.person()
    placed = place(drop_id, fan)
    with transaction() as session:
        zone = {"name": "Sweden", "countries": ["SE"], "price_minor": 900, "position": 0, "extra_minor": 0}
        session.add(ShippingZone(drop_id=drop_id, **zone))
    assert service.change(placed.id, fan, Change(contact=replace(HOME, name="Aino A.")), NOW)
    assert (order(placed.id).name, order(placed.id).total_minor) == ("Aino A.", placed.total_minor)
    assert service.change(placed.id, fan, Change(contact=replace(HOME, country="SE")), NOW)
    assert order(placed.id).total_minor == placed.total_minor + 900


def test_an_address_may_come_later_but_not_the_country_it_costs(app: Flask) -> None:
    drop_id, fan = make.drop(), make.person()
    with pytest.raises(Refused, match="address-needed"):
        place(drop_id, fan, contact=None)
    set_drop(drop_id, address_when="later")
    mine = place(drop_id, fan, contact=None)
    assert (mine.address, mine.country, mine.name) == ({}, "", "Fan 4")
    assert service.change(mine.id, fan, Change(contact=HOME), NOW)
    with transaction() as session:
        session.add(ShippingZone(drop_id=drop_id, position=0, name="All", countries=[], price_minor=590))
    with pytest.raises(Refused, match="country-needed"):
        place(drop_id, fan, contact=None, key="another-key")
    assert place(drop_id, fan, contact=None, key="another-key", country="FI").total_minor == 3580


def test_an_addon_comes_only_beside_something_else(app: Flask) -> None:
    drop_id, fan = make.drop(bundle=True), make.person()
    album, small = make.catalogue(drop_id).products[1], make.tee(drop_id, "S").variant_ids[0]
    with transaction() as session:
        session.get_one(Product, album.id).addon = True
        session.get_one(Variant, small).price_diff_minor = 300
    alone = Item((album.variants[0].id,))
    with pytest.raises(Refused, match="addon-alone"):
        place(drop_id, fan, alone)
    assert place(drop_id, fan, make.tee(drop_id, "S"), alone).total_minor == 3290 + 2100


def test_money_and_guardians_are_awaited_and_confirmed_once(app: Flask) -> None:
    drop_id, child = make.drop(), make.person(age_band="13-15")
    set_drop(drop_id, payment="now", hold_minutes=30)
    mine = place(drop_id, child)
    assert (mine.state, mine.awaits_payment, mine.awaits_guardian) == ("awaiting", True, True)
    assert (mine.expires_at, mine.confirmed_at) == (NOW + timedelta(minutes=30), None)
    assert mine == order(mine.id)

    def confirm(what: str) -> bool:
        with transaction() as session:
            return service.confirm(session, mine.id, what, NOW)

    assert confirm("payment") and not confirm("payment")
    assert (order(mine.id).state, order(mine.id).expires_at) == ("awaiting", NOW + timedelta(days=7))
    assert confirm("guardian") and not confirm("guardian")
    assert (order(mine.id).state, order(mine.id).confirmed_at, order(mine.id).expires_at) == ("reserved", NOW, None)
    assert db.session.query(FactRow).filter_by(name="PreorderConfirmed").count() == 1
    service.cancel(mine.id, child, NOW)
    assert kinds(mine.id) == ["placed", "confirmed", "cancelled"]


def test_an_order_that_waits_to_be_paid_keeps_its_total_and_can_be_cancelled(app: Flask) -> None:
    drop_id, fan = make.drop(), make.person()
    set_drop(drop_id, payment="now")
    mine = place(drop_id, fan)
    with pytest.raises(Refused, match="pay-first"):
        service.change(mine.id, fan, Change([make.tee(drop_id, quantity=2)]), NOW)
    service.cancel(mine.id, fan, NOW)
    assert held(drop_id) == {}


def test_what_a_guardian_agreed_to_costs_no_more_afterwards(app: Flask) -> None:
    drop_id, child = make.drop(), make.person(age_band="16-17")
    mine = place(drop_id, child, make.tee(drop_id, quantity=2))
    service.change(mine.id, child, Change([make.tee(drop_id, quantity=3)]), NOW)  # not agreed yet
    with transaction() as session:
        assert service.confirm(session, mine.id, "guardian", NOW)
    with pytest.raises(Refused, match="guardian-agreed"):
        service.change(mine.id, child, Change([make.tee(drop_id, quantity=4)]), NOW)
    assert service.change(mine.id, child, Change([make.tee(drop_id, "S")]), NOW)


def test_what_was_free_does_not_become_owed_where_money_is_taken_at_once(app: Flask) -> None:
    drop_id, fan = make.drop(), make.person()
    with transaction() as session:
        session.get_one(Product, session.query(Product).one().id).price_minor = 0
    set_drop(drop_id, payment="now")
    mine = place(drop_id, fan)
    assert (mine.state, mine.total_minor) == ("reserved", 0)
    with transaction() as session:
        session.query(Product).one().price_minor = 2990
    with pytest.raises(Refused, match="pay-first"):
        service.change(mine.id, fan, Change([make.tee(drop_id, quantity=2)]), NOW)


def test_a_guardian_has_until_the_window_ends(app: Flask) -> None:
    drop_id, child = make.drop(closes_at=NOW + DAY), make.person(age_band="16-17")
    mine = place(drop_id, child)
    assert (mine.awaits_payment, mine.awaits_guardian, mine.expires_at) == (False, True, NOW + DAY)


def test_those_who_took_part_are_let_in_earlier(app: Flask) -> None:
    told = make.story()
    drop_id = make.drop(told=told, contest_id=told.contest_id, opens_at=NOW + 2 * DAY, early_at=NOW)
    voter = make.person("Voter")
    with transaction() as session:
        vote = Round(contest_id=told.contest_id, kind="open", budget=3)
        session.add(vote)
        session.flush()
        session.add(Ballot(round_id=vote.id, voter_id=voter, spent=1, version=1))
    for stranger, now in ((make.person(), NOW), (voter, NOW - timedelta(seconds=1))):
        with pytest.raises(Refused, match="not-open"):
            place(drop_id, stranger, now=now)
    assert place(drop_id, voter).state == "reserved"
    assert place(drop_id, told.designer_id).state == "reserved"
    assert sum(held(drop_id).values()) == 2
