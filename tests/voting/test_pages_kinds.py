"""Stars, orders and pairs as plain forms and as scripts send them; strangers, refusals, and what pages cost."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.house.test_statements import statements
from tests.voting import make
from voting import pairing, ranking
from voting.models import Ballot, BallotVersion, PendingBallot, Vote
from webapp.infra.db import db

# The forms and words of pages; what they read and write is tested on both kinds of database with the services.
pytestmark = pytest.mark.one_db

JSON = {"Accept": "application/json"}
METHOD = {"stars": "star", "rank": "schulze-wv", "pairs": "bradley-terry"}


@pytest.fixture
def scene(app: Any, clock: Any) -> Any:
    """`scene("stars", designs=4)`: a contest in which fans vote in that way now."""
    clock.at(make.NOW)
    return lambda way, **more: make.scene(**{"designs": 4, "method": METHOD[way], **more})


@pytest.fixture
def fan(client: Any, sign_in: Any) -> int:
    """Somebody who is signed in in `client`."""
    person = make.person()
    sign_in(client, person)
    return person


def choices() -> list[Any]:
    """The last version of the one ballot there is."""
    db.session.rollback()
    return list(db.session.scalars(select(BallotVersion.choices).order_by(BallotVersion.version.desc())).first() or [])


def pressed(page: str, pattern: str) -> list[str]:
    return re.findall(pattern, page)


def test_stars_are_given_changed_and_taken_back(client, scene, fan):
    made = scene("stars")
    code, path = made.codes[0], f"/designs/{made.codes[0]}/stars"
    first = client.post(path, data={"stars": "4", "via": "link"}, headers=JSON)
    assert (first.status_code, first.json["state"], first.json["stars"]) == (200, "counted", 4)
    assert first.json["promise"]["version"] == 1
    again = client.post(path, data={"stars": "4"}, headers=JSON)
    assert again.json["promise"]["version"] == 1, "a repeat changes nothing"
    back = client.post(path, data={"stars": "0"}, headers={"Referer": f"http://localhost/D/{code}"})
    assert (back.status_code, back.location) == (303, f"/D/{code}")
    assert choices() == [[made.designs[0], 0]]
    page = client.get(f"/D/{code}").text
    assert pressed(page, r'value="(\d)" data-key="\d" aria-checked="true"') == ["0"]
    assert client.post(path, data={"stars": "none"}, headers=JSON).json["stars"] is None
    assert choices() == []
    for junk in ("6", "-1", "٣", "", "many"):
        assert client.post(path, data={"stars": junk}, headers=JSON).status_code == 422
    assert client.post(f"/D/{code}/vote", headers=JSON).json["code"] == "another-way"


def test_focus_with_stars_goes_on_to_the_next_design_without_script(client, scene, fan):
    made = scene("stars")
    seen, path = [], f"/c/{made.slug}/vote"
    while path.startswith(f"/c/{made.slug}/vote"):
        page = client.get(path).text
        code = re.search(r'action="/designs/(\w+)/stars"', page)[1]
        seen.append(code)
        then = re.search(r'name="next" value="([^"]+)">', page)[1]
        path = client.post(f"/designs/{code}/stars", data={"stars": "3", "via": "focus", "next": then}).location
    assert sorted(seen) == sorted(made.codes)
    ballot = client.get(path).text
    assert ballot.count('aria-checked="true"') == 4
    assert 'href="/receipts"' in ballot
    gallery = client.get(f"/c/{made.slug}/designs").text
    assert gallery.count("3 stars. Change") == 4


def test_an_order_is_built_by_taps_and_each_form_may_be_sent_twice(client, scene, fan):
    made = scene("rank")
    a, b, c, d = made.codes
    path = f"/c/{made.slug}/rank"

    def act(order: list[str], **tap: str) -> list[str]:
        form = {"whole": "1", "order": order, **tap}
        sent = [client.post(path, data=form, headers=JSON).json for _ in range(2)]
        assert sent[0] == sent[1]
        return sent[0]["order"]

    assert act([], add=a) == [a]
    assert act([a], add=b) == [a, b]
    assert act([a, b], up=b) == [b, a]
    assert act([b, a], up=b) == [b, a]
    assert act([b, a], down=a) == [b, a]
    assert act([b, a], down=b) == [a, b]
    assert client.post(path, data={"add": c}, headers=JSON).json["order"] == [a, b, c], "a card knows no order"
    full = client.post(path, data={"add": d}, headers=JSON)
    assert (full.status_code, full.json["next"]) == (422, f"/c/{made.slug}/ballot")
    assert full.json["message"] == "You can rank at most 3 designs."
    page = client.get(f"/c/{made.slug}/vote").text
    assert pressed(page, r'name="order" value="(\w+)" autocomplete') == [a, b, c]
    assert client.post(path, data={"remove": b}).location == f"/c/{made.slug}/vote"
    assert choices() == [made.designs[0], made.designs[2]]
    assert client.post(path, data={"whole": "1", "order": [d, "NOSUCH"]}, headers=JSON).json["order"] == [d]
    assert client.post(path, data={"add": "NOSUCH"}, headers=JSON).status_code == 404
    assert act([]) == []
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 0


def test_pairs_come_in_sets_of_seven_and_never_again(client, scene, fan):
    made = scene("pairs", designs=5)
    path, met = f"/c/{made.slug}/vote", []
    for number in range(10):
        page = client.get(path if number != 7 else f"{path}?more=1").text
        assert f"<span data-step>{number % 7 + 1}</span>" in page
        form = page[page.index('id="pair-1"') :]
        one, other = (re.search(rf'name="{side}" value="(\w+)"', form)[1] for side in ("one", "other"))
        met.append(frozenset((one, other)))
        winner = one if number % 3 else ""
        sent = client.post(f"/c/{made.slug}/pair", data={"one": one, "other": other, "winner": winner})
        assert sent.location == path
        if number == 6:
            assert "7 done, 7 more?" in client.get(path).text
    assert set(met) == {frozenset(pair) for pair in combinations(made.codes, 2)}
    assert "That was all of them" in client.get(path).text
    assert len(choices()) == 6, "skipped pairs are not on the ballot"
    ballot = client.get(f"/c/{made.slug}/ballot").text
    assert ballot.count("rather than") == 6
    undone = client.post(f"/c/{made.slug}/pair/undo", data=dict(zip(("one", "other"), met[8], strict=True)))
    assert undone.status_code == 303
    assert len(choices()) == 5
    again = client.get(f"{path}?more=1").text
    assert set(re.findall(r'class="option" name="winner" value="(\w+)"', again)) == met[8], (
        "what was undone comes again"
    )


def test_a_pair_is_undone_once_however_often_it_is_sent(client, scene, fan):
    made = scene("pairs")
    a, b, c, _ = made.codes
    path = f"/c/{made.slug}/pair"
    for one, other in ((a, b), (b, c)):
        client.post(path, data={"one": one, "other": other, "winner": one}, headers=JSON)
    for _ in range(3):
        assert client.post(f"{path}/undo", data={"one": c, "other": b}, headers=JSON).json["met"] == 1
    assert client.post(f"{path}/undo", headers=JSON).json["met"] == 0
    assert choices() == []
    for junk in ({"one": a, "other": a}, {"one": a, "other": b, "winner": c}):
        assert client.post(path, data=junk, headers=JSON).status_code == 422
    assert client.post(path, data={"one": a, "other": "NOSUCH"}, headers=JSON).status_code == 404


def test_ones_own_design_is_in_no_pair_and_no_pool(client, scene, sign_in):
    for way in ("pairs", "rank", "stars"):
        made = scene(way)
        sign_in(client, made.designers[0])
        page = client.get(f"/c/{made.slug}/vote").text
        assert made.codes[0] not in page
        assert made.codes[1] in page or way == "stars"


@pytest.mark.parametrize(
    ("way", "path", "form"),
    [
        ("stars", "/designs/{0}/stars", {"stars": "5"}),
        ("rank", "/c/{slug}/rank", {"add": "{0}"}),
        ("pairs", "/c/{slug}/pair", {"one": "{0}", "other": "{1}", "winner": "{1}"}),
    ],
)
def test_a_strangers_ballot_waits_for_the_code(client, scene, sign_in, way, path, form):
    from voting import service

    made = scene(way)
    client.get(f"/c/{made.slug}/vote")
    names = {"slug": made.slug}
    body = {name: value.format(*made.codes) for name, value in form.items()}
    answer = client.post(path.format(*made.codes, **names), data=body, headers=JSON)
    assert answer.json["state"] == "pending"
    assert answer.json["next"].startswith("/sign-in?next=")
    plain = client.post(path.format(*made.codes, **names), data=body)
    assert plain.location.startswith("/sign-in?next=" if way != "pairs" else f"/c/{made.slug}/vote")
    for page in (f"/c/{made.slug}/ballot", f"/c/{made.slug}/vote", f"/D/{made.codes[0]}"):
        assert "Make it count" in client.get(page).text, page
    person, device = make.person(), db.session.scalar(select(PendingBallot.device_id))
    db.session.rollback()
    service.claim(person, device, make.NOW)
    sign_in(client, person)
    assert db.session.scalar(select(func.count()).select_from(Ballot).where(Ballot.spent == 1)) == 1
    assert "Make it count" not in client.get(f"/c/{made.slug}/ballot").text


@pytest.mark.parametrize("way", list(METHOD))
def test_after_the_close_each_page_says_so_and_nothing_is_taken(client, scene, fan, clock, way):
    made = scene(way)
    clock.at(made.closes)
    answer = client.post(f"/c/{made.slug}/rank", data={"add": made.codes[0]}, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (409, "voting-closed")
    assert client.post(f"/designs/{made.codes[0]}/stars", data={"stars": "1"}, headers=JSON).status_code == 409
    assert "can't be changed now" in client.get(f"/c/{made.slug}/my-ballot", follow_redirects=True).text
    assert client.get(f"/c/{made.slug}/vote").location == f"/c/{made.slug}/result"


@pytest.mark.one_db
@pytest.mark.parametrize(("way", "most"), [("stars", 11), ("rank", 11), ("pairs", 11)])
def test_pages_cost_the_same_however_many_designs_there_are(client, scene, fan, way, most):
    made = scene(way)
    code = made.codes[0]
    pages = [f"/c/{made.slug}/{each}" for each in ("vote", "designs", "ballot")] + [f"/D/{code}"]

    def costs() -> list[int]:
        found = []
        for page in pages:
            client.get(page)
            with statements() as seen:
                assert client.get(page).status_code == 200
            found.append(len(seen))
        return found

    few = costs()
    for _ in range(26):
        make.design(made)
    many = costs()
    assert many == few
    assert max(many[:3]) <= most
    assert many[3] <= 21  # in pairs the design stands beside another one


def test_pairs_hang_together_and_meet_all_equally_often():
    for seed in "abc":
        trail: list[list[int]] = []
        for number in range(45):
            ((left, right),) = pairing.upcoming(range(1, 11), trail, seed, 1)
            trail.append([min(left, right), max(left, right), left])
            counts = [sum(each in step[:2] for step in trail) for each in range(1, 11)]
            assert max(counts) - min(counts) <= 2, number
            if number == 8:
                assert len(set(pairing._parts(range(1, 11), {(a, b) for a, b, _ in trail}).values())) == 1
        assert len({(a, b) for a, b, _ in trail}) == 45
        assert 10 < sum(winner == low for low, _high, winner in trail) < 35, "either side is as likely"
    assert 7 in pairing.upcoming(range(1, 11), [], "a", 3, first=7)[0]


def test_an_order_after_a_tap():
    assert ranking.changed([1, 2, 3], "up", 3) == [1, 3, 2]
    assert ranking.changed([1, 2, 3], "down", 1) == [2, 1, 3]
    assert ranking.changed([1, 2, 3], "up", 1) == ranking.changed([1, 2, 3], "down", 3) == [1, 2, 3]
    assert ranking.changed([1, 2], "remove", 1) == [2]
    assert ranking.changed([1], "up", 9) == [1]
    assert ranking.changed([1], "add", 1) == [1]
