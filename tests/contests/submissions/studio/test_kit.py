"""The artist's kit: laid out by the team, drawn with by everybody in the contest, never torn out of a drawing."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from contests.submissions.studio import page, queries, rules
from tests.contests.submissions.stage import Stage
from tests.contests.submissions.studio.easel import (
    SCRIPT,
    begin,
    contest_to_draw_for,
    finish,
    img,
    said,
    save,
    star,
)
from tests.pictures import jpeg, saved
from webapp.accounts import store as people
from webapp.accounts.models import Artist
from webapp.infra.db import db, transaction


@pytest.fixture
def staff(easel: Stage, new_client: Any, sign_in: Any) -> Any:
    """The browser of somebody of the merch staff."""
    with transaction() as session:
        person = people.add_person(session, "staff@example.org", "Sam", easel.now, age_band="18+")
        people.add_member(session, easel.artist, person, "merch_staff", easel.now)
    client = new_client()
    sign_in(client, person)
    return client


def logo() -> bytes:
    return saved(Image.new("RGBA", (90, 60), (0, 0, 0, 0)), "PNG")


def root(easel: Stage) -> str:
    db.session.rollback()
    return f"/team/{db.session.get_one(Artist, easel.artist).slug}/contests/{easel.contest}/kit"


def add(staff: Any, easel: Stage, data: bytes, label: str = "Wave", name: str = "logo.png") -> Any:
    form = {"picture": (io.BytesIO(data), name), "kind": "logo", "label": label}
    return staff.post(f"{root(easel)}/pictures", data=form)


def kit(easel: Stage) -> dict[str, Any]:
    db.session.rollback()
    return page.kit(queries.kit(db.session(), easel.contest))


def test_a_logo_is_laid_out_for_everybody_in_the_contest(easel: Stage, staff: Any, client: Any, run_jobs: Any) -> None:
    assert add(staff, easel, logo()).status_code == 303
    assert add(staff, easel, logo(), "Big wave").status_code == 303
    assert "In the making" in staff.get(root(easel)).text
    assert kit(easel)["items"] == []
    run_jobs()
    (item,) = kit(easel)["items"]
    assert (item["label"], item["kind"], item["w"], item["h"]) == ("Big wave", "logo", 90, 60)
    assert client.get(item["url"]).status_code == 200
    assert item["url"] in staff.get(root(easel)).text
    begin(client, easel, img(item["id"]))
    elsewhere = contest_to_draw_for(easel.now)
    answer = client.post(f"/c/{elsewhere.slug}/studio/drafts", json=said(img(item["id"])), headers=SCRIPT)
    assert answer.json["code"] == "scene-unknown-asset", "of this contest only"


def test_what_is_taken_away_stays_in_drawings_that_have_it(easel: Stage, staff: Any, fan: Any, run_jobs: Any) -> None:
    add(staff, easel, logo())
    run_jobs()
    (item,) = kit(easel)["items"]
    code = begin(fan, easel, img(item["id"]))
    (row,) = queries.kit(db.session(), easel.contest)
    assert staff.post(f"{root(easel)}/{row.id}/label", data={"label": "Sea"}).status_code == 303
    assert kit(easel)["items"][0]["label"] == "Sea"
    for _ in range(2):
        assert staff.post(f"{root(easel)}/{row.id}/remove").status_code == 303
    assert kit(easel)["items"] == []
    assert [each.label for each in queries.kit(db.session(), easel.contest, removed=True)] == ["Sea"]
    assert save(fan, code, 1, img(item["id"]), star()).status_code == 200
    assert finish(fan, code).status_code == 200
    fresh = fan.post(f"/c/{easel.slug}/studio/drafts", json=said(img(item["id"])), headers=SCRIPT)
    assert fresh.json["code"] == "scene-unknown-asset"
    add(staff, easel, logo(), "Back again")
    assert [each["id"] for each in kit(easel)["items"]] == [item["id"]]


def test_only_pngs_and_only_so_many(easel: Stage, staff: Any, monkeypatch: Any) -> None:
    refused = add(staff, easel, jpeg(), name="photo.jpg")
    assert refused.status_code == 422
    assert "PNG" in refused.text
    assert add(staff, easel, b"no picture at all").status_code == 422
    assert add(staff, easel, logo(), label="").status_code == 422
    monkeypatch.setattr(rules, "KIT_PICTURES", 0)
    assert "Take one away first" in add(staff, easel, logo()).text


def test_a_palette_of_twelve_and_chosen_fonts(easel: Stage, staff: Any) -> None:
    everything = kit(easel)["fonts"]
    assert len(everything) >= 12
    for n in range(13):
        staff.post(f"{root(easel)}/colours", data={"colour": f"#0000{n:02X}"})
    assert kit(easel)["palette"] == [f"#0000{n:02x}" for n in range(12)]
    assert staff.post(f"{root(easel)}/colours", data={"colour": "red"}).status_code == 422
    staff.post(f"{root(easel)}/fonts", data={"fonts": everything[:2]})
    assert kit(easel)["fonts"] == everything[:2]
    staff.post(f"{root(easel)}/fonts", data={"fonts": everything[1:3]})
    assert kit(easel)["fonts"] == everything[1:3]
    staff.post(f"{root(easel)}/fonts", data={})
    assert kit(easel)["fonts"] == everything
    assert staff.post(f"{root(easel)}/fonts", data={"fonts": ["comic"]}).status_code == 422


def test_the_kit_is_the_teams(easel: Stage, staff: Any, fan: Any) -> None:
    assert fan.get(root(easel)).status_code == 404
    assert add(fan, easel, logo()).status_code == 404
    elsewhere = contest_to_draw_for(easel.now)
    foreign = root(easel).replace(f"/{easel.contest}/", f"/{elsewhere.contest}/")
    assert staff.get(foreign).status_code == 404
    assert "/kit" in staff.get(root(easel).split("/contests")[0]).text, "the team's page leads there"
