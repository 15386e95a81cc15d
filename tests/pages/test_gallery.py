"""The gallery: a fair order that stays, search, hearts, and nothing hidden."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import update

from contests.phases import Phase
from contests.submissions.models import Submission
from tests.pages import make
from voting.models import Shortlisted
from webapp.accounts.models import Person
from webapp.infra import kept
from webapp.infra.db import db, transaction


def codes_on(response) -> list[str]:
    return re.findall(r'class="card-title"><a href="/D/(\w+)"', response.text)


def test_pages_hold_each_design_once_and_the_order_stays(client, world, clock):
    make.designs(world.contest_id, world.author, 60)
    first = client.get("/c/tee/designs")
    more = re.search(r'href="(/c/tee/designs\?page=2[^"]*)" data-more', first.text)[1].replace("&amp;", "&")
    clock.advance(minutes=20)
    htmx = {"HX-Request": "true"}
    second, third = client.get(more, headers=htmx), client.get(more.replace("page=2", "page=3"), headers=htmx)
    all_codes = codes_on(first) + codes_on(second) + codes_on(third)
    assert (len(codes_on(first)), len(codes_on(second)), len(codes_on(third))) == (24, 24, 12)
    assert len(set(all_codes)) == 60
    # A reload of a later page shows all up to it, for who comes back or has no script.
    assert codes_on(client.get(more)) == all_codes[:48]
    assert "<html" not in second.text
    assert 'id="designs"' in second.text
    assert "HX-Request" in second.headers["Vary"]


def test_strangers_see_different_orders(new_client, world):
    make.designs(world.contest_id, world.author, 40)
    orders = {tuple(codes_on(new_client().get("/c/tee/designs"))) for _ in range(6)}
    assert len(orders) > 1


def test_the_order_survives_redis_being_away(app, client, world, monkeypatch):
    from redis.exceptions import ConnectionError

    make.designs(world.contest_id, world.author, 30)
    before = codes_on(client.get("/c/tee/designs"))

    def away():
        raise ConnectionError("away")

    kept.forget(app)
    monkeypatch.setattr("webapp.infra.queue.connection", away)
    assert codes_on(client.get("/c/tee/designs")) == before


def test_what_is_hidden_goes_at_once_also_from_the_count(client, world):
    ids = make.designs(world.contest_id, world.author, 5)
    assert "5 designs" in client.get("/c/tee/designs").text
    gone = make.hidden(ids[2], world.artist_id, world.moderator, "A copy.")
    page = client.get("/c/tee/designs")
    assert "4 designs" in page.text
    assert gone not in codes_on(page)


def test_what_another_process_hides_is_gone_at_once(client, world):
    """What this process keeps for a second says which designs there are, not that one may still be seen."""
    ids = make.designs(world.contest_id, world.author, 5)
    assert len(codes_on(client.get("/c/tee/designs"))) == 5
    with db.engine.begin() as connection:  # a commit that this process does not hear of
        connection.execute(update(Submission).where(Submission.id == ids[2]).values(state="hidden"))
        connection.execute(update(Person).where(Person.id == world.author).values(display_name="Another"))
    page = client.get("/c/tee/designs")
    assert len(codes_on(page)) == 4
    assert page.text.count("by Another") == 4


def test_each_reader_gets_a_token_of_their_own_and_keeps_their_messages(client, new_client, world, sign_in):
    make.designs(world.contest_id, world.author, 3)
    first, second = client.get("/c/tee/designs").text, new_client().get("/c/tee/designs").text
    tokens = [set(re.findall(r'name="csrf_token" value="([^"]+)"', page)) for page in (first, second)]
    assert [len(each) for each in tokens] == [1, 1] and tokens[0] != tokens[1]
    assert "\x00" not in first
    sign_in(client, world.fan)
    member = client.get("/c/tee/designs").text
    assert "Sign out" in member and "Sign out" not in new_client().get("/c/tee/designs").text
    with client.session_transaction() as cookie:
        cookie["_flashes"] = [("ok", "Well done")]
    assert "Well done" in client.get("/c/tee/designs").text
    assert "Well done" not in client.get("/c/tee/designs").text


def test_a_design_that_came_later_stands_last(client, world):
    make.designs(world.contest_id, world.author, 5)
    before = codes_on(client.get("/c/tee/designs"))
    late = make.change(make.designs(world.contest_id, world.author, 1)[0])
    assert codes_on(client.get("/c/tee/designs")) == [*before, late]


def test_an_old_or_foolish_epoch_is_not_obeyed(client, world, clock):
    make.designs(world.contest_id, world.author, 30)
    for asked in ("0", "-5", "99999999999", "x", "9" * 40):
        page = client.get(f"/c/tee/designs?o={asked}")
        assert page.status_code == 200
        assert f"page=2&amp;o={asked}" not in page.text
    clock.at(make.NOW + timedelta(hours=2))
    assert client.get("/c/tee/designs").status_code == 200


def test_search_reads_title_name_and_description(client, world):
    ids = make.designs(world.contest_id, world.author, 3)
    other = make.person("Väinö")
    by_name = make.change(make.designs(world.contest_id, other, 1)[0])
    by_title, by_words = make.change(ids[0], title="The Fox"), make.change(ids[1], description="A fox asleep")
    assert set(codes_on(client.get("/c/tee/designs?q=fox"))) == {by_title, by_words}
    assert codes_on(client.get("/c/tee/designs?q=väin")) == [by_name]
    assert "Nothing found" in client.get("/c/tee/designs?q=100%25").text


def test_my_hearts(client, world, sign_in):
    ids = make.designs(world.contest_id, world.author, 4)
    sign_in(client, world.fan)
    code = make.change(ids[1])
    assert client.post(f"/D/{code}/vote", data={"wish": "cast", "via": "gallery"}).status_code in (200, 303)
    page = client.get("/c/tee/designs?show=hearts")
    assert codes_on(page) == [code]
    assert "<b data-votes-left>4</b>" in page.text
    assert "Review my hearts" in page.text


def test_my_own_design_has_no_heart(client, world, sign_in):
    code = make.change(make.designs(world.contest_id, world.author, 1)[0])
    sign_in(client, world.author)
    page = client.get("/c/tee/designs").text
    assert f"/D/{code}/vote" not in page
    assert "Yours" in page


def test_no_hearts_outside_the_vote(client, world):
    contest_id = make.contest(world.artist_id, world.boss, Phase.SUBMITTING, slug="bag")
    make.designs(contest_id, world.author, 2)
    page = client.get("/c/bag/designs").text
    assert "data-vote" not in page
    assert "Enter a design" in page


def test_the_final_shows_the_finalists(client, world):
    contest_id = make.contest(world.artist_id, world.boss, Phase.FINAL, slug="bag")
    ids = make.designs(contest_id, world.author, 5)
    with transaction() as session:
        session.add_all(Shortlisted(contest_id=contest_id, submission_id=i, rank=1, votes=0) for i in ids[:2])
    assert set(codes_on(client.get("/c/bag/designs"))) == {make.change(i) for i in ids[:2]}


def test_a_draft_contest_does_not_exist(client, world):
    make.contest(world.artist_id, world.boss, Phase.DRAFT, slug="secret")
    assert client.get("/c/secret").status_code == client.get("/c/secret/designs").status_code == 404
