"""Drawings: kept once, by version, by whoever began them, on whatever they go on."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from contests.submissions.studio import rules, service
from contests.submissions.studio.contents import checked
from contests.submissions.studio.models import StudioDraft
from contests.submissions.studio.owners import Owner
from contests.submissions.studio.service import Stale
from tests.contests.submissions.stage import Stage, another_fan
from tests.contests.submissions.studio.easel import SCRIPT, begin, contest_to_draw_for, said, save, scene, star
from webapp.accounts import hooks
from webapp.infra.db import db

DEEP = "[" * 30_000 + "]" * 30_000
TWICE = b'{"version": 1, "version": 2}'


def count() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(StudioDraft)) or 0)


def device_of(client: Any) -> str:
    db.session.rollback()
    return str(db.session.scalar(select(StudioDraft.device_id).order_by(StudioDraft.id.desc())))


def test_a_stranger_draws_saves_and_reads_back(easel: Stage, client: Any) -> None:
    code = begin(client, easel, star())
    answer = save(client, code, 1, star(), star("s2", x=100), back=scene(star(), side="back"))
    assert (answer.status_code, answer.json["version"]) == (200, 2)
    found = client.get(f"/studio/drafts/{code}", headers=SCRIPT)
    assert found.headers["Cache-Control"] == "no-store"
    assert [layer["id"] for layer in found.json["front"]["layers"]] == ["s1", "s2"]
    assert found.json["back"]["side"] == "back"
    assert {"code", "version", "product", "colour", "assets", "saved_at"} <= set(found.json)


def test_the_same_save_again_changes_nothing(easel: Stage, client: Any) -> None:
    code = begin(client, easel, star())
    assert begin(client, easel, star()) == code, "an answer that was lost is asked for again"
    for _ in range(2):
        assert save(client, code, 1, star(x=200)).json["version"] == 2
    assert save(client, code, 1, star(x=200.0)).json["version"] == 2, (
        "equal drawings are equal however they are written"
    )
    assert count() == 1


def test_a_second_window_is_told_and_shown_what_stands(easel: Stage, client: Any) -> None:
    code = begin(client, easel, star())
    assert save(client, code, 1, star(x=200)).status_code == 200
    late = save(client, code, 1, star(x=300))
    assert (late.status_code, late.json["code"]) == (409, "stale")
    assert late.json["draft"]["version"] == 2
    assert late.json["draft"]["front"]["layers"][0]["x"] == 200
    assert late.json["draft"]["assets"] == {}


def test_of_two_saves_at_once_one_wins(app: Any, easel: Stage) -> None:
    owner = Owner(easel.fan, "d" * 32)
    code = service.begin(easel.contest, owner, said(star()), easel.now).code
    done: list[str] = []
    ready = threading.Barrier(4)

    def draw(x: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                service.save(code, owner, 1, said(star(x=x)), easel.now)
                done.append("saved")
            except Stale:
                done.append("stale")

    threads = [threading.Thread(target=draw, args=(x,)) for x in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["saved", "stale", "stale", "stale"]


def test_nobody_reads_or_writes_anothers(easel: Stage, client: Any, new_client: Any, sign_in: Any) -> None:
    code, other = begin(client, easel, star()), new_client()
    sign_in(other, another_fan(easel.now))
    for stranger in (new_client(), other):
        assert stranger.get(f"/studio/drafts/{code}", headers=SCRIPT).status_code == 404
        assert save(stranger, code, 1, star(x=1)).status_code == 404
        for act in ("discard", "finish"):
            assert stranger.post(f"/studio/drafts/{code}/{act}", headers=SCRIPT).status_code == 404
    assert len(code) >= 16
    assert count() == 1


def test_what_a_phone_began_goes_on_elsewhere(easel: Stage, client: Any, new_client: Any, sign_in: Any) -> None:
    code = begin(client, easel, star())
    for _ in range(2):
        hooks.signed_in(easel.fan, device_of(client) or "", easel.now)
    assert client.get(f"/studio/drafts/{code}", headers=SCRIPT).status_code == 404, "signed out, it is the person's"
    desk = new_client()
    sign_in(desk, easel.fan)
    assert save(desk, code, 1, star(x=200)).json["version"] == 2


def test_a_browser_that_is_signed_in_already_keeps_what_it_began(easel: Stage, client: Any, sign_in: Any) -> None:
    code = begin(client, easel, star())
    sign_in(client, easel.fan)
    assert save(client, code, 1, star(x=200)).status_code == 200
    db.session.rollback()
    row = db.session.scalars(select(StudioDraft)).one()
    assert (row.person_id, row.device_id) == (easel.fan, None)


@pytest.mark.one_db
@pytest.mark.parametrize(
    ("more", "code", "pointer"),
    [
        ({"version": "abc"}, "malformed", "/version"),
        ({"version": True}, "malformed", "/version"),
        ({"version": 10**40}, "malformed", "/version"),
        ({"product": 7}, "malformed", "/product"),
        ({"product": "0"}, "malformed", "/product"),
        ({"colour": "#123456"}, "unknown-colour", "/colour"),
        ({"colour": None}, "malformed", "/colour"),
        ({"front": "nothing"}, "malformed", "/front"),
        ({"front": scene(star(), kind="tote")}, "wrong-canvas", "/front/template"),
        ({"front": {**scene(star()), "w": 10}}, "wrong-canvas", "/front/w"),
        ({"front": scene(star(), side="back")}, "wrong-canvas", "/front/side"),
        ({"front": scene(star(evil=1))}, "scene-unknown-key", "/front/layers/0/evil"),
        ({"front": scene(*[star(f"s{n}") for n in range(41)])}, "scene-too-many-layers", "/front/layers"),
        ({"front": scene(star(x=1e300))}, "scene-out-of-range", "/front/layers/0/x"),
    ],
)
def test_what_is_no_drawing_is_refused_with_a_pointer(
    easel: Stage, client: Any, more: dict[str, Any], code: str, pointer: str
) -> None:
    draft = begin(client, easel, star())
    answer = client.post(f"/studio/drafts/{draft}", json={**said(star(x=9)), "version": 1, **more}, headers=SCRIPT)
    assert (answer.status_code, answer.json["code"], answer.json["pointer"]) == (422, code, pointer)
    assert answer.json["sentence"]
    assert "%(" not in answer.json["sentence"]


@pytest.mark.one_db
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"a": NaN}', b'{"a": "\\ud800"}', TWICE, DEEP.encode()])
def test_what_is_no_json_is_refused(easel: Stage, client: Any, body: bytes) -> None:
    for path in (f"/c/{easel.slug}/studio/drafts", f"/studio/drafts/{begin(client, easel, star())}"):
        answer = client.post(path, data=body, content_type="application/json", headers=SCRIPT)
        assert (answer.status_code, answer.json["code"]) == (422, "malformed")


def test_too_much_is_refused_before_it_is_read(easel: Stage, client: Any) -> None:
    code = begin(client, easel, star())
    big = json.dumps({**said(star(n="n" * rules.SAVE_BYTES)), "version": 1})
    answer = client.post(f"/studio/drafts/{code}", data=big, content_type="application/json", headers=SCRIPT)
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")
    long = [star(f"s{n}", n="é" * 40, oc="#ffffff", ow=1.25, g="g" * 12) for n in range(40)]
    assert save(client, code, 1, *long).status_code == 200, "what is allowed fits"


@pytest.mark.ordinarily("postgres")
def test_there_is_room_for_so_many(easel: Stage, fan: Any) -> None:
    for n in range(rules.OPEN_DRAFTS):
        begin(fan, easel, star(x=n))
    answer = fan.post(f"/c/{easel.slug}/studio/drafts", json=said(star(x=999)), headers=SCRIPT)
    assert (answer.status_code, answer.json["code"]) == (409, "too-many-drawings")


def test_a_contest_that_takes_none(easel: Stage, client: Any, clock: Any) -> None:
    code = begin(client, easel, star())
    assert client.get("/c/nothing/studio").status_code == 404
    hidden = contest_to_draw_for(easel.now, published_at=None, published_by=None)
    assert client.post(f"/c/{hidden.slug}/studio/drafts", json=said(star()), headers=SCRIPT).status_code == 404
    clock.advance(days=8)
    answer = client.post(f"/c/{easel.slug}/studio/drafts", json=said(star(x=3)), headers=SCRIPT)
    assert (answer.status_code, answer.json["code"]) == (409, "submitting-over")
    assert save(client, code, 1, star(x=200)).status_code == 200, "what was begun is kept"


@pytest.mark.usefixtures("csrf")
def test_saves_bear_a_token(easel: Stage, client: Any) -> None:
    answer = client.post(f"/c/{easel.slug}/studio/drafts", json=said(star()), headers=SCRIPT)
    assert (answer.status_code, answer.json["code"]) == (400, "csrf")
    token = client.get("/csrf", headers=SCRIPT).json["token"]
    answer = client.post(f"/c/{easel.slug}/studio/drafts", json=said(star()), headers={**SCRIPT, "X-CSRFToken": token})
    assert answer.status_code == 201


@pytest.mark.ordinarily("postgres")
@pytest.mark.usefixtures("rate_limits")
def test_saving_every_other_second_is_no_flood(easel: Stage, client: Any) -> None:
    code = begin(client, easel, star())
    for n in range(65):  # two windows, a minute
        assert save(client, code, n + 1, star(x=n)).status_code == 200


def test_a_product_of_another_size_has_other_scenes(app: Any, easel: Stage) -> None:
    tote = checked(
        db.session(), easel.contest, {"product": 1, "colour": "#f3ead7", "front": scene(star(), kind="tote")}
    )
    assert (tote.product, tote.colour) == (1, "#F3EAD7")
