"""Pages of voting as browsers and scripts see them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.voting import make
from voting import service
from voting.models import PendingVote, Pick, Vote
from webapp.infra.db import db

# The forms and words of pages; what they read and write is tested on both kinds of database with the services.
pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_db]
JSON = {"Accept": "application/json"}


@pytest.fixture
def made(clock) -> make.Scene:
    """A contest that is being voted on."""
    clock.at(make.NOW)
    return make.scene(designs=4)


@pytest.fixture
def fan(client, sign_in) -> int:
    """Somebody who is signed in in `client`."""
    person = make.person()
    sign_in(client, person)
    return person


def votes(model: Any = Vote) -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(model.submission_id)))


def test_a_script_casts_and_takes_back(client, made, fan):
    answer = client.post(f"/D/{made.codes[0]}/vote", data={"wish": "cast", "via": "link"}, headers=JSON)
    assert answer.status_code == 200
    assert answer.json["promise"]["version"] == 1
    assert {name: value for name, value in answer.json.items() if name != "promise"} == {
        "state": "counted",
        "left": 4,
        "budget": 5,
        "message": "Voted. Hearts left: 4.",
        "next": None,
    }
    assert client.post(f"/D/{made.codes[0]}/vote", headers=JSON).json["left"] == 4
    back = client.post(f"/D/{made.codes[0]}/vote", data={"wish": "withdraw"}, headers=JSON)
    assert (back.json["state"], back.json["left"]) == ("none", 5)
    client.post(f"/D/{made.codes[0]}/vote", headers=JSON)
    assert client.post(f"/D/{made.codes[0].lower()}/unvote", headers=JSON).json["state"] == "none"
    assert votes() == []


def test_a_plain_form_comes_back_to_where_it_was(client, made, fan):
    here = {"Referer": f"http://localhost/c/{made.slug}/designs?page=2"}
    answer = client.post(f"/D/{made.codes[0]}/vote", headers=here)
    assert (answer.status_code, answer.location) == (303, f"/c/{made.slug}/designs?page=2")
    elsewhere = client.post(f"/D/{made.codes[1]}/vote", headers={"Referer": "http://evil.example/x"})
    assert elsewhere.location == f"/D/{made.codes[1]}"
    away = client.post(f"/D/{made.codes[1]}/vote", data={"next": "//evil.example/x"})
    assert away.location == f"/D/{made.codes[1]}"


def test_htmx_gets_the_heart_alone(client, made, fan):
    answer = client.post(f"/D/{made.codes[0]}/vote", headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in answer.text
    assert "<html" not in answer.text


def test_a_stranger_keeps_a_vote_and_is_shown_how_to_make_it_count(client, made):
    answer = client.post(f"/D/{made.codes[0]}/vote", headers=JSON | {"Referer": f"http://localhost/D/{made.codes[0]}"})
    assert (answer.json["state"], answer.json["next"]) == ("pending", f"/sign-in?next=/D/{made.codes[0]}")
    assert votes(PendingVote) == [made.designs[0]]
    assert votes() == []
    page = client.get(f"/c/{made.slug}/ballot")
    assert "Make it count" in page.text
    assert "Not counted yet" in page.text
    plain = client.post(f"/D/{made.codes[0]}/unvote")
    assert plain.status_code == 303
    assert votes(PendingVote) == []
    first = client.post(f"/D/{made.codes[1]}/vote")
    assert first.location.startswith("/sign-in?next=/D/")


def test_above_the_budget_says_so_in_each_voice(client, sign_in, clock):
    clock.at(make.NOW)
    made = make.scene(hearts=1)
    sign_in(client, make.person())
    client.post(f"/D/{made.codes[0]}/vote")
    answer = client.post(f"/D/{made.codes[1]}/vote", headers=JSON)
    assert (answer.status_code, answer.json["code"], answer.json["next"]) == (
        409,
        "no-hearts-left",
        f"/c/{made.slug}/ballot",
    )
    plain = client.post(f"/D/{made.codes[1]}/vote", follow_redirects=True)
    assert plain.status_code == 200
    assert "All your 1 hearts are given" in plain.text


def test_the_vote_needs_its_token(client, made, csrf):
    assert client.post(f"/D/{made.codes[0]}/vote").status_code == 400
    assert votes(PendingVote) == []


def test_focus_shows_each_design_once_and_never_ones_own(client, sign_in, made):
    sign_in(client, made.designers[0])
    seen, path = [], f"/c/{made.slug}/vote"
    while path.startswith(f"/c/{made.slug}/vote"):
        page = client.get(path).text
        seen.append(re.search(r'action="/D/(\w+)/vote"', page)[1])
        path = re.search(r'name="next" value="([^"]+)">\s*<button class="btn btn-punch"', page)[1]
    assert sorted(seen) == sorted(made.codes[1:])
    assert path == f"/c/{made.slug}/ballot"


def test_focus_works_without_script_with_heart_skip_and_undo(client, made, fan):
    page = client.get(f"/c/{made.slug}/vote").text
    code = re.search(r'action="/D/(\w+)/vote"', page)[1]
    then = re.search(r'name="next" value="([^"]+)"', page)[1]
    assert client.post(f"/D/{code}/vote", data={"via": "focus", "next": then}).location == then
    second = client.get(then).text
    assert f'action="/D/{code}/unvote"' in second
    assert "Undo" in second
    back = client.post(f"/D/{code}/unvote", data={"next": f"/c/{made.slug}/vote?at={code}"})
    assert back.location.endswith(f"at={code}")
    assert votes() == []


def test_the_fan_chooses_on_the_ballot_page(client, sign_in, clock):
    clock.at(make.NOW)
    made, fan = make.scene(hearts=1), make.person()
    client.post(f"/D/{made.codes[0]}/vote")
    service.cast(made.designs[1], fan, "gallery", make.NOW)
    with client.session_transaction():
        pass
    device = db.session.scalar(select(PendingVote.device_id))
    assert service.claim(fan, device, make.NOW) == f"/c/{made.slug}/ballot"
    sign_in(client, fan)
    assert "Which hearts do you keep?" in client.get(f"/c/{made.slug}/ballot").text
    too_many = client.post(f"/c/{made.slug}/ballot", data={"keep": made.designs[:2]})
    assert too_many.status_code == 422
    assert client.post(f"/c/{made.slug}/ballot", data={"keep": made.designs[:1]}).status_code == 303
    assert votes() == [made.designs[0]]


def test_totals_show_nowhere_while_voting_is_open(client, made, fan):
    """The same pages with and without two hundred and twelve votes differ in nothing."""
    paths = [f"/c/{made.slug}/{each}" for each in ("vote", "ballot", "result")]

    def everything() -> list[str]:
        pages = [re.sub(r'name="csrf_token" value="[^"]*"', "", client.get(path).text) for path in paths]
        return [*pages, client.get(paths[2], headers=JSON).text]

    from voting import jobs
    from voting.models import Total
    from webapp.infra.db import transaction

    before = everything()
    make.vote(made, 3, 1)
    jobs.fold_open_rounds()
    with transaction() as session:
        session.add(Total(round_id=db.session.scalar(select(Vote.round_id)), submission_id=made.designs[3], votes=212))
    assert everything() == before
    assert "no result before voting ends" in before[2]
    assert before[3].count("closes_at") == 1


def test_the_result_page_and_its_json(client, clock):
    made = make.scene(designs=5, shortlist_size=2)
    make.counted(made, 3, 1, 1, 1, 1)
    clock.at(made.closes + timedelta(hours=1))
    page = client.get(f"/c/{made.slug}/result").text
    assert "4 designs share rank 2" in page
    assert "The draw" in page
    assert make.SEED in page
    assert "3 fans voted." in page
    assert "(approval, version 1)" in page
    body = client.get(f"/c/{made.slug}/result", headers=JSON).json
    assert body["fans_choice"] == [made.codes[0]]
    assert body["artists_pick"] is None
    (only,) = body["rounds"]
    assert [each["rank"] for each in only["order"]] == [1, 2, 2, 2, 2]
    assert len(only["draw"]["lots"]) == 4
    assert only["draw"]["places"] == 1
    assert len(only["shortlist"]) == 2


def test_the_artist_picks_in_three_clicks_and_may_undo(client, sign_in, clock):
    made = make.scene(designs=3, shortlist_size=3)
    make.counted(made, 3, 2, 1)
    clock.at(made.closes + timedelta(hours=1))
    sign_in(client, made.boss)
    desk = f"/team/{made.artist_slug}/contests/{made.contest_id}/pick"
    blind = client.get(desk).text
    names = [service_name(designer) for designer in made.designers]
    assert not any(name in blind for name in names)
    assert "Rank" not in blind
    open_desk = client.get(f"{desk}?blind=0&colour=1").text
    assert names[0] in open_desk
    assert "Rank 1" in open_desk
    assert 'fill="#FFC83D"' in open_desk
    assert "Drawn on the night bus." in blind
    assert "Confirm" in client.get(f"{desk}/{made.codes[1]}").text
    wanting = client.post(desk, data={"code": made.codes[1], "reason": " "})
    assert wanting.status_code == 422
    assert "tell the fans why" in wanting.text
    assert client.post(desk, data={"code": made.codes[1], "reason": "Its eyes"}).location == desk
    assert "You can undo it until" in client.get(desk).text
    for path in (f"/c/{made.slug}/result",):
        assert "Its eyes" not in client.get(path).text
        assert client.get(path, headers=JSON).json["artists_pick"] is None
    assert client.post(f"{desk}/undo").status_code == 303
    assert db.session.scalar(select(Pick.undone_at)) is not None


def test_the_desk_is_the_artists_alone(client, sign_in, clock):
    made, other = make.scene(), make.scene()
    clock.at(make.NOW)
    desk = f"/team/{made.artist_slug}/contests/{made.contest_id}/pick"
    sign_in(client, other.boss)
    assert client.get(desk).status_code == client.post(desk).status_code == 404
    sign_in(client, made.boss)
    foreign = f"/team/{made.artist_slug}/contests/{other.contest_id}/pick"
    assert client.get(foreign).status_code == 404


def test_an_operator_sees_and_agrees_to_what_an_artist_asks(client, sign_in, clock, run_jobs):
    made = make.scene()
    make.counted(made, 1)
    clock.at(made.closes + timedelta(hours=1))
    pick_id = service.pick(made.contest_id, made.designs[0], made.boss, "", clock.now)
    clock.advance(minutes=10)
    run_jobs()
    sign_in(client, made.boss)
    desk = f"/team/{made.artist_slug}/contests/{made.contest_id}/pick"
    assert client.post(f"{desk}/void", data={"reason": "A copy."}).status_code == 303
    assert client.get("/operator/picks").status_code == 404
    sign_in(client, make.person(is_operator=True))
    assert "A copy." in client.get("/operator/picks").text
    assert client.post(f"/operator/picks/{pick_id}/void").status_code == 303
    page = client.get(f"/c/{made.slug}/result").text
    assert "A pick was taken back" in page
    assert "A copy." in page


@pytest.mark.parametrize("page", ["vote", "ballot", "result"])
def test_statements_do_not_grow_with_designs_and_votes(app, client, sign_in, clock, page: str):
    counts = []
    for designs, votes in ((2, 2), (9, 6)):
        made = make.scene(designs=designs, hearts=10, shortlist_size=6)
        clock.at(make.NOW)
        fan = make.person()
        for design in made.designs[:votes]:
            service.cast(design, fan, "gallery", make.NOW)
        if page == "result":
            make.counted(made, *range(designs))
        sign_in(client, fan)
        client.get(f"/c/{made.slug}/{page}")
        counts.append(statements(client, f"/c/{made.slug}/{page}"))
    assert counts[0] == counts[1]


def test_statements_of_the_desk_do_not_grow(client, sign_in, clock):
    counts = []
    for designs in (2, 8):
        made = make.scene(designs=designs, hearts=10, shortlist_size=8)
        make.counted(made, *range(1, designs + 1))
        clock.at(made.closes + timedelta(hours=1))
        sign_in(client, made.boss)
        counts.append(statements(client, f"/team/{made.artist_slug}/contests/{made.contest_id}/pick"))
    assert counts[0] == counts[1]


def statements(client: Any, path: str) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def service_name(person: int) -> str:
    from webapp.accounts import queries as accounts

    return accounts.names(db.session(), [person])[person]
