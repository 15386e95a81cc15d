"""The short way to a gallery: the same page as the view's, nobody's but the reader's, and nothing that is hidden."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import update

from contests.phases import Phase
from contests.submissions.models import Submission
from tests.pages import make
from tests.pages.test_gallery import codes_on
from voting.exposure import seen as exposure
from webapp.infra import queue, together
from webapp.infra.db import db
from webapp.infra.kept import NOTED, STORES
from webapp.pages.lane import LANE, Lane

PATH = "/c/tee/designs"


@pytest.fixture
def ways(app: Any, monkeypatch: Any) -> list[str]:
    """Which way each request went: 'short' or 'long'."""
    went: list[str] = []
    answer, learn = Lane._answer, Lane._learn
    app.extensions[LANE].sheets.clear()

    def short(self: Lane, *rest: Any) -> Any:
        found = answer(self, *rest)
        if found:
            went.append("short")
        return found

    def long(self: Lane, *rest: Any) -> Any:
        went.append("long")
        return learn(self, *rest)

    monkeypatch.setattr(Lane, "_answer", short)
    monkeypatch.setattr(Lane, "_learn", long)
    return went


def bare(text: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "TOKEN", text)


def test_both_ways_give_the_same_page_and_headers(client: Any, world: Any, ways: list[str]) -> None:
    make.designs(world.contest_id, world.author, 30)
    first, second, third = (client.get(PATH) for _ in range(3))
    assert ways == ["long", "short", "short"]
    assert bare(first.text) == bare(second.text) == bare(third.text)
    own = {"X-Request-Id", "Set-Cookie", "Content-Length"}
    assert {k: v for k, v in first.headers if k not in own} == {k: v for k, v in second.headers if k not in own}
    assert second.headers["X-Request-Id"] != third.headers["X-Request-Id"]
    assert first.headers.getlist("Set-Cookie") and not second.headers.getlist("Set-Cookie")


@pytest.mark.ordinarily("sqlite")
def test_a_new_browser_gets_a_name_an_order_and_a_token_that_works(
    client: Any, new_client: Any, world: Any, ways: list[str]
) -> None:
    ids = make.designs(world.contest_id, world.author, 3)
    client.get(PATH)
    for _ in range(40):  # each card was written for each place it may stand in
        new_client().get(PATH)
    del ways[:]
    fan, other = new_client(), new_client()
    page, theirs = fan.get(PATH), other.get(PATH)
    assert ways == ["short", "short"]
    assert {cookie.partition("=")[0] for cookie in page.headers.getlist("Set-Cookie")} == {"device", "fanmade"}
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in page.headers.getlist("Set-Cookie"))
    tokens = [set(re.findall(r'name="csrf_token" value="([^"]+)"', each.text)) for each in (page, theirs)]
    assert [len(each) for each in tokens] == [1, 1] and tokens[0] != tokens[1]
    assert codes_on(fan.get(PATH)) == codes_on(page)
    wish = {"wish": "cast", "via": "gallery", "csrf_token": tokens[0].pop()}
    assert fan.post(f"/D/{make.change(ids[2])}/vote", data=wish).status_code in (200, 303)
    del ways[:]
    assert "<b data-votes-left>4</b>" in fan.get(PATH).text  # who has said something gets a page of their own
    assert "<b data-votes-left>5</b>" in other.get(PATH).text
    assert ways[0] == "long"


def test_whoever_is_known_or_asks_for_something_else_goes_the_long_way(
    client: Any, new_client: Any, world: Any, sign_in: Any, ways: list[str]
) -> None:
    make.designs(world.contest_id, world.author, 3)
    stranger = new_client()
    stranger.get(PATH), stranger.get(PATH)
    sign_in(client, world.fan)
    del ways[:]
    assert "Sign out" in client.get(PATH).text
    assert "Sign out" not in stranger.get(PATH).text
    assert 'lang="fi"' in stranger.get(PATH, headers={"Accept-Language": "fi"}).text
    with stranger.session_transaction() as cookie:
        cookie["_flashes"] = [("ok", "Well done")]
    assert "Well done" in stranger.get(PATH).text
    assert ways == ["long", "short", "long", "long"]
    for query in ("?q=design", "?show=hearts", "?page=1"):
        assert stranger.get(PATH + query).status_code == 200
    assert "<html" not in stranger.get(PATH, headers={"HX-Request": "true"}).text
    assert ways == ["long", "short", "long", "long"]
    forged = new_client()
    forged.set_cookie("fanmade", "eyJzZXNzaW9uX3Rva2VuIjoieCJ9.aaaaaa.forged")
    assert forged.get(PATH).status_code == 200
    assert ways[-1] == "long"


@pytest.mark.parametrize("values", [{"state": "hidden"}, {"title": "Another name"}])
def test_what_another_process_changes_is_seen_at_once(
    client: Any, world: Any, ways: list[str], values: dict[str, str]
) -> None:
    ids = make.designs(world.contest_id, world.author, 5)
    client.get(PATH), client.get(PATH)
    with db.engine.begin() as connection:  # a commit that this process does not hear of
        connection.execute(update(Submission).where(Submission.id == ids[2]).values(**values))
    page = client.get(PATH)
    assert ways[:2] == ["long", "short"] and "Design 2" not in page.text
    if "state" in values:
        assert len(codes_on(page)) == 4
    else:
        assert ways[2] == "long" and "Another name" in page.text


def test_the_phase_ends_on_the_second(client: Any, world: Any, clock: Any, ways: list[str]) -> None:
    make.designs(world.contest_id, world.author, 3)
    client.get(PATH)
    assert '/vote"' in client.get(PATH).text
    clock.at(make.NOW + 2 * make.DAY)
    page = client.get(PATH).text
    assert '/vote"' not in page and ways == ["long", "short", "long"]


def test_new_browsers_are_counted_like_others(
    app: Any, client: Any, new_client: Any, world: Any, ways: list[str]
) -> None:
    make.designs(world.contest_id, world.author, 2)
    client.get(PATH)
    exposure.flush()
    for _ in range(3):
        fan = new_client()
        fan.get(PATH), fan.get(PATH)
    together.here().flush()
    assert app.extensions[STORES].pop(NOTED)  # now it is a process that does not know what this one has noted
    fan.get(PATH)
    counts = queue.counters().hgetall(exposure.COUNTS)
    rows = exposure._rows(counts)
    assert "short" in ways
    assert [row["shown"] for row in rows] == [3, 3]


def test_a_database_that_is_away_is_the_view_s_to_answer(
    client: Any, world: Any, ways: list[str], monkeypatch: Any
) -> None:
    make.designs(world.contest_id, world.author, 2)
    client.get(PATH), client.get(PATH)

    def away(*rest: Any) -> Any:
        raise OSError("away")

    monkeypatch.setattr("webapp.pages.tops.queries.face_rows", away)
    monkeypatch.setattr("webapp.pages.tops.standing.words", away)
    assert client.get(PATH).status_code in (200, 500, 503)
    assert ways[-1] == "long"


def test_a_contest_that_was_taken_back_is_gone(client: Any, world: Any, ways: list[str]) -> None:
    contest_id = make.contest(world.artist_id, world.boss, Phase.VOTING, slug="bag")
    make.designs(contest_id, world.author, 2)
    client.get("/c/bag/designs"), client.get("/c/bag/designs")
    assert ways == ["long", "short"]
    from contests.models import Contest
    from webapp.infra.db import transaction

    with transaction() as session:
        session.execute(update(Contest).where(Contest.id == contest_id).values(published_at=None))
    assert client.get("/c/bag/designs").status_code == 404


def test_a_card_that_was_written_once_stands_anywhere(
    client: Any, new_client: Any, world: Any, ways: list[str]
) -> None:
    ids = make.designs(world.contest_id, world.author, 6)
    with db.engine.begin() as connection:  # what somebody calls their design is no attribute
        connection.execute(update(Submission).where(Submission.id.in_(ids)).values(title='A loading="lazy" tee'))
    seen = set()
    for _ in range(12):
        page = new_client().get(PATH)
        seen.add(tuple(codes_on(page)))
        cards = page.text.split('<li class="card">')[1:]
        assert [' fetchpriority="high"' in card for card in cards] == [True, *[False] * 5]
        assert [' loading="lazy"' in card for card in cards] == [*[False] * 4, True, True]
        assert all("A loading=&#34;lazy&#34; tee" in card for card in cards)
    assert len(seen) > 1 and ways.count("long") == 1
