"""The result page and its JSON for every way of voting, and for results of before there were several."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contests import ways
from tests.voting import make
from tests.voting.test_counting import RULES, ballot
from tests.voting.test_marking import scene
from voting import queries, service
from voting.methods.catalogue import METHODS
from voting.models import Round
from webapp.infra.db import db, transaction

# The forms and words of pages; what they read and write is tested on both kinds of database with the services.
pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_db]
WORDS = {
    "approval": "Hearts",
    "score": "Steadied mean",
    "star": "The run-offs",
    "borda": "Points",
    "irv": "Round by round",
    "stv": "Round by round",
    "schulze-wv": "Duels won",
    "schulze-margins": "Who was preferred to whom",
    "bradley-terry": "Strength",
}


def closed(method: str) -> make.Scene:
    made = scene(method)
    fans = make.people(7)
    for number, fan in enumerate(fans):
        ballot(made, method, fan, *((0, 1) if number < 4 else (1, 0) if number < 5 else (1, 2)))
    round_id = queries.current_round(db.session(), made.contest_id).id
    make.set_state(round_id, fans[-1:], "held")
    assert service.close(round_id, made.closes + timedelta(minutes=1))
    return made


@pytest.mark.parametrize("method", RULES)
def test_the_page_says_the_order_and_what_stands_behind_it(method: str, client: Any, clock: Any):
    made = closed(method)
    clock.at(made.closes + timedelta(hours=1))
    page = client.get(f"/c/{made.slug}/result").text
    named = f"({method}, version {METHODS[method].version})"
    for words in (WORDS[method], named, "6 fans voted", "The order with the held ballots"):
        assert words in page
    body = client.get(f"/c/{made.slug}/result", headers={"Accept": "application/json"}).json
    told = body["rounds"][0]
    assert (told["method"], told["way"], told["counted"], told["held"]) == (method, ways.kind_of(method), 6, 1)
    assert told["order"][0]["code"] == made.codes[0]
    assert "votes" not in told["order_with_held"][0]


def test_a_result_of_before_is_still_shown(client: Any, clock: Any):
    made = make.scene()
    make.counted(made, 2, 1)
    names = ("ending", "ballots", "votes", "set_aside", "order", "shortlist", "draw", "seed", "seed_hash")
    with transaction() as session:
        row = session.query(Round).one()
        old = {name: row.result[name] for name in names}
        row.result = {"method": "approval-budget", "version": 1, "tie_rule": "equal-votes-share-a-rank", **old}
    clock.at(made.closes + timedelta(hours=1))
    assert "2 fans voted" in client.get(f"/c/{made.slug}/result").text
    from voting import recounting

    assert recounting.recount(made.contest_id)[0].differences == []
