"""Following, the page of one's own, and who hears of what: once, and never a number."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from contests.comments import service as talk
from contests.comments.suggestions.rules import Pin
from contests.submissions import moderation
from contests.submissions.events import RevisionProcessed
from contests.submissions.models import Revision, Submission
from tests.contests.comments.stage import DAY, Stage, add_design, person, set_up
from voting import tell as voting_news
from webapp.accounts import queries as accounts
from webapp.accounts.following import service
from webapp.infra import outbox
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import Refused
from webapp.notices.models import DigestLine, Notice


def told(*people: int) -> list[tuple[int, str]]:
    db.session.rollback()
    rows = db.session.execute(select(Notice.recipient_id, Notice.kind).order_by(Notice.id))
    return [tuple(row) for row in rows if row.recipient_id in people]


def plain(page: str) -> str:
    """A page without what each answer has of its own."""
    return re.sub(r'name="csrf_token" value="[^"]*"|src="data:[^"]*"', "", page)


def new_version(stage: Stage) -> None:
    with transaction() as session:
        made = Revision(
            submission_id=stage.design, number=2, original_key="p", original_sha256="1" * 64, bytes=1, width=4,
            height=5, state="done", created_at=stage.now, done_at=stage.now, dhash="1" * 16,
            renditions=[{"w": 240, "h": 300, "avif": "b.avif", "jpeg": "b.jpg"}],
        )  # fmt: skip
        session.add(made)
        session.flush()
        session.get_one(Submission, stage.design).current_revision_id = made.id
        for _ in range(2):  # handlers may run twice
            outbox.record(session, RevisionProcessed(made.id))


def test_followers_hear_once_and_who_takes_part_as_such(app: Flask, clock: Any, run_jobs: Any) -> None:
    stage = set_up(clock.now)
    fan, late = person(clock.now, "Ann"), person(clock.now, "Lee")
    code = service.open_profile(stage.designer, clock.now)
    assert service.open_profile(stage.designer, clock.now) == code
    subjects = (("design", stage.design), ("contest", stage.contest), ("person", stage.designer))
    for who in (fan, stage.designer):
        for kind, subject in subjects[: 3 if who == fan else 2]:
            assert service.follow(who, kind, subject, clock.now) and not service.follow(who, kind, subject, clock.now)
    assert accounts.followers_of(db.session(), "design", stage.design) == sorted([fan, stage.designer])
    clock.advance(hours=1)
    stage = Stage(**{**stage.__dict__, "now": clock.now})
    new_version(stage)
    clock.advance(hours=1)
    service.follow(late, "design", stage.design, clock.now)
    service.follow(late, "person", stage.designer, clock.now)
    run_jobs("outbox")
    assert told(fan, late, stage.designer) == [(fan, "followed-design")], "not the author, nor who followed later"
    assert len(db.session.scalars(select(DigestLine)).all()) == 1, "once a day, not at once"
    voting_news.voting_opened(stage.contest)
    voting_news.voting_opened(stage.contest)
    assert told(fan, stage.designer)[1:] == [(stage.designer, "voting-open"), (fan, "voting-open")]
    other, _code = add_design(stage.contest, stage.designer, clock.now)
    clock.advance(minutes=1)
    moderation.moderate(other, stage.moderator, "approve", "", "", clock.now)
    clock.advance(minutes=1)
    run_jobs("outbox")
    assert (fan, "followed-person") in told(fan) and (late, "followed-person") in told(late)
    service.close_profile(stage.designer)
    assert accounts.followers_of(db.session(), "person", stage.designer) == []
    assert service.open_profile(stage.designer, clock.now) != code


@pytest.mark.one_db
def test_one_button_everywhere_one_list_and_undo(app: Flask, clock: Any, client: Any, sign_in: Any) -> None:
    stage = set_up(clock.now)
    page = f"/p/{service.open_profile(stage.designer, clock.now)}"
    assert (
        "/sign-in?next=" in client.get(f"/D/{stage.code}").text
        and client.post("/following/design/X").status_code == 302
    )
    sign_in(client, stage.fan)
    places = {"design": f"/D/{stage.code}", "contest": f"/c/{stage.slug.replace('band', 'tour')}"}
    places |= {"person": page, "artist": f"/a/{stage.slug}"}
    for kind, path in places.items():
        text = client.get(path).text
        [action] = [part.split('"')[0] for part in text.split('action="') if part.startswith(f"/following/{kind}/")]
        assert client.post(action, data={"next": path}).headers["Location"] == path
        text = client.get(path).text
        assert f'action="{action}/stop"' in text and "follower" not in text.lower()
    listed = client.get("/following").text
    assert listed.count("Stop following") == 4
    stopped = client.post(f"/following/design/{stage.code}/stop")
    undo = client.get(stopped.headers["Location"]).text
    assert f'action="/following/design/{stage.code}"' in undo and undo.count("Stop following") == 3
    client.post(f"/following/design/{stage.code}")
    with transaction() as session:
        session.get_one(Submission, stage.design).state = "hidden"
    hidden = client.get("/following").text
    assert "Not shown at the moment" in hidden and "Whale" not in hidden
    assert client.post(f"/following/design/{stage.code}").status_code == 404
    assert client.post(f"/following/design/{stage.code}/stop").status_code == 302
    assert client.get("/following").text.count("Stop following") == 3
    assert client.post("/following/song/1").status_code == 404


@pytest.mark.one_db
def test_a_page_of_ones_own_is_closed_for_the_young_and_unlisted_for_minors(
    app: Flask, clock: Any, client: Any, sign_in: Any
) -> None:
    stage = set_up(clock.now)
    for band in ("under-13", "13-15"):
        with pytest.raises(Refused):
            service.open_profile(person(clock.now, "Kid", age_band=band), clock.now)
    teen = person(clock.now, "Teen", age_band="16-17", country="FI")
    sign_in(client, teen)
    client.post("/settings/page", data={"open": "1"})
    settings = client.get("/settings/page").text
    path = settings.split('href="/p/')[1].split('"')[0]
    text = client.get(f"/p/{path}").text
    assert 'content="noindex' in text and "Teen" in text and "16-17" not in text and ">FI<" not in text
    grown = f"/p/{service.open_profile(stage.designer, clock.now)}"
    assert "noindex" not in client.get(grown).text and "Whale" in client.get(grown).text
    client.post("/settings/page", data={})
    assert client.get(f"/p/{path}").status_code == 404
    asked = person(clock.now, "Unasked", age_band=None)
    sign_in(client, asked)
    assert client.get("/settings/page").headers["Location"].startswith("/age")


@pytest.mark.one_db
def test_no_count_of_followers_or_taps_stands_beside_a_design(app: Flask, clock: Any, client: Any) -> None:
    stage = set_up(clock.now)
    said = talk.post(stage.design, stage.fan, "Bigger", None, clock.now, pin=Pin())
    paths = (f"/c/tour-{stage.slug[5:]}/designs", f"/api/v1/designs/{stage.code}", f"/D/{stage.code}")
    before = [plain(client.get(path).text) for path in paths]
    for number in range(7):
        service.follow(person(clock.now, f"Fan{number}"), "design", stage.design, clock.now - DAY)
    assert before == [plain(client.get(path).text) for path in paths]
    assert client.get(f"/api/v1/designs/{stage.code}/comments").get_json()["items"][0]["reactions"] == {} and said
