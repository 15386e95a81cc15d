"""Pictures to draw with: judged, stored once, made ready by workers, shown to those they are for, and gone in time."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from rq import Queue
from sqlalchemy import select

from contests.submissions.images import sandbox
from contests.submissions.studio import assets, jobs, letting_go, queries, rules, service
from contests.submissions.studio.models import StudioAsset, StudioDraft
from contests.submissions.studio.owners import Owner
from tests.contests.submissions.stage import Stage, another_fan
from tests.contests.submissions.studio.easel import SCRIPT, begin, finish, img, said, save, star, upload
from tests.pictures import SECRET, broken_idat, png, saved, tagged
from webapp.infra import queue
from webapp.infra.db import db
from webapp.infra.storage import storage

# Documents and files; how drafts are kept is tested on both kinds of database in test_drafts.py.
pytestmark = pytest.mark.ordinarily("postgres")


def rows() -> list[StudioAsset]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(StudioAsset).order_by(StudioAsset.id)))


def see_through() -> bytes:
    return saved(Image.new("RGBA", (2400, 1200), (216, 17, 89, 80)), "PNG")


def test_a_picture_is_made_ready_and_keeps_what_is_see_through(easel: Stage, client: Any, run_jobs: Any) -> None:
    answer = upload(client, easel, see_through())
    assert answer.status_code == 201
    assert {name: answer.json[name] for name in ("state", "w", "h", "url", "failure")} == {
        "state": "waiting",
        "w": 2400,
        "h": 1200,
        "url": None,
        "failure": None,
    }
    assert run_jobs(sweep=False), "woken by the commit"
    ready = client.get(f"/studio/assets/{answer.json['id']}", headers=SCRIPT).json
    assert ready["state"] == "done"
    shown = client.get(ready["url"])
    assert shown.headers["Cache-Control"].startswith("private")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    with Image.open(io.BytesIO(shown.data)) as picture:
        assert picture.size == (1600, 800)
        assert all(abs(alpha - 80) < 4 for alpha in set(picture.convert("RGBA").getchannel("A").tobytes()))


def test_it_passes_the_designs_that_wait(easel: Stage, client: Any, run_jobs: Any) -> None:
    waiting = Queue("pictures", connection=queue.connection(), serializer="json")
    waiting.empty()
    queue.enqueue("pictures", "contests.submissions.jobs.process", 1)
    upload(client, easel, see_through())
    run_jobs("outbox", sweep=False)
    assert [job.func_name.rpartition(".")[0] for job in waiting.jobs] == [
        "contests.submissions.studio.jobs",
        "contests.submissions.jobs",
    ]


def test_nothing_of_its_metadata_is_shown(easel: Stage, client: Any, run_jobs: Any) -> None:
    code = upload(client, easel, tagged("JPEG"), "photo.jpg").json["id"]
    run_jobs()
    assert SECRET not in client.get(f"/studio/pictures/{code}").data


def test_the_same_file_again_is_the_same_picture(easel: Stage, client: Any, new_client: Any) -> None:
    first = upload(client, easel, png())
    assert upload(client, easel, png(), "other-name.png").json == first.json
    other = upload(new_client(), easel, png())
    assert other.json["id"] != first.json["id"], "another's is another's"
    assert len(list(storage().keys("assets/"))) == 1


def test_what_is_no_picture_leaves_nothing(easel: Stage, client: Any) -> None:
    answer = upload(client, easel, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "x.png")
    assert (answer.status_code, answer.json["code"]) == (422, "format-svg")
    assert "SVG" in answer.json["sentence"]
    empty = client.post(f"/c/{easel.slug}/studio/assets", data={}, headers=SCRIPT)
    assert (empty.status_code, empty.json["code"]) == (422, "no-picture")
    assert list(storage().keys("")) == []


def test_a_refused_picture_keeps_its_twins_file(easel: Stage, client: Any, new_client: Any, monkeypatch: Any) -> None:
    upload(client, easel, png())
    monkeypatch.setattr(rules, "ASSETS", 0)
    refused = upload(new_client(), easel, png())
    assert (refused.status_code, refused.json["code"]) == (409, "too-many-pictures")
    assert upload(new_client(), easel, png(70, 70)).status_code == 409
    assert list(storage().keys("assets/")) == [rows()[0].original_key]


def test_bytes_are_counted(easel: Stage, client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(rules, "ASSET_BYTES", len(png()) + 10)
    assert upload(client, easel, png()).status_code == 201
    refused = upload(client, easel, png(70, 70))
    assert (refused.status_code, refused.json["code"]) == (413, "pictures-too-big")


def test_a_damaged_picture_says_why_and_a_lost_worker_is_no_fault_of_it(
    easel: Stage, client: Any, run_jobs: Any, monkeypatch: Any, clock: Any
) -> None:
    bad = upload(client, easel, broken_idat()).json["id"]
    run_jobs()
    found = client.get(f"/studio/assets/{bad}", headers=SCRIPT).json
    assert found["state"] == "failed"
    assert "damaged" in found["failure"]
    good = upload(client, easel, png()).json["id"]

    def lost(*args: Any, **values: Any) -> Any:
        raise sandbox.DecoderLost("killed")

    with monkeypatch.context() as away:
        away.setattr(sandbox, "run", lost)
        for _ in range(4):
            jobs.process(rows()[1].id)
            clock.advance(minutes=5)
    assert client.get(f"/studio/assets/{good}", headers=SCRIPT).json["state"] == "failed"
    assert upload(client, easel, png()).json == {**upload(client, easel, png()).json, "id": good, "state": "waiting"}
    run_jobs()
    assert client.get(f"/studio/assets/{good}", headers=SCRIPT).json["state"] == "done"


def test_a_dead_workers_picture_is_found_and_made_once(easel: Stage, client: Any, run_jobs: Any, clock: Any) -> None:
    upload(client, easel, png())
    asset = rows()[0]
    assert jobs._take(asset.id) is not None, "a worker that dies now"
    assert not jobs.process(asset.id)
    clock.advance(minutes=4)
    assert jobs.sweep() == 1
    run_jobs()
    assert rows()[0].state == "done"
    assert not jobs.process(asset.id), "asked twice"


def test_pictures_are_their_owners(easel: Stage, client: Any, new_client: Any, sign_in: Any, run_jobs: Any) -> None:
    code = upload(client, easel, png()).json["id"]
    run_jobs()
    other = new_client()
    sign_in(other, another_fan(easel.now))
    for path in (f"/studio/assets/{code}", f"/studio/pictures/{code}"):
        assert client.get(path).status_code == 200
        assert other.get(path).status_code == new_client().get(path).status_code == 404
    foreign = other.post(f"/c/{easel.slug}/studio/drafts", json=said(img(code)), headers=SCRIPT)
    assert (foreign.status_code, foreign.json["code"]) == (422, "scene-unknown-asset")
    assert foreign.json["pointer"] == "/front/layers/0/a"
    own = begin(other, easel, star())
    assert save(other, own, 1, star(), img(code)).json["pointer"] == "/front/layers/1/a"


def test_what_is_thrown_away_is_gone_unless_something_else_needs_it(easel: Stage, fan: Any, run_jobs: Any) -> None:
    shared, alone = (upload(fan, easel, png(n, n)).json["id"] for n in (64, 80))
    run_jobs()
    begin(fan, easel, img(shared))
    code = begin(fan, easel, img(shared), img(alone, "i2"))
    assert fan.post(f"/studio/drafts/{code}/discard", headers=SCRIPT).json == {"next": "/mine"}
    assert fan.get(f"/studio/drafts/{code}", headers=SCRIPT).status_code == 404
    assert fan.get(f"/studio/pictures/{alone}").status_code == 404
    assert fan.get(f"/studio/pictures/{shared}").status_code == 200
    jobs.forget()
    assert [row.code for row in rows()] == [shared]
    assert len(list(storage().keys(""))) == 2, "its file and its proxy"


def test_a_crash_in_the_middle_of_a_removal_is_finished_by_the_sweep(easel: Stage, fan: Any, monkeypatch: Any) -> None:
    code = begin(fan, easel, img(upload(fan, easel, png()).json["id"]))
    fan.post(f"/studio/drafts/{code}/discard", headers=SCRIPT)
    with monkeypatch.context() as away:
        away.setattr(storage(), "delete", lambda key: (_ for _ in ()).throw(OSError(5, "away")), raising=False)
        with pytest.raises(OSError, match="away"):
            letting_go.sweep()
    assert len(rows()) == 1
    assert upload(fan, easel, png()).status_code == 201, "the same file comes again meanwhile"
    letting_go.sweep()
    (again,) = rows()
    assert storage().get(again.original_key) == png()


def test_what_nobody_came_back_to_is_forgotten(
    easel: Stage, client: Any, fan: Any, new_client: Any, clock: Any
) -> None:
    stranger = new_client()
    lost = begin(stranger, easel, img(upload(stranger, easel, png(70, 70)).json["id"]))
    mine = begin(fan, easel, img(upload(fan, easel, png()).json["id"]))
    clock.advance(days=29)
    assert jobs.forget() == 0
    clock.advance(days=2)
    assert jobs.forget() == 2, "the stranger's drawing and its picture"
    assert jobs.forget() == 0
    db.session.rollback()
    assert list(db.session.scalars(select(StudioDraft.code))) == [mine]
    assert stranger.get(f"/studio/drafts/{lost}", headers=SCRIPT).status_code == 404
    assert len(list(storage().keys("assets/"))) == 1


def test_a_picture_of_a_design_stays(easel: Stage, fan: Any, run_jobs: Any, clock: Any) -> None:
    asset = upload(fan, easel, png()).json["id"]
    run_jobs()
    code = begin(fan, easel, img(asset))
    assert finish(fan, code).status_code == 200
    db.session.rollback()
    service.discard(code, Owner(easel.fan, "x" * 32), easel.now)
    clock.advance(days=60)
    jobs.forget()
    assert queries.asset(db.session(), asset) is not None


def test_a_closed_contest_takes_no_pictures(easel: Stage, client: Any, clock: Any) -> None:
    clock.advance(days=8)
    assert upload(client, easel, png()).status_code == 409
    assert list(storage().keys("")) == []


def test_the_file_outlives_a_clean_up_that_was_faster(app: Any, easel: Stage, monkeypatch: Any) -> None:
    """The bytes were there, are deleted between our look and our commit, and are put back."""
    original = assets.judged(png(), "a.png")
    real = assets._put
    calls: list[int] = []

    def put(one: Any, data: bytes) -> None:
        real(one, data)
        calls.append(1)
        if len(calls) == 1:
            storage().delete(one.key)

    monkeypatch.setattr(assets, "_put", put)
    service.upload(easel.contest, Owner(easel.fan, "x" * 32), png(), "a.png", easel.now)
    assert storage().exists(original.key)
