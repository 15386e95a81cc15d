"""The page of one design: who sees what of it."""

from __future__ import annotations

import pytest

from tests.pages import make

# The forms and words of pages; what they read and write is tested on both kinds of database with the services.
pytestmark = pytest.mark.one_db


@pytest.fixture
def code(world):
    ids = make.designs(world.contest_id, world.author, 5)
    return make.change(ids[0], code="7K3QX", title="The Fox")


def test_the_code_may_be_typed_in_any_way(client, code):
    for typed in ("7K3QX", "7k3qx", "7K3-QX"):
        page = client.get(f"/D/{typed}")
        assert page.status_code == 200
        assert "The Fox" in page.text


def test_unknown_codes_are_not_found(client, world):
    assert client.get("/D/ZZZZZ").status_code == 404
    assert client.get("/D/!").status_code == 404


def test_a_hidden_design_is_for_author_and_moderators(new_client, world, sign_in, code):
    from contests.submissions import queries
    from webapp.infra.db import db

    make.hidden(queries.design(db.session(), code).id, world.artist_id, world.moderator, "It is a copy.")
    stranger, fan, author, moderator = (new_client() for _ in range(4))
    sign_in(fan, world.fan), sign_in(author, world.author), sign_in(moderator, world.moderator)
    assert stranger.get(f"/D/{code}").status_code == 404
    assert fan.get(f"/D/{code}").status_code == 404
    for reader in (author, moderator):
        page = reader.get(f"/D/{code}")
        assert page.status_code == 200
        assert "It is a copy." in page.text
        assert "og:image" not in page.text
        assert "data-vote" not in page.text
        assert page.headers["Cache-Control"] == "no-store"


def test_withdrawn_is_gone_and_what_never_was_public_does_not_exist(client, world, code):
    make_gone = make.designs(world.contest_id, world.author, 2)
    gone = make.change(make_gone[0], withdrawn_at=make.NOW)
    never = make.change(make_gone[1], withdrawn_at=make.NOW, approved_at=None, state="pending")
    assert client.get(f"/D/{gone}").status_code == 410
    assert client.get(f"/D/{never}").status_code == 404


def test_a_draft_leads_its_author_on(new_client, world, sign_in):
    draft = make.change(
        make.designs(world.contest_id, world.author, 1)[0], submitted_at=None, approved_at=None, state="pending"
    )
    author = new_client()
    sign_in(author, world.author)
    assert author.get(f"/D/{draft}").location == f"/designs/{draft}/draft"
    assert new_client().get(f"/D/{draft}").status_code == 404


def test_share_tags_are_absolute_and_tell_no_counts(client, code):
    page = client.get(f"/D/{code}").text
    assert (
        f'property="og:image" content="http://localhost/media/{make.key("jpg").replace("renditions", "share")}"' in page
    )
    assert f'property="og:url" content="http://localhost/D/{code}"' in page
    assert 'property="og:image:alt" content="A drawing' in page


def test_a_vote_from_outside_is_marked_and_others_are_offered(client, code):
    outside = client.get(f"/D/{code}", headers={"Referer": "https://elsewhere.example/"}).text
    inside = client.get(f"/D/{code}", headers={"Referer": "http://localhost/c/tee/designs"}).text
    assert 'name="via" value="link"' in outside
    assert "See three others, too" in outside
    assert 'name="via" value="design"' in inside
    assert "See three others, too" not in inside
    assert outside.count('class="card-title"') == 3


def test_a_stranger_can_make_a_kept_vote_count(client, code):
    client.post(f"/D/{code}/vote", data={"wish": "cast", "via": "link"})
    page = client.get(f"/D/{code}").text
    assert "One more step makes it count" in page
    assert 'id="make-it-count"' in page
    assert 'aria-pressed="true"' in page


def test_the_author_has_tools_and_no_vote(client, world, sign_in, code):
    sign_in(client, world.author)
    page = client.get(f"/D/{code}").text
    assert "Your design" in page
    assert "data-vote=" not in page


def test_words_people_write_stay_words(client, world):
    bad = make.change(
        make.designs(world.contest_id, world.author, 1)[0],
        title='<script>alert(1)</script>"',
        alt='"><img src=x onerror=alert(1)>',
        description="<b onclick=x>hi</b>",
    )
    page = client.get(f"/D/{bad}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "onclick" not in page.replace("&lt;b onclick", "")


def test_a_design_is_seen_on_its_products_and_old_ones_as_they_came(client, world, code):
    from contests.models import ContestProduct
    from contests.specs import product
    from contests.submissions.models import Revision, Submission
    from webapp.infra.db import transaction

    assert "worn-strip" not in client.get(f"/D/{code}").text
    files = {"avif": make.key("avif"), "jpeg": make.key("jpg")}
    faces = [("#17151C", "front"), ("#f3ead7", "front"), ("#17151C", "back")]
    with transaction() as session:
        session.add(ContestProduct(contest_id=world.contest_id, position=0, **product("tee")))
        shown = session.query(Revision).join(Submission, Submission.current_revision_id == Revision.id)
        shown.filter(Submission.code == code).one().mockups = [
            {"product": 0, "kind": "tee", "side": side, "colour": colour, "w": width, "h": width * 5 // 4, **files}
            for colour, side in faces
            for width in (1080, 480)
        ]
    page = client.get(f"/D/{code}").text
    alts = ["T-shirt, Black", "T-shirt, Natural", "T-shirt, back, Black"]
    places = [page.find(f', on: {each}"') for each in alts]
    assert -1 not in places
    assert places == sorted(places)
    assert page.count(" 480w, ") == 6, "narrowest first, AVIF and JPEG"
    assert page.count('loading="lazy"') >= 3
    assert page.count('fetchpriority="high"') == 1
