"""Starting from another design: only where its author allows it, and their name stays on it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from contests.submissions import queries as designs
from contests.submissions import service
from contests.submissions.models import Submission
from contests.submissions.studio import jobs
from tests.contests.submissions.stage import Stage, another_fan, design, sent_in, submit
from tests.contests.submissions.studio.easel import (
    SCRIPT,
    begin,
    contest_to_draw_for,
    finish,
    img,
    said,
    save,
    star,
    upload,
)
from tests.pictures import png
from webapp.infra.db import changed, db, transaction
from webapp.infra.storage import storage

# Documents and files; how drafts are kept is tested on both kinds of database in test_drafts.py.
pytestmark = pytest.mark.ordinarily("postgres")


@pytest.fixture
def other(easel: Stage, new_client: Any, sign_in: Any) -> Any:
    """The browser of somebody else."""
    client = new_client()
    sign_in(client, another_fan(easel.now))
    return client


def show(submission_id: int) -> designs.DesignRow:
    """Let a design be public, its picture finished."""
    found = design(submission_id)
    assert found.latest is not None
    with transaction() as session:
        values = {"state": "approved", "approved_at": found.created_at, "current_revision_id": found.latest.id}
        changed(session, update(Submission).where(Submission.id == submission_id).values(**values))
    return design(submission_id)


def drawn(easel: Stage, client: Any, *layers: Any, **words: Any) -> designs.DesignRow:
    """A public design of the studio, which may be started from unless `words` say otherwise."""
    answer = finish(client, begin(client, easel, *layers))
    db.session.rollback()
    found = designs.design(db.session(), answer.json["next"].split("/")[2])
    assert found is not None
    submit(easel, found.id, found.author_id, **{"allow_remix": True, **words})
    return show(found.id)


def remix(client: Any, easel: Stage, code: str) -> Any:
    return client.post(f"/c/{easel.slug}/studio/remix", data={"design": code})


def code_of(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.location.rpartition("=")[2])


def test_scenes_and_pictures_are_taken_over_and_credit_is_carried_on(
    easel: Stage, fan: Any, other: Any, new_client: Any, run_jobs: Any
) -> None:
    asset = upload(fan, easel, png()).json["id"]
    run_jobs()
    source = drawn(easel, fan, star(), img(asset))
    assert f'value="{source.code}"' in other.get(source.url).text
    code = code_of(remix(other, easel, source.code.lower()))
    assert code_of(remix(other, easel, source.code)) == code, "pressed twice"
    copy = other.get(f"/studio/drafts/{code}", headers=SCRIPT).json
    assert [layer["id"] for layer in copy["front"]["layers"]] == ["s1", "i1"]
    assert copy["assets"][asset]["state"] == "done"
    assert other.get(f"/studio/pictures/{asset}").status_code == 200
    assert save(other, code, 1, star(c="#0a7550"), img(asset)).status_code == 200
    made = designs.design(db.session(), finish(other, code).json["next"].split("/")[2])
    assert made is not None
    assert made.remix_of_id == source.id
    submit(easel, made.id, made.author_id, title="Green whale", allow_remix=True)
    page = new_client().get(show(made.id).url).text
    assert f'<a href="{source.url}">Whale</a>' in page
    third = code_of(remix(new_client(), easel, made.code))
    assert third
    service.withdraw(source.id, easel.fan, easel.now)
    page = new_client().get(made.url).text
    assert source.url not in page
    assert "After a design by" in page
    assert other.get(f"/studio/pictures/{asset}").status_code == 200, "theirs goes on"


def test_chains_name_everybody(easel: Stage, fan: Any, other: Any) -> None:
    first = drawn(easel, fan, star())
    second_draft = code_of(remix(other, easel, first.code))
    save(other, second_draft, 1, star(x=5))
    second = designs.design(db.session(), finish(other, second_draft).json["next"].split("/")[2])
    assert second is not None
    submit(easel, second.id, second.author_id, title="Second", allow_remix=True)
    show(second.id)
    third_draft = code_of(remix(fan, easel, second.code))
    save(fan, third_draft, 1, star(x=6))
    third = designs.design(db.session(), finish(fan, third_draft).json["next"].split("/")[2])
    assert third is not None
    submit(easel, third.id, title="Third")
    page = other.get(show(third.id).url).text
    assert page.index(f'href="{second.url}"') < page.index(f'href="{first.url}"')
    # One's own design is a start like any other, but whom it came from is named, not oneself.
    again = code_of(remix(fan, easel, third.code))
    save(fan, again, 1, star(x=7))
    own = designs.design(db.session(), finish(fan, again).json["next"].split("/")[2])
    assert own is not None
    assert own.remix_of_id == second.id


def test_nobody_starts_from_what_is_not_theirs_to_start_from(easel: Stage, fan: Any, other: Any, clock: Any) -> None:
    closed = drawn(easel, fan, star(), allow_remix=False)
    assert "studio/remix" not in other.get(closed.url).text
    assert remix(other, easel, closed.code).status_code == 403
    body = said(star(x=4), remix=closed.code)
    assert other.post(f"/c/{easel.slug}/studio/drafts", json=body, headers=SCRIPT).status_code == 403
    allowed = drawn(easel, fan, star(x=9))
    assert remix(other, contest_to_draw_for(easel.now), allowed.code).status_code == 404, "of another contest"
    with transaction() as session:
        changed(session, update(Submission).where(Submission.id == allowed.id).values(state="hidden"))
    assert remix(other, easel, allowed.code).status_code == 404
    assert remix(other, easel, "nothing").status_code == remix(other, easel, "").status_code == 404
    show(allowed.id)
    assert "studio/remix" in other.get(f"/c/{easel.slug}/studio?remix={allowed.code}").text
    clock.advance(days=8)
    assert "studio/remix" not in other.get(allowed.url).text
    assert remix(other, easel, allowed.code).status_code == 409


def test_an_upload_is_one_picture_to_start_with(easel: Stage, other: Any, run_jobs: Any, clock: Any) -> None:
    submission_id = sent_in(easel, png(60, 90), allow_remix=True)
    run_jobs()
    source = show(submission_id)
    code = code_of(remix(other, easel, source.code))
    (layer,) = other.get(f"/studio/drafts/{code}", headers=SCRIPT).json["front"]["layers"]
    run_jobs()
    picture = other.get(f"/studio/assets/{layer['a']}", headers=SCRIPT).json
    assert (picture["state"], picture["w"], picture["h"]) == ("done", 60, 90)
    assert finish(other, code).status_code == 200
    assert code_of(remix(other, easel, source.code)) != code
    spare = code_of(remix(other, easel, source.code))
    other.post(f"/studio/drafts/{code}/discard", headers=SCRIPT)
    other.post(f"/studio/drafts/{spare}/discard", headers=SCRIPT)
    clock.advance(days=60)
    jobs.forget()
    assert source.latest is not None
    assert storage().get(source.latest.original_key) == png(60, 90), "a design's original is never ours to delete"
