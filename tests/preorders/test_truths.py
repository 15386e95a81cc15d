"""Whatever is done to a drop in whatever order: the counters agree, and nothing is free while somebody waits for it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from preorders import editing, expiry, ordering, recount, service
from preorders.models import Drop, Preorder, WaitlistEntry
from preorders.rules import Item
from preorders.service import Change
from preorders.waitlist import joining, lapsing
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import NotFound, Refused

STEPS = 70


class Bustle:
    """Fans and staff of one drop, each step an act that may be refused but may not leave anything odd behind."""

    def __init__(self, dice: random.Random, payment: str) -> None:
        self.dice, self.now, self.count = dice, NOW, 0
        self.story = make.story()
        self.drop_id = make.drop(cap=3, per_person=3, bundle=True, told=self.story, payment=payment)
        self.people = [*make.people(5), make.person(age_band="16-17")]
        catalogue = make.catalogue(self.drop_id)
        self.tees, (self.album,) = ([each.id for each in product.variants] for product in catalogue.products)
        self.bundle_id = catalogue.bundles[0].id
        editing.set_caps(self.drop_id, self.story.staff_id, {self.tees[0]: 2, self.album: 2}, NOW)

    def acts(self) -> list[Callable[[], Any]]:
        often = [self.place, self.place, self.join, self.join, self.take, self.take, self.change, self.cancel]
        return [*often, self.leave, self.wait, self.expire, self.edition, self.cap, self.confirm, self.staff_cancel]

    def wanted(self) -> list[Item]:
        tee, many = self.dice.choice(self.tees[:2]), self.dice.choice((1, 1, 2))
        kinds = [
            Item((tee,), None, many),
            Item((tee, self.album), self.bundle_id, many),
            Item((self.album,), None, many),
        ]
        return self.dice.sample(kinds, self.dice.choice((1, 1, 2)))

    def place(self, offer_id: int | None = None, who: int | None = None) -> None:
        self.count += 1
        person = who or self.dice.choice(self.people)
        service.place(self.drop_id, person, self.wanted(), HOME, f"key-{self.count:06}", self.now, offer_id=offer_id)

    def one(self, model: Any, *conditions: Any) -> Any:
        ids = db.session.scalars(select(model.id).where(*conditions).order_by(model.id)).all()
        found = db.session.get(model, self.dice.choice(ids)) if ids else None
        kept = {name: getattr(found, name) for name in ("id", "person_id")} if found else None
        db.session.rollback()
        return kept

    def order(self) -> Any:
        return self.one(Preorder, Preorder.state.in_(("awaiting", "reserved")))

    def join(self) -> None:
        """Wait for whatever is sold out."""
        wanted, who = self.dice.sample([*self.tees[:2], self.album], 3), self.dice.choice(self.people)
        for variant in wanted[:-1]:
            try:
                joining.join(self.drop_id, who, variant, self.dice.choice((1, 2)), self.now)
                return
            except Refused:
                db.session.rollback()
        joining.join(self.drop_id, who, wanted[-1], 1, self.now)

    def take(self) -> None:
        if entry := self.one(WaitlistEntry, WaitlistEntry.state == "offered"):
            self.place(entry["id"], entry["person_id"])

    def leave(self) -> None:
        if entry := self.one(WaitlistEntry, WaitlistEntry.standing.is_(True)):
            joining.leave(entry["id"], entry["person_id"], self.now)

    def cancel(self) -> None:
        if order := self.order():
            service.cancel(order["id"], order["person_id"], self.now)

    def staff_cancel(self) -> None:
        if order := self.order():
            ordering.cancel_for(order["id"], self.story.artist_id, self.story.staff_id, "Torn", self.now)

    def change(self) -> None:
        if order := self.order():
            service.change(order["id"], order["person_id"], Change(self.wanted()), self.now)

    def confirm(self) -> None:
        if order := self.order():
            with transaction() as session:
                ordering.confirm(session, order["id"], self.dice.choice(("payment", "guardian")), self.now)

    def wait(self) -> None:
        self.now += timedelta(minutes=self.dice.choice((10, 40, 60 * 25)))
        lapsing.lapse_due(self.now)

    def expire(self) -> None:
        expiry.expire_due(self.now)

    def edition(self) -> None:
        changes = self.dice.choice(({"edition_cap": 2}, {"edition_cap": 4}, {"edition_cap": 5}, {"per_person": 2}))
        longer = {"closes_at": self.now + timedelta(days=self.dice.choice((3, 30)))}
        editing.update_drop(self.drop_id, self.story.staff_id, self.dice.choice((changes, longer)), self.now)

    def cap(self) -> None:
        caps = {self.dice.choice([*self.tees[:2], self.album]): self.dice.choice((1, 2, 3, None))}
        editing.set_caps(self.drop_id, self.story.staff_id, caps, self.now)


@pytest.mark.parametrize(
    ("seed", "payment"),
    [
        pytest.param(3, "none", marks=pytest.mark.ordinarily("sqlite")),
        pytest.param(5, "now", marks=pytest.mark.ordinarily("postgres")),
    ],
)
def test_nothing_odd_is_ever_left_behind(app: Flask, monkeypatch: pytest.MonkeyPatch, seed: int, payment: str) -> None:
    monkeypatch.setattr(expiry, "GIVE_UP", [])
    bustle, seen = Bustle(random.Random(seed), payment), set()
    for number in range(STEPS):
        act = bustle.dice.choice(bustle.acts())
        try:
            act()
            seen.add(act.__name__)
        except (Refused, NotFound) as refused:
            seen.add(getattr(refused, "code", "not-found"))
        finally:
            db.session.rollback()
        assert recount.recount(bustle.now)[1] == [], (number, act.__name__)
    assert {"place", "join", "take", "expire", "cap"} <= seen, seen
    lapsing.end_due(bustle.now + timedelta(days=400))
    db.session.rollback()
    assert db.session.scalars(select(Drop.offered)).all() == [0]
