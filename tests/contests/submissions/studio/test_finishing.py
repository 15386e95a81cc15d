"""A drawing becomes a design: once, whoever asks twice, and never behind a contest's back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from contests.submissions import queries as designs
from contests.submissions.images.scene import document
from contests.submissions.models import Revision, Submission
from contests.submissions.studio.models import StudioAsset, StudioDraft
from tests.contests.submissions.stage import Stage, another_fan, submit
from tests.contests.submissions.studio.easel import begin, finish, img, save, scene, star, upload
from tests.pictures import png
from webapp.infra.db import db
from webapp.infra.storage import storage

# Files, and rows about them; queues and leases are tested on both kinds of database in test_jobs.py.
pytestmark = pytest.mark.ordinarily("postgres")


def design_of(answer: Any) -> designs.DesignRow:
    assert answer.status_code == 200, answer.text
    db.session.rollback()
    found = designs.design(db.session(), answer.json["next"].split("/")[2])
    assert found is not None
    return found


def counted(model: Any) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def test_a_drawing_becomes_a_draft_with_its_document(easel: Stage, fan: Any, run_jobs: Any) -> None:
    asset = upload(fan, easel, png()).json["id"]
    run_jobs()
    code = begin(fan, easel, star(), img(asset), back=scene(star(), side="back"))
    answer = finish(fan, code)
    design = design_of(answer)
    assert answer.json["next"] == f"/designs/{design.code}/draft"
    assert design.latest is not None
    assert (design.latest.source, design.latest.number, design.submitted_at) == ("studio", 1, None)
    data = storage().get(design.latest.original_key)
    assert document.canonical(document.parse(data)) == data
    found = json.loads(data)["assets"]
    assert list(found) == [asset]
    assert storage().get(found[asset]["key"]) == png()
    assert f"/designs/{design.code}/drawing" in fan.get(answer.json["next"]).text
    run_jobs()
    made = design_of(answer).latest
    assert made is not None
    assert (made.state, made.failure_code) == ("done", "")
    assert {each["side"] for each in made.print_files} == {"front", "back"}
    assert made.renditions


def test_finishing_twice_makes_one_and_a_changed_drawing_its_next_version(easel: Stage, fan: Any) -> None:
    code = begin(fan, easel, star())
    first = finish(fan, code)
    assert finish(fan, code).json == first.json
    assert (counted(Submission), counted(Revision)) == (1, 1)
    design = design_of(first)
    opened = fan.post(f"/designs/{design.code}/drawing")
    assert opened.location == f"/c/{easel.slug}/studio?draft={code}"
    assert save(fan, code, 1, star(x=200)).status_code == 200
    assert finish(fan, code).json == first.json
    latest = design_of(first).latest
    assert latest is not None
    assert (latest.number, latest.source) == (2, "studio")
    submit(easel, design.id)
    assert save(fan, code, 2, star(x=300)).status_code == 200
    assert finish(fan, code).json["next"] == f"/D/{design.code}"


def test_a_stranger_signs_in_half_way_and_goes_on(easel: Stage, client: Any, sign_in: Any) -> None:
    code = begin(client, easel, star())
    here = f"/studio/drafts/{code}/finish"
    assert finish(client, code).json["next"] == f"/sign-in?next={here}"
    assert client.get(here).location == f"/sign-in?next={here}"
    assert counted(Submission) == 0
    sign_in(client, another_fan(easel.now, age_band=None))
    assert "/age" in finish(client, code).json["next"]
    assert "/age" in client.get(here).location


def test_the_page_after_signing_in_has_one_button(easel: Stage, fan: Any) -> None:
    code = begin(fan, easel, star())
    here = f"/studio/drafts/{code}/finish"
    assert f'action="{here}"' in fan.get(here).text
    assert counted(Submission) == 0, "reading writes nothing"
    answer = fan.post(here)
    assert (answer.status_code, answer.location.endswith("/draft")) == (303, True)


def test_a_contest_that_closes_while_somebody_draws(easel: Stage, fan: Any, clock: Any) -> None:
    code = begin(fan, easel, star())
    clock.advance(days=8)
    answer = finish(fan, code)
    assert (answer.status_code, answer.json["code"]) == (409, "submitting-over")
    assert "until 2027-03-08 14:00 (Europe/Helsinki)" in answer.json["sentence"]
    page = fan.post(f"/studio/drafts/{code}/finish")
    assert page.status_code == 409
    assert "What you drew is kept" in page.text
    assert save(fan, code, 1, star(x=200)).status_code == 200
    assert fan.get("/mine").text.count(f"/studio?draft={code}") == 1


def test_what_is_not_ready_or_empty_waits(easel: Stage, fan: Any, run_jobs: Any) -> None:
    empty = begin(fan, easel)
    assert (finish(fan, empty).status_code, finish(fan, empty).json["code"]) == (422, "nothing-drawn")
    code = begin(fan, easel, img(upload(fan, easel, png()).json["id"], c=[0, 0, 65, 40]))
    assert finish(fan, code).json["code"] == "picture-waiting"
    run_jobs()
    assert finish(fan, code).json["code"] == "scene-bad-crop"
    assert (counted(Submission), list(storage().keys("originals/"))) == (0, [])


def test_a_full_house_is_said_and_nothing_is_left_behind(easel: Stage, fan: Any) -> None:
    for n in range(3):
        assert finish(fan, begin(fan, easel, star(x=n))).status_code == 200
    refused = finish(fan, begin(fan, easel, star(x=9)))
    assert (refused.status_code, refused.json["code"]) == (409, "too-many-drafts")
    assert len(list(storage().keys("originals/"))) == 3


def test_a_discarded_draft_takes_its_drawing_along(easel: Stage, fan: Any, run_jobs: Any) -> None:
    asset = upload(fan, easel, png()).json["id"]
    run_jobs()
    design = design_of(finish(fan, begin(fan, easel, img(asset))))
    fan.post(f"/designs/{design.code}/withdraw")
    assert counted(StudioDraft) == 0
    assert fan.get(f"/studio/assets/{asset}").status_code == 404
    db.session.rollback()
    assert db.session.scalar(select(StudioAsset.removed_at)) == easel.now
    assert fan.post(f"/designs/{design.code}/drawing").status_code == 404


def test_only_its_author_draws_on(easel: Stage, fan: Any, new_client: Any, sign_in: Any, clock: Any) -> None:
    design = design_of(finish(fan, begin(fan, easel, star())))
    other = new_client()
    sign_in(other, another_fan(easel.now))
    assert other.post(f"/designs/{design.code}/drawing").status_code == 404
    assert new_client().post(f"/designs/{design.code}/drawing").status_code == 302
    clock.advance(days=8)
    assert fan.post(f"/designs/{design.code}/drawing").status_code == 409


def test_mine_and_the_entrance_show_open_drawings(easel: Stage, fan: Any) -> None:
    code = begin(fan, easel, star())
    for path in ("/mine", f"/c/{easel.slug}/enter"):
        page = fan.get(path).text
        assert f"/c/{easel.slug}/studio?draft={code}" in page
        assert f"/studio/drafts/{code}/discard" in page
    assert f'href="/c/{easel.slug}/studio"' in fan.get(f"/c/{easel.slug}/enter").text
    finish(fan, code)
    assert f"draft={code}" not in fan.get("/mine").text, "now it is a design"
