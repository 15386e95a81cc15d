"""Work asked of crowds: when, how it is solved, what it can't be used for, and that nobody is locked out."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.voting import make
from voting.models import PendingVote, Vote
from webapp.accounts.models import SignInCode
from webapp.infra import puzzle
from webapp.infra.db import db

pytestmark = pytest.mark.one_db
JSON = {"Accept": "application/json"}
RATE = 3


@pytest.fixture(autouse=True)
def made(app: Flask, rate_limits: None, clock: Any) -> make.Scene:
    """A contest that is voted on, and few newcomers allowed, so that tests are short."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], puzzle_rate=RATE, puzzle_bits=8)
    clock.at(make.NOW)
    return make.scene(designs=4)


@pytest.fixture
def crowd(new_client: Callable[[], Any], made: make.Scene) -> None:
    """As many newcomers as pass without work."""
    for _ in range(RATE):
        assert vote(new_client(), made).status_code == 200


def vote(client: Any, made: make.Scene, design: int = 0, address: str = "192.0.2.7", **fields: Any) -> Any:
    where = {"REMOTE_ADDR": address}
    path = f"/D/{made.codes[design]}/vote"
    return client.post(path, data={"wish": "cast", **fields}, headers=JSON, environ_base=where)


def solved(asked: dict[str, Any]) -> dict[str, str]:
    """The fields of an answer, worked out as the documentation says, not with the product's code."""
    for number in itertools.count():
        digest = hashlib.sha256(f"{asked['nonce']}:{number}".encode()).hexdigest()
        if bin(int(digest, 16))[2:].zfill(256).startswith("0" * asked["bits"]):
            return {"puzzle": asked["token"], "answer": str(number)}
    raise AssertionError


def _form(text: str) -> str:
    return text.partition("data-nonce")[2].partition("</form>")[0]


def pending() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(PendingVote)) or 0


@pytest.mark.usefixtures("crowd")
def test_one_more_newcomer_works_for_the_vote_and_is_then_left_in_peace(new_client, client, made):
    asked = vote(client, made)
    assert (asked.status_code, asked.json["code"]) == (429, "puzzle")
    assert int(asked.headers["Retry-After"]) == puzzle.WAIT
    assert pending() == RATE
    wrong = vote(client, made, puzzle=asked.json["puzzle"]["token"], answer="x")
    assert (wrong.status_code, wrong.json["puzzle"]) == (429, asked.json["puzzle"])
    assert vote(client, made, **solved(asked.json["puzzle"])).json["state"] == "pending"
    assert vote(client, made, 1).status_code == 200
    assert vote(new_client(), made, address="198.51.100.7").status_code == 200
    assert vote(new_client(), made, address="192.0.2.200").status_code == 429


@pytest.mark.usefixtures("crowd")
def test_an_answer_passes_once_and_only_for_what_it_was_asked(new_client, client, made):
    answer = solved(vote(client, made).json["puzzle"])
    assert vote(client, made, **answer).status_code == 200
    again = vote(new_client(), made, **answer)
    assert again.status_code == 429
    assert again.json["puzzle"]["token"] != answer["puzzle"]
    fresh = solved(again.json["puzzle"])
    for number in range(RATE):
        new_client().post("/sign-in", data={"email": f"fan{number}@example.org"})
    mail = {"email": "late@example.org", **fresh}
    assert new_client().post("/sign-in", data=mail).status_code == 429
    forged = {**fresh, "puzzle": fresh["puzzle"][:-1] + ("A" if fresh["puzzle"][-1] != "A" else "B")}
    assert vote(new_client(), made, **forged).status_code == 429
    assert vote(new_client(), made, **fresh).status_code == 200


@pytest.mark.usefixtures("crowd")
def test_an_old_answer_is_void_and_an_old_crowd_forgotten(new_client, client, made, clock):
    answer = solved(vote(client, made).json["puzzle"])
    clock.advance(seconds=puzzle.LIFE + 1)
    assert vote(client, made, **answer).status_code == 429
    clock.advance(seconds=2 * puzzle.WINDOW)
    assert vote(new_client(), made).status_code == 200


def test_without_script_a_form_waits_and_goes_on(new_client, client, clock):
    for number in range(RATE):
        assert new_client().post("/sign-in", data={"email": f"fan{number}@example.org"}).status_code == 302
    page = client.post("/sign-in?next=/c/tour", data={"email": 'a"<b>@example.org'})
    assert page.status_code == 429
    text = page.get_data(as_text=True)
    assert "wait 20 seconds" in text
    assert "<b>" not in text
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', _form(text)))
    assert form["next"] == "/c/tour"
    form |= {"email": "late@example.org", "answer": ""}
    clock.advance(seconds=12)
    early = client.post("/sign-in", data=form)
    assert early.status_code == 429
    assert "wait 8 seconds" in early.get_data(as_text=True)
    clock.advance(seconds=8)
    assert client.post("/sign-in", data=form).headers["Location"] == "/sign-in/code"
    assert db.session.scalar(select(func.count()).select_from(SignInCode)) == RATE + 1


@pytest.mark.usefixtures("crowd")
def test_who_came_by_a_form_returns_to_its_page(client, made, clock):
    path, design = f"/D/{made.codes[0]}/vote", f"/D/{made.codes[0]}"
    where = {"REMOTE_ADDR": "192.0.2.9"}
    fields = {"wish": "cast", "next": design}
    page = client.post(path, data=fields, headers={"Referer": f"http://localhost{design}"}, environ_base=where)
    assert f'name="came_from" value="http://localhost{design}"' in page.get_data(as_text=True)
    token = re.search(r'name="puzzle" value="([^"]+)"', page.get_data(as_text=True))
    assert token
    clock.advance(seconds=puzzle.WAIT)
    sent = {"wish": "cast", "puzzle": token[1], "came_from": f"http://localhost{design}", "answer": ""}
    done = client.post(path, data=sent, headers={"Referer": f"http://localhost{path}"}, environ_base=where)
    assert done.status_code == 303
    assert "%2Fvote" not in done.headers["Location"]
    assert made.codes[0] in done.headers["Location"]


@pytest.mark.usefixtures("crowd")
def test_waiting_is_no_way_for_thousands(new_client, made, clock, monkeypatch):
    monkeypatch.setattr(puzzle, "WAITED", 2)
    tokens = [vote(new_client(), made).json["puzzle"]["token"] for _ in range(4)]
    clock.at(clock.now.replace(second=0))
    clock.advance(seconds=puzzle.WAIT)
    tried = [vote(new_client(), made, puzzle=token).status_code for token in tokens]
    assert tried == [200, 200, 429, 429]
    clock.advance(seconds=60)
    assert [vote(new_client(), made, puzzle=token).status_code for token in tokens] == [429, 429, 200, 200]


@pytest.mark.usefixtures("crowd")
def test_a_stadium_passes_each_phone_by_its_own_work(new_client, made):
    tries = 0
    for _ in range(40):
        phone = new_client()
        asked = vote(phone, made).json["puzzle"]
        answer = solved(asked)
        tries += int(answer["answer"])
        assert vote(phone, made, **answer).status_code == 200
        assert [vote(phone, made, design).status_code for design in (1, 2)] == [200, 200]
    assert pending() == RATE + 3 * 40
    assert tries > 40  # there was work


@pytest.mark.usefixtures("crowd")
def test_who_is_signed_in_or_finds_redis_away_is_not_asked(app, new_client, client, made, sign_in, monkeypatch):
    sign_in(client, make.person())
    assert vote(client, made).json["state"] == "counted"
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 1
    nowhere = puzzle.counters().__class__.from_url("unix:///nowhere.sock")
    monkeypatch.setitem(app.extensions, "fanmade.redis.counters", nowhere)
    assert vote(new_client(), made).json["state"] == "pending"
