"""Whoever is asked something on the way in comes back to what they did: through every question, to the vote."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.voting import make
from tests.web import end_reading
from voting import service
from voting.models import Vote
from webapp.accounts.models import Person
from webapp.accounts.returning import by_way_of
from webapp.infra.db import db
from webapp.infra.mail import OutgoingMail

pytestmark = pytest.mark.one_db


def test_each_question_is_given_what_comes_after_it() -> None:
    assert by_way_of([], "/D/7K3QX") == "/D/7K3QX"
    assert by_way_of(["/age/again"], "/c/tour?page=2") == "/age/again?next=/c/tour%3Fpage%3D2"
    assert by_way_of(["/a", "/b"], "/D/7K3QX") == "/a?next=/b%3Fnext%3D/D/7K3QX"
    assert by_way_of(["/a"], "//evil.example") == by_way_of(["/a"], None) == "/a"
    assert by_way_of(["/c/tour/ballot"], "/c/tour/ballot") == "/c/tour/ballot"
    long = "/c/tour?q=" + "ö" * 900
    assert by_way_of(["/a", "/b"], long) == "/a?next=/b"


def test_an_age_asked_again_and_hearts_to_choose_from_both_lead_back_to_the_design(app, client, clock) -> None:
    clock.at(make.NOW)
    made = make.scene(designs=3, hearts=1)
    fan = make.person(age_band="16-17", age_told_at=make.NOW - timedelta(days=800))
    service.cast(made.designs[0], fan, "gallery", make.NOW)
    end_reading()
    address = db.session.scalar(select(Person.email).where(Person.id == fan))
    here = f"/D/{made.codes[1]}"
    client.post(f"{here}/vote")
    client.post("/sign-in", data={"email": address, "next": here})
    mailed = select(OutgoingMail.params).where(OutgoingMail.kind == "code").order_by(OutgoingMail.id.desc())
    code = re.sub(r"\D", "", db.session.scalars(mailed).first()["code"])

    asked = client.post("/sign-in/code", data={"code": code}).location

    assert asked.startswith("/age/again?next=")
    later = re.search(r'class="btn btn-plain" href="(/c/[^"]+)">Not now', client.get(asked).text)
    next_ = re.search(r'name="next" value="(/c/[^"]+)"', client.get(asked).text)
    assert later and next_ and later[1] == next_[1]
    ballot = client.post("/age/again", data={"band": "16-17", "next": next_[1]}).location
    assert ballot == f"/c/{made.slug}/ballot?next={here}"
    page = client.get(ballot).text
    assert f'name="next" value="{here}"' in page
    chosen = client.post(f"/c/{made.slug}/ballot", data={"keep": made.designs[1], "next": here})
    assert chosen.location == here
    end_reading()
    assert list(db.session.scalars(select(Vote.submission_id).where(Vote.voter_id == fan))) == [made.designs[1]]
    astray = client.post(f"/c/{made.slug}/ballot", data={"keep": made.designs[1], "next": "//evil.example"})
    assert astray.location == "/"
