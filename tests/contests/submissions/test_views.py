"""The way in, as a browser without script and as our own script walk it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from contests.submissions import jobs, queries, service
from contests.submissions.models import Revision, Submission
from tests.contests.submissions.stage import Stage, another_fan, design, sent_in, set_up
from tests.pictures import broken_idat, jxl, png
from webapp.infra.db import db

# The forms and words of pages; what they read and write is tested on both kinds of database with the services.
pytestmark = pytest.mark.one_db

SCRIPT = {"Accept": "application/json, text/html;q=0.9"}


@pytest.fixture
def fan(stage: Stage, client: Any, sign_in: Any) -> Any:
    """The signed-in browser of the stage's fan."""
    sign_in(client, stage.fan)
    return client


def picked(data: bytes, key: str = "", name: str = "art.png") -> dict[str, Any]:
    return {"picture": (io.BytesIO(data), name), "key": key}


def hidden(page: str, name: str) -> str:
    """The value of a hidden field, as a browser sends it back."""
    (tag,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return re.findall(r'value="([^"]*)"', tag)[0]


def words(page: str, **more: str) -> dict[str, str]:
    good = {"title": "Whale", "alt": "A whale that sings at night", "ai_use": "none", "original": "y", "agree": "y"}
    return {**good, "rights_hash": hidden(page, "rights_hash"), **more}


def test_from_a_file_to_a_design_that_was_sent_in(stage: Stage, fan: Any, run_jobs: Any) -> None:
    entrance = fan.get(f"/c/{stage.slug}/enter")
    assert entrance.status_code == 200
    assert "At most 26 MB" in entrance.text
    assert "50 million pixels" in entrance.text
    sent = fan.post(f"/c/{stage.slug}/enter", data=picked(png(), hidden(entrance.text, "key")))
    assert sent.status_code == 302
    draft = fan.get(sent.location)
    assert draft.status_code == 200
    assert 'hx-get="' in draft.text
    assert "In the making" in draft.text
    run_jobs()
    done = fan.get(sent.location)
    assert "/media/renditions/" in done.text
    assert 'hx-get="/designs' not in done.text
    answer = fan.post(sent.location, data=words(done.text))
    code = sent.location.split("/")[2]
    assert (answer.status_code, answer.location) == (302, f"/D/{code}")
    row = queries.design(db.session(), code)
    assert row is not None
    assert (row.title, row.state, row.ai_use) == ("Whale", "pending", "none")
    assert row.submitted_at == stage.now
    assert fan.get(sent.location).location == f"/D/{code}", "what was sent in is no draft any more"


def test_the_bar_of_few_fields(stage: Stage, fan: Any) -> None:
    """Sending in asks for two typed fields and two ticks; the rest has an answer already."""
    begun = service.begin(stage.contest, stage.fan, png(), "a.png", stage.now)
    page = fan.get(f"/designs/{begun.code}/draft").text
    required = re.findall(r"<(?:input|textarea)[^>]*\srequired[^>]*>", page.split("novalidate")[1])
    names = [re.findall(r'name="(\w+)"', tag)[0] for tag in required]
    assert [name for name in names if name in ("title", "alt")] == ["title", "alt"]
    assert set(names) <= {"title", "alt", "original", "agree"}


def test_the_script_is_told_where_to_go(stage: Stage, fan: Any) -> None:
    answer = fan.post(f"/c/{stage.slug}/enter", data=picked(png(), "k"), headers=SCRIPT)
    assert answer.status_code == 200
    assert answer.json["next"].endswith("/draft")
    again = fan.post(f"/c/{stage.slug}/enter", data=picked(png(), "k"), headers=SCRIPT)
    assert again.json == answer.json
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1
    other = fan.post(f"/c/{stage.slug}/enter", data=picked(png(70, 70), "k"), headers=SCRIPT)
    assert other.json != answer.json, "after going back, another file is another design"


def test_a_refused_picture_says_why_beside_the_field(stage: Stage, fan: Any) -> None:
    answer = fan.post(f"/c/{stage.slug}/enter", data=picked(jxl(), name="photo.jxl"))
    assert answer.status_code == 422
    assert "This is a JPEG XL picture" in answer.text
    assert "<form" in answer.text
    scripted = fan.post(f"/c/{stage.slug}/enter", data=picked(jxl()), headers=SCRIPT)
    assert (scripted.status_code, scripted.json["code"]) == (422, "format-jxl")
    assert fan.post(f"/c/{stage.slug}/enter", data={}).status_code == 422


def test_words_that_are_missing_are_asked_for_again(stage: Stage, fan: Any) -> None:
    begun = service.begin(stage.contest, stage.fan, png(), "a.png", stage.now)
    path = f"/designs/{begun.code}/draft"
    page = fan.get(path).text
    for missing in ("title", "alt", "original", "agree"):
        answer = fan.post(path, data={k: v for k, v in words(page).items() if k != missing})
        assert answer.status_code == 422, missing
        assert f'href="#{missing}"' in answer.text
    assert design(begun.submission_id).submitted_at is None


def test_strangers_sign_in_first_and_come_back(stage: Stage, client: Any) -> None:
    answer = client.get(f"/c/{stage.slug}/enter")
    assert answer.status_code == 302
    assert f"next=/c/{stage.slug}/enter" in answer.location.replace("%2F", "/")


def test_the_age_is_asked_before_the_first_upload(stage: Stage, client: Any, sign_in: Any) -> None:
    sign_in(client, another_fan(stage.now, age_band=None))
    answer = client.get(f"/c/{stage.slug}/enter")
    assert answer.status_code == 302
    assert "/age" in answer.location
    assert client.post(f"/c/{stage.slug}/enter", data=picked(png())).status_code == 302
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0


def test_drafts_are_their_authors_alone(stage: Stage, fan: Any, new_client: Any, sign_in: Any) -> None:
    begun, other = service.begin(stage.contest, stage.fan, png(), "a.png", stage.now), new_client()
    sign_in(other, another_fan(stage.now))
    for path in ("draft", "status"):
        assert other.get(f"/designs/{begun.code}/{path}").status_code == 404
    for path in ("draft", "revise", "retry", "withdraw"):
        assert other.post(f"/designs/{begun.code}/{path}", data=picked(png())).status_code == 404
    assert fan.get(f"/designs/{begun.code.lower()}/draft").status_code == 200
    assert fan.get("/designs/ZZZZZ/draft").status_code == 404
    assert design(begun.submission_id).withdrawn_at is None


def test_a_contest_that_is_closed_or_unknown(stage: Stage, fan: Any, clock: Any) -> None:
    assert fan.get("/c/nothing-here/enter").status_code == 404
    draft = set_up(stage.now, published_at=None, published_by=None)
    assert fan.get(f"/c/{draft.slug}/enter").status_code == 404
    clock.advance(days=8)
    answer = fan.post(f"/c/{stage.slug}/enter", data=picked(png()))
    assert answer.status_code == 409
    assert "takes no new designs" in answer.text


def test_the_status_fragment_shows_failure_and_the_way_on(stage: Stage, fan: Any, run_jobs: Any) -> None:
    begun = service.begin(stage.contest, stage.fan, broken_idat(), "a.png", stage.now)
    path = f"/designs/{begun.code}/status"
    htmx = {"HX-Request": "true"}
    waiting = fan.get(path, headers=htmx)
    assert 'hx-trigger="every 2s"' in waiting.text
    assert waiting.headers["Cache-Control"] == "no-store"
    assert fan.get(path, headers=SCRIPT).json["state"] == "waiting"
    run_jobs()
    failed = fan.get(path, headers=htmx)
    assert 'data-state="failed"' in failed.text
    assert "This file is damaged" in failed.text
    assert "hx-trigger" not in failed.text
    assert "/retry" not in failed.text, "the same file would fail again"
    assert fan.get(path).location == f"/designs/{begun.code}/draft"
    replaced = fan.post(f"/designs/{begun.code}/revise", data=picked(png(), "k2"))
    assert replaced.location == f"/designs/{begun.code}/draft"
    run_jobs()
    assert 'data-state="done"' in fan.get(path, headers=htmx).text


def test_another_file_is_taken_once_and_a_bad_one_explained(stage: Stage, fan: Any) -> None:
    submission_id = sent_in(stage)
    path = f"/designs/{design(submission_id).code}/revise"
    for _ in range(2):
        assert fan.post(path, data=picked(png(90, 90), "k")).status_code == 302
    assert [each.number for each in queries.revisions(db.session(), submission_id)] == [1, 2]
    fan.post(path, data=picked(b"not a picture, but text " * 9))
    with fan.session_transaction() as stored:
        assert "not a picture" in str(stored["_flashes"])
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 2


def test_author_tools_say_where_a_design_stands(app: Any, stage: Stage, fan: Any) -> None:
    submission_id = sent_in(stage)
    assert jobs.process(design(submission_id).latest.id)  # type: ignore[union-attr]
    service.moderate(submission_id, stage.moderator, "hold", "rights", "Is that logo yours?", stage.now)
    page = rendered_tools(app, stage, submission_id)
    assert "Is that logo yours?" in page
    assert "belong to somebody else" in page
    assert "/revise" in page
    assert "/withdraw" in page
    assert fan.post(f"/designs/{design(submission_id).code}/withdraw").location == "/mine"
    assert design(submission_id).withdrawn_at == stage.now


def rendered_tools(app: Any, stage: Stage, submission_id: int) -> str:
    from flask import render_template

    from contests import queries as contests
    from contests.submissions.tools import author_tools

    db.session.rollback()
    contest = contests.contest(db.session(), stage.contest)
    assert contest is not None
    with app.test_request_context():
        tools = author_tools(db.session(), design(submission_id), contest, stage.now)
        return render_template("submissions/author_tools.html", tools=tools)


class Trap(io.RawIOBase):
    """A body of zeros that counts what is read of it."""

    def __init__(self, length: int) -> None:
        self.length, self.taken, self.at = length, 0, 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = (self.length if whence == 2 else 0) + offset
        return self.at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.taken += len(buffer)
        buffer[:] = bytes(len(buffer))
        return len(buffer)


@pytest.mark.usefixtures("csrf")
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_body_above_the_cap_is_refused_unread(
    app: Any, stage: Stage, client: Any, sign_in: Any, signed_in: bool
) -> None:
    if signed_in:
        sign_in(client, stage.fan)
    trap = Trap(app.config["MAX_CONTENT_LENGTH"] + 1)
    answer = client.post(
        f"/c/{stage.slug}/enter",
        input_stream=trap,
        content_type="multipart/form-data; boundary=x",
        headers=SCRIPT if signed_in else {},
    )
    assert (answer.status_code, trap.taken) == (413, 0)


@pytest.mark.usefixtures("csrf")
def test_a_body_of_unknown_length_is_read_up_to_the_cap(app: Any, stage: Stage, fan: Any) -> None:
    most = app.config["MAX_CONTENT_LENGTH"]
    trap = Trap(10 * most)
    answer = fan.post(
        f"/c/{stage.slug}/enter",
        input_stream=trap,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code == 413
    assert trap.taken <= most + 1024 * 1024


def test_a_file_above_the_cap_in_a_body_below_it_is_refused(app: Any, stage: Stage, fan: Any) -> None:
    most = app.config["SETTINGS"].max_upload_bytes
    answer = fan.post(f"/c/{stage.slug}/enter", data=picked(png() + bytes(most)))
    assert answer.status_code == 422
    assert "larger than 26 MB" in answer.text


@pytest.mark.usefixtures("csrf")
def test_forms_carry_their_token(stage: Stage, fan: Any) -> None:
    begun = service.begin(stage.contest, stage.fan, png(), "a.png", stage.now)
    for path in (f"/c/{stage.slug}/enter", f"/designs/{begun.code}/draft"):
        page = fan.get(path).text
        without = page.count('method="get"') + page.count('action="/language"')  # the latter is believed by its origin
        assert page.count("<form") <= page.count('name="csrf_token"') + without
        assert fan.post(path, data={}).status_code == 400
