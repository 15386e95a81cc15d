"""Idempotency keys: the same request sent twice, or twice at once, is done once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from tests.api.conftest import CONTACT, Speaker
from tests.api.test_story import problem

KEY = "key-0001"


def count(model) -> int:
    from webapp.infra.db import db

    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_contest_is_made_once(world):
    from contests.models import Contest

    body = {"artist": "lumi", "preset": "tee", "title": "Winter tee"}
    first = world.staff("POST", "/contests", body, key=KEY)
    again = world.staff("POST", "/contests", body, key=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    problem(world.staff("POST", "/contests", {**body, "title": "Summer tee"}, key=KEY), 422, "key-reused")
    problem(world.staff("POST", "/contests", body, key="short"), 422, "bad-key")
    assert world.somebody("merch_staff")("POST", "/contests", body, key=KEY).json["slug"] != first.json["slug"]
    assert count(Contest) == 2


@pytest.mark.ordinarily("postgres")
def test_a_design_is_sent_in_once(world):
    from contests.submissions.models import Revision, Submission

    contest = world.open_contest()
    path = f"/contests/{contest['slug']}/designs"
    first = world.fan.upload(path, key=KEY, **world.words(contest))
    again = world.fan.upload(path, key=KEY, **world.words(contest))
    assert first.json["code"] == again.json["code"]
    assert again.headers["Idempotency-Replayed"] == "true"
    problem(world.fan.upload(path, key=KEY, **world.words(contest, "Thaw")), 422, "key-reused")
    world.fan.upload(f"/designs/{first.json['code']}/revisions", key=KEY)
    world.fan.upload(f"/designs/{first.json['code']}/revisions", key=KEY)
    assert (count(Submission), count(Revision)) == (1, 2)


def test_a_design_that_died_half_way_is_finished_by_the_next_try(world, monkeypatch):
    from contests.submissions import service

    contest = world.open_contest()
    path = f"/contests/{contest['slug']}/designs"
    with monkeypatch.context() as broken:
        broken.setattr(service, "submit", lambda *_args, **_kw: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            world.fan.upload(path, key=KEY, **world.words(contest))
    finished = world.fan.upload(path, key=KEY, **world.words(contest)).json
    assert finished["own"]["state"] == "pending"
    assert finished["own"]["submitted_at"]


def test_every_step_may_be_repeated_with_its_key(world):
    draft = world.contest(publish=False)
    path = f"/contests/{draft['slug']}"
    for _ in range(2):
        assert world.staff("POST", f"{path}/publish", key="publish-1").json["phase"] == "upcoming"
    world.clock.advance(hours=1, minutes=1)
    code = world.design(draft | world.staff("GET", path).json, world.fan, approve=False)
    acts = [world.staff("POST", f"/designs/{code}/moderation", {"act": "approve"}, key=KEY).json for _ in range(2)]
    assert acts[0] == acts[1]
    said = [world.other("POST", f"/designs/{code}/comments", {"body": "So cold"}, key=KEY).json for _ in range(2)]
    assert said[0] == said[1]


def test_an_order_and_a_pick_are_made_once(world):
    from preorders.models import Preorder

    drop = world.drop()
    order = {"items": [{"variant_ids": [drop["products"][0]["variants"][0]["id"]]}], "contact": CONTACT}
    path = f"/drops/{drop['slug']}/preorders"
    placed = [world.fan("POST", path, order, key=KEY) for _ in range(2)]
    assert placed[0].json == placed[1].json
    assert placed[1].headers["Idempotency-Replayed"] == "true"
    more = {**order, "items": [{**order["items"][0], "quantity": 2}]}
    problem(world.fan("POST", path, more, key=KEY), 422, "key-reused")
    assert world.fan("POST", path, order).json["number"] != placed[0].json["number"]
    assert count(Preorder) == 2


def test_twins_at_the_same_moment_are_one(world):
    from contests.comments.models import Comment
    from contests.models import Contest
    from contests.submissions.models import Submission

    contest = world.open_contest()
    code = world.design(contest, world.fan)

    def twins(speaker: Speaker, act) -> list:
        speakers = [Speaker(world.new_client(), speaker.person_id, speaker.token) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(act, speakers))

    before = count(Contest), count(Submission), count(Comment)
    body = {"artist": "lumi", "preset": "tee", "title": "Twin tee"}
    made = twins(world.staff, lambda speaker: speaker("POST", "/contests", body, key=KEY))
    sent = twins(
        world.other,
        lambda speaker: speaker.upload(f"/contests/{contest['slug']}/designs", key=KEY, **world.words(contest)),
    )
    said = twins(world.artist, lambda speaker: speaker("POST", f"/designs/{code}/comments", {"body": "Hm"}, key=KEY))
    for answers, name in ((made, "slug"), (sent, "code"), (said, "id")):
        assert [answer.status_code for answer in answers] == [201] * 4, [answer.text for answer in answers]
        assert len({answer.json[name] for answer in answers}) == 1
    assert (count(Contest), count(Submission), count(Comment)) == tuple(n + 1 for n in before)


def test_a_refused_request_does_not_use_its_key_up(world):
    contest, codes = world.counted()
    path = f"/contests/{contest['slug']}/pick"
    problem(world.artist("POST", path, {"design": "ZZZZZ", "reason": "Why"}, key=KEY), 404, "not-found")
    picked = world.artist("POST", path, {"design": codes[0], "reason": "Why not"}, key=KEY)
    assert picked.status_code == 201
