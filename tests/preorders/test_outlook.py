"""What staff read of the demand before the orders say it, and what a drop teaches about the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from contests.submissions.models import Submission
from preorders import teaching
from preorders.models import Drop, Preorder
from tests.preorders import make
from tests.preorders.make import NOW
from voting.models import Ballot, Round, Vote
from voting.wearing.models import WouldWear
from voting.wearing.telling import Past
from webapp.infra.db import db, transaction


def _took_part(told: make.Story, worn: list[int], voted: list[int]) -> None:
    with transaction() as session:
        revision = session.get_one(Submission, told.submission_id).current_revision_id
        poll = Round(contest_id=told.contest_id, kind="open", budget=5)
        session.add(poll)
        session.flush()
        for who in worn:
            wish = {"submission_id": told.submission_id, "contest_id": told.contest_id, "size": "SM"[who % 2]}
            session.add(WouldWear(person_id=who, received_at=NOW, **wish))
        for who in voted:
            session.add(Ballot(round_id=poll.id, voter_id=who, spent=1))
            vote = {"submission_id": told.submission_id, "revision_id": revision, "received_at": NOW, "at": NOW}
            session.add(Vote(round_id=poll.id, voter_id=who, **vote))


def _ordered(drop_id: int, person_id: int, number: str, **fields: Any) -> None:
    row = {
        "address": {},
        "pieces": 1,
        "items_minor": 1,
        "total_minor": 1,
        "currency": "EUR",
        "placed_at": NOW,
        "email": "a@example.org",
    }
    with transaction() as session:
        session.add(
            Preorder(drop_id=drop_id, person_id=person_id, number=number, idempotency_key=number, **row, **fields)
        )


def test_a_locked_drop_teaches_how_many_of_each_kind_bought(app: Flask) -> None:
    told = make.story()
    fans = make.people(6)
    drop_id = make.drop(told=told, contest_id=told.contest_id, submission_id=told.submission_id)
    _took_part(told, worn=fans[:3], voted=fans[2:])
    _ordered(drop_id, fans[0], "FM-A")
    _ordered(drop_id, fans[0], "FM-B")  # twice is one buyer
    _ordered(drop_id, fans[5], "FM-C")
    _ordered(drop_id, fans[4], "FM-D", state="cancelled", cancelled_at=NOW)
    assert teaching.past(db.session(), told.artist_id) == Past()
    with transaction() as session:
        session.get_one(Drop, drop_id).locked_at = NOW
    assert teaching.past(db.session(), told.artist_id) == Past(worn=((3, 1),), voted=((3, 1),))


def test_staff_read_sizes_and_an_interval(client: Any, sign_in: Callable[..., None], clock: Any, app: Flask) -> None:
    clock.at(NOW)
    told = make.story()
    drop_id = make.drop(told=told, contest_id=told.contest_id, submission_id=told.submission_id)
    fans = make.people(30)
    _took_part(told, worn=fans[:20], voted=fans)
    sign_in(client, told.staff_id)
    page = client.get(f"/team/night-line/drops/{drop_id}").text
    assert "20 fans would wear it." in page
    assert "between 1 and 11" in page
