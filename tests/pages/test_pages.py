"""Home, artist, contest, mine, team, funnel, legal: what they say, and to whom."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import update

from contests.models import Contest
from contests.phases import Phase
from tests.pages import make
from voting import service
from voting.models import Pick
from webapp.accounts.colours import contrast
from webapp.infra.db import transaction

# The forms and words of pages; what they read and write is tested on both kinds of database with the services.
pytestmark = pytest.mark.one_db


def picked(contest_id: int, submission_id: int, by: int, announced: bool) -> None:
    with transaction() as session:
        at = make.NOW if announced else None
        session.add(
            Pick(
                contest_id=contest_id,
                submission_id=submission_id,
                picked_by=by,
                reason="It sings.",
                picked_at=make.NOW,
                undo_until=make.NOW,
                announced_at=at,
            )
        )


def test_home_tells_strangers_what_this_is_and_what_runs(client, world):
    make.contest(world.artist_id, world.boss, Phase.DRAFT, slug="secret")
    page = client.get("/").text
    assert "Fans design it. The artist picks it. You wear it." in page
    assert "The tee" in page
    assert "Voting is on" in page
    assert "secret" not in page
    assert "Where you left off" not in page
    assert "Sign in or register" in page


def test_home_says_where_you_left_off(client, world, sign_in):
    ids = make.designs(world.contest_id, world.author, 2)
    make.change(make.designs(world.contest_id, world.fan, 1)[0], submitted_at=None, title="Half a fox")
    sign_in(client, world.fan)
    client.post(f"/D/{make.change(ids[0])}/vote", data={"wish": "cast"})
    page = client.get("/").text
    assert "Half a fox" in page
    assert "4 hearts left in" in page


@pytest.mark.one_db
@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("approval", "2 hearts given, 3 left"),
        ("star", "2 designs rated with stars"),
        ("borda", "2 designs on your list"),
        ("bradley-terry", "1 pair compared"),
    ],
)
def test_pages_speak_of_the_ballot_that_is_cast(client, world, sign_in, method, words):
    with transaction() as session:
        session.execute(update(Contest).values(method=method))
    one, other = make.designs(world.contest_id, world.author, 2)
    for each in (one, other):
        if method == "approval":
            service.cast(each, world.fan, "gallery", make.NOW)
        elif method == "star":
            service.rate(each, world.fan, 4, "gallery", make.NOW)
    if method == "borda":
        service.rank(world.contest_id, world.fan, [one, other], "gallery", make.NOW)
    elif method == "bradley-terry":
        service.compare(world.contest_id, world.fan, one, other, one, make.NOW)
    sign_in(client, world.fan)
    mine = client.get("/mine").text
    assert words in " ".join(mine.split())
    if method != "approval":
        pages = mine + "".join(client.get(each).text for each in ("/c/tee", "/c/tee/designs", "/c/tee/ballot"))
        assert re.findall(r"[^<>]*\bhearts?\b[^<>]*<", re.sub(r"<use[^>]*>|class=\"[^\"]*\"", "", pages)) == []
        assert "left in" not in client.get("/").text


@pytest.mark.parametrize("colour", ["#FFFFFF", "#FFC83D", "#C8F04B", "#000000", "#7F7F7F"])
def test_the_brand_is_dark_enough_for_words(client, app, colour):
    make.artist("aino", colour)
    css = client.get(f"/a/aino/theme.css?v={colour.lstrip('#').lower()}")
    brand = css.text.split("--brand:")[1][:7]
    assert contrast(brand, "#FFFFFF") >= 4.5
    assert "immutable" in css.headers["Cache-Control"]
    assert css.mimetype == "text/css"
    assert "immutable" not in client.get("/a/aino/theme.css?v=other").headers["Cache-Control"]


def test_a_file_is_kept_for_ever_and_is_for_our_own_pages(client, app):
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("css/fanmade.css")
    answer = client.get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_artists_page_follow_and_unfollow(client, world, sign_in):
    assert 'href="/sign-in?next=/a/aino"' in client.get("/a/aino").text
    sign_in(client, world.fan)
    assert 'action="/following/artist/aino"' in client.get("/a/aino").text
    client.post("/following/artist/aino")
    assert 'action="/following/artist/aino/stop"' in client.get("/a/aino").text
    assert client.get("/a/nobody").status_code == 404


@pytest.mark.parametrize(
    ("phase", "says"),
    [
        (Phase.UPCOMING, "Opens soon"),
        (Phase.SUBMITTING, "Enter a design"),
        (Phase.VOTING, "Vote now"),
        (Phase.FINAL, "Vote now"),
        (Phase.PICKING, "now picks the winner"),
        (Phase.LAPSED, "No winner was picked in time"),
        (Phase.CANCELLED, "The tour is off."),
        (Phase.DECIDED, "There is a winner"),
    ],
)
def test_a_contest_says_where_it_stands(client, world, phase, says):
    contest_id = make.contest(world.artist_id, world.boss, phase, slug="bag")
    make.designs(contest_id, world.author, 4)
    page = client.get("/c/bag")
    assert page.status_code == 200
    assert says in page.text
    assert page.text.count('class="btn btn-punch"') <= 1
    assert "f" * 64 in page.text
    assert "Europe/Helsinki" in page.text


def test_a_pick_that_can_be_undone_is_told_to_nobody_but_the_artist(new_client, world, sign_in):
    contest_id = make.contest(world.artist_id, world.boss, Phase.PICKING, slug="bag")
    ids = make.designs(contest_id, world.author, 3)
    picked(contest_id, ids[0], world.boss, announced=False)
    stranger, boss, staff = new_client(), new_client(), new_client()
    sign_in(boss, world.boss), sign_in(staff, world.staff)
    assert "There is a winner" not in stranger.get("/c/bag").text
    assert "Artist's pick" not in stranger.get("/a/aino").text + stranger.get("/").text
    assert "Look at your pick" in boss.get("/team/aino").text
    assert "Look at your pick" not in staff.get("/team/aino").text


def test_a_winner_is_shown_everywhere_once_announced(client, world):
    contest_id = make.contest(world.artist_id, world.boss, Phase.DECIDED, slug="bag")
    ids = make.designs(contest_id, world.author, 3)
    picked(contest_id, ids[0], world.boss, announced=True)
    for path in ("/", "/a/aino", "/c/bag"):
        assert "Artist's pick" in client.get(path).text, path


def test_mine_is_for_members(client, world, sign_in):
    assert client.get("/mine").location.startswith("/sign-in")
    make.designs(world.contest_id, world.fan, 1, title="My fox")
    sign_in(client, world.fan)
    page = client.get("/mine")
    assert "My fox" in page.text
    assert "In the contest" in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("who", "sees", "not_"),
    [
        ("boss", ["New contest", "Funnel", "Edit it"], ["Open the queue"]),
        ("staff", ["New contest", "Funnel"], ["Open the queue", "Edit it"]),
        ("moderator", ["Open the queue"], ["New contest", "Funnel"]),
    ],
)
def test_each_role_sees_what_it_can_do(client, world, sign_in, who, sees, not_):
    sign_in(client, getattr(world, who))
    page = client.get("/team/aino").text
    assert all(words in page for words in sees)
    assert not any(words in page for words in not_)
    assert "Team: Aino" in client.get("/").text


def test_the_team_is_closed_to_others(new_client, world, sign_in):
    fan, operator = new_client(), new_client()
    sign_in(fan, world.fan)
    sign_in(operator, make.person("Op", is_operator=True))
    make.artist("other")
    assert new_client().get("/team/aino").status_code == 302
    assert fan.get("/team/aino").status_code == 404
    assert operator.get("/team/other").status_code == 200
    funnel = f"/team/aino/contests/{world.contest_id}/funnel"
    assert fan.get(funnel).status_code == 404
    assert fan.get("/team/nobody").status_code == 404


def test_the_funnel_hides_small_counts(client, world, sign_in):
    make.designs(world.contest_id, world.fan, 1)
    sign_in(client, world.staff)
    page = client.get(f"/team/aino/contests/{world.contest_id}/funnel").text
    assert "under 5" in page
    assert "hidden (under 5)" in page
    other = make.contest(make.artist("other"), world.boss, slug="theirs")
    assert client.get(f"/team/aino/contests/{other}/funnel").status_code == 404


def test_legal_pages_and_the_operators_own(app, client, tmp_path):
    for name in ("privacy", "terms", "imprint"):
        assert client.get(f"/{name}").status_code == 200
    (tmp_path / "privacy.md").write_text("# Ours\n\nWe keep **nothing**.<script>x</script>")
    (tmp_path / "privacy.fi.md").write_text("Emme säilytä mitään.")
    app.config["SETTINGS"] = replace(
        app.config["SETTINGS"], legal_dir=tmp_path, operator_name="Quay Records", operator_contact="hi@quay.example"
    )
    own = client.get("/privacy").text
    assert "<strong>nothing</strong>" in own
    assert "<script>x" not in own
    assert "Emme säilytä" in client.get("/privacy", headers={"Accept-Language": "fi"}).text
    imprint = client.get("/imprint").text
    assert "Quay Records" in imprint
    assert "mailto:hi@quay.example" in imprint


def test_what_robots_and_browsers_ask_for(client, app):
    assert "Disallow: /team/" in client.get("/robots.txt").text
    assert client.get("/favicon.ico").location.endswith(".svg")
    assert client.get("/manifest.webmanifest").json["name"] == "Fanmade"


def test_visits_are_counted(client, world):
    from voting.exposure import seen as showings
    from voting.exposure.models import Impression
    from webapp.insights import seen
    from webapp.insights.models import ContestVisitor

    make.designs(world.contest_id, world.author, 3)
    client.get("/c/tee/designs")
    assert seen.flush() > 0 and showings.flush() == 3
    with transaction() as session:
        assert session.query(ContestVisitor).count() == 1
        assert session.query(Impression).count() == 3
