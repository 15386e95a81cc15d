"""Comments, reports, takedowns and the moderators' queue over HTTP, without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import render_template
from sqlalchemy import func, select

from contests.comments import desk, panel, service
from contests.comments.models import Comment, Report, Takedown
from contests.phases import Phase
from contests.submissions import queries as designs
from contests.submissions.models import ModerationAct, Submission
from tests.contests.comments.stage import add_design, person, set_up, state_of
from tests.contests.test_wizard import counting
from webapp.accounts.login import Stranger
from webapp.infra.db import db

# Forms and pages; what they write and read is tested on both kinds of database in test_service.py.
pytestmark = pytest.mark.ordinarily("postgres")


@pytest.fixture
def stage(app: Any, clock: Any) -> Any:
    return set_up(clock.now)


@pytest.fixture
def fan(stage: Any, new_client: Callable[[], Any], sign_in: Callable[..., None]) -> Any:
    client = new_client()
    sign_in(client, stage.fan)
    return client


@pytest.fixture
def moderator(stage: Any, new_client: Callable[[], Any], sign_in: Callable[..., None]) -> Any:
    client = new_client()
    sign_in(client, stage.moderator)
    return client


def home(stage: Any) -> str:
    return f"/team/{stage.slug}/moderation"


def item_in(page: str) -> str:
    return re.findall(r'name="item" value="([^"]+)"', page)[0]


def design_state(submission_id: int) -> str:
    db.session.rollback()
    return db.session.scalar(select(Submission.state).where(Submission.id == submission_id)) or ""


def test_a_comment_without_script_leads_back_to_it(fan: Any, stage: Any) -> None:
    answer = fan.post(f"/D/{stage.code.lower()}/comments", data={"body": "Lovely"})
    assert answer.status_code == 302
    comment_id = db.session.scalar(select(Comment.id))
    assert answer.location.endswith(f"#comment-{comment_id}")
    bad = fan.post(f"/D/{stage.code}/comments", data={"body": "x" * 2001})
    assert bad.status_code == 422
    assert "x" * 2001 in bad.text
    edited = fan.post(f"/comments/{comment_id}/edit", data={"body": "Lovelier"})
    assert edited.status_code == 302
    assert fan.post(f"/comments/{comment_id}/withdraw").status_code == 302
    assert state_of(comment_id or 0) == "withdrawn"


def test_with_script_the_thread_comes_back_with_it(fan: Any, stage: Any) -> None:
    htmx = {"HX-Request": "true"}
    answer = fan.post(f"/D/{stage.code}/comments", data={"body": "Lovely <b>lines</b>"}, headers=htmx)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<section")
    assert "Lovely &lt;b&gt;lines&lt;/b&gt;" in answer.text
    assert 'value="" ' not in answer.text
    wrong = fan.post(f"/D/{stage.code}/comments", data={"body": " "}, headers=htmx)
    assert wrong.status_code == 422
    assert "Write something first." in wrong.text


def test_strangers_read_and_are_sent_to_sign_in(client: Any, stage: Any, app: Any, clock: Any) -> None:
    service.post(stage.design, stage.fan, "Lovely", None, clock.now)
    assert client.post(f"/D/{stage.code}/comments", data={"body": "Hi"}).status_code == 302
    assert client.post(f"/report/comment/{1}", data={"reason": "spam"}).status_code == 302
    assert db.session.scalar(select(func.count(Comment.id))) == 1
    design = designs.by_id(db.session, stage.design)
    assert design
    with app.test_request_context():
        talk = panel.talk(db.session, design, stage.artist, stage.slug, Phase.VOTING, Stranger(), clock.now)
        thread = render_template("comments/thread.html", talk=talk)
    assert "Lovely" in thread
    assert "Sign in to comment" in thread


def test_a_report_takes_two_taps(fan: Any, stage: Any, clock: Any) -> None:
    comment_id = service.post(stage.design, stage.designer, "Rude", None, clock.now)
    page = fan.get(f"/report/comment/{comment_id}").text
    assert 'name="reason" value="hurtful"' in page
    assert fan.post(f"/report/comment/{comment_id}", data={"reason": "hurtful"}).status_code == 302
    assert fan.post(f"/report/comment/{comment_id}", data={"reason": "hurtful"}).status_code == 302
    assert fan.post(f"/report/design/{stage.design}", data={"reason": "copied", "note": "n"}).status_code == 302
    assert db.session.scalar(select(func.count(Report.id))) == 2
    assert fan.get("/report/comment/999").status_code == 404


def test_a_takedown_needs_no_account_and_keeps_what_was_typed(client: Any, stage: Any) -> None:
    values = {
        "address": stage.code, "claimant": "Ann", "email": "ann@example.org",
        "work": "My whale from 2019", "statement": "I never allowed this.",
    }  # fmt: skip
    wrong = client.post("/takedown", data=values)
    assert wrong.status_code == 422
    assert "My whale from 2019" in wrong.text
    assert client.post("/takedown", data={**values, "true": "y"}).status_code == 302
    found = db.session.scalars(select(Takedown)).one()
    assert found.submission_id == stage.design


def test_takedowns_are_limited(client: Any, stage: Any, rate_limits: None) -> None:
    codes = [client.post("/takedown", data={}).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


def test_the_young_come_first_then_reports_then_designs_then_held_comments(stage: Any, clock: Any) -> None:
    early = clock.now - timedelta(hours=5)
    young = person(clock.now, "Yu", age_band="13-15")
    newcomer = person(clock.now, "Nu", created=early)
    held = service.post(stage.design, newcomer, "First", None, early)
    pending, _ = add_design(stage.contest, stage.fan, clock.now)
    service.report("submission", stage.design, stage.fan, "copied", "", clock.now)
    service.request_takedown(stage.code, "Ann", "a@example.org", "w", "s", clock.now + timedelta(hours=1))
    kid, _ = add_design(stage.contest, young, clock.now)
    keys = [item.key for item in desk.waiting(db.session, stage.artist, with_lost=False)]
    first = [f"submission:{kid}", "takedown:", f"submission:{stage.design}", f"submission:{pending}"]
    assert [key.rstrip("0123456789") if "takedown" in key else key for key in keys] == [*first, f"comment:{held}"]
    other = set_up(clock.now)
    assert desk.waiting(db.session, other.artist, with_lost=False) == []


def test_twenty_items_in_twenty_five_keys(moderator: Any, stage: Any, clock: Any) -> None:
    for number in range(20):
        add_design(stage.contest, stage.fan, clock.now - timedelta(minutes=20 - number))
    keys = 0
    where = home(stage)
    for number in range(20):
        page = moderator.get(where).text
        item = item_in(page)
        if number % 4 == 3:  # R, then 1 to 6
            assert 'data-key="r"' in page
            assert 'data-reason="3"' in page
            form, keys = {"item": item, "reason_code": "copy"}, keys + 2
            answer = moderator.post(f"{home(stage)}?choice=reject", data=form)
        else:
            form, keys = {"item": item, "choice": "approve"}, keys + 1
            answer = moderator.post(home(stage), data=form)
        assert answer.status_code == 302
        where = answer.location
    assert keys <= 25
    page = moderator.get(where).text
    assert "Nothing waits" in page
    assert "Undo" in page
    states = db.session.scalars(select(Submission.state).where(Submission.author_id == stage.fan)).all()
    assert sorted(states) == ["approved"] * 15 + ["hidden"] * 5


def test_skipped_items_wait_and_undo_brings_one_back(moderator: Any, stage: Any, clock: Any) -> None:
    first, _ = add_design(stage.contest, stage.fan, clock.now - timedelta(minutes=2))
    second, _ = add_design(stage.contest, stage.fan, clock.now)
    page = moderator.get(home(stage)).text
    skip = re.findall(r'data-key="s" href="([^"]+)"', page)[0].replace("&amp;", "&")
    page = moderator.get(skip).text
    assert item_in(page) == f"submission:{second}"
    values = {"item": f"submission:{second}", "choice": "escalate", "skip": f"submission:{first}"}
    answer = moderator.post(home(stage), data=values)
    assert design_state(second) == "held"
    assert item_in(moderator.get(f"{home(stage)}?view=aside").text) == f"submission:{second}"
    assert "Only what you skipped is left" in moderator.get(answer.location).text
    done = parse_qs(urlsplit(answer.location).query)["done"][0]
    assert moderator.post(f"{home(stage)}/undo", data={"act_id": done}).status_code == 302
    assert design_state(second) == "pending"
    assert "taken back" in moderator.get(f"{home(stage)}/log").text


def test_a_decision_made_twice_goes_on_with_the_next(moderator: Any, stage: Any, clock: Any) -> None:
    design, _ = add_design(stage.contest, stage.fan, clock.now)
    values = {"item": f"submission:{design}", "choice": "reject", "reason_code": "rights"}
    moderator.post(home(stage), data=values)
    again = moderator.post(home(stage), data=values)
    assert again.status_code == 302
    assert "Somebody has decided" in moderator.get(again.location).text
    assert db.session.scalar(select(func.count(ModerationAct.id))) == 1


def test_reported_things_that_are_fine_stay(moderator: Any, stage: Any, clock: Any) -> None:
    comment_id = service.post(stage.design, stage.fan, "Fine", None, clock.now)
    service.report("comment", comment_id, stage.designer, "hurtful", "", clock.now)
    service.report("submission", stage.design, stage.fan, "copied", "", clock.now)
    for item in (f"comment:{comment_id}", f"submission:{stage.design}"):
        assert moderator.post(home(stage), data={"item": item, "choice": "approve"}).status_code == 302
    assert state_of(comment_id) == "visible"
    assert design_state(stage.design) == "approved"
    assert "Nothing waits" in moderator.get(home(stage)).text


def test_an_upheld_notice_hides_the_design(moderator: Any, stage: Any, clock: Any) -> None:
    number = service.request_takedown(stage.code, "Ann", "a@example.org", "My whale", "Mine.", clock.now)
    page = moderator.get(home(stage)).text
    assert "My whale" in page
    moderator.post(home(stage), data={"item": f"takedown:{number}", "choice": "reject"})
    assert design_state(stage.design) == "hidden"
    db.session.rollback()
    found = db.session.get(Takedown, number)
    assert found
    assert (found.outcome, found.resolved_by) == ("upheld", stage.moderator)


def test_the_author_is_told_in_their_own_language_and_with_the_moderator_s_words(
    moderator: Any, stage: Any, clock: Any
) -> None:
    comment_id = service.post(stage.design, stage.fan, "Rude", None, clock.now)
    values = {"item": f"comment:{comment_id}", "reason_code": "hurtful", "note": "You know which word."}
    moderator.post(f"{home(stage)}?choice=reject", data=values)
    reason = db.session.scalar(select(ModerationAct.reason)) or ""
    assert reason.endswith("You know which word.")
    assert len(reason) > 40


def test_suspending_from_the_queue(moderator: Any, stage: Any, fan: Any, clock: Any) -> None:
    comment_id = service.post(stage.design, stage.fan, "Ads", None, clock.now)
    assert fan.get(f"/comments/{comment_id}/edit").status_code == 200
    answer = moderator.post(f"{home(stage)}/suspend", data={"person_id": stage.fan, "reason_code": "spam"})
    assert answer.status_code == 302
    assert fan.get(f"/comments/{comment_id}/edit").status_code == 302  # signed out: sent to sign in
    outsider = person(clock.now, "Out")
    no = moderator.post(f"{home(stage)}/suspend", data={"person_id": outsider, "reason_code": "spam"})
    assert no.status_code == 404


def test_only_this_artist_s_moderators_come_in(
    stage: Any, clock: Any, fan: Any, client: Any, new_client: Any, sign_in: Any
) -> None:
    other = set_up(clock.now)
    rival = new_client()
    sign_in(rival, other.moderator)
    assert fan.get(home(stage)).status_code == 404
    assert rival.get(home(stage)).status_code == 404
    assert client.get(home(stage)).status_code == 302
    foreign = {"item": f"submission:{stage.design}", "choice": "reject", "reason_code": "rights"}
    assert rival.post(home(other), data=foreign).status_code == 404
    assert design_state(stage.design) == "approved"


def test_queue_and_thread_cost_the_same_with_many_rows(moderator: Any, stage: Any, clock: Any) -> None:
    add_design(stage.contest, stage.fan, clock.now)
    service.post(stage.design, stage.fan, "Lovely", None, clock.now)
    costs = []
    for _ in range(2):
        with counting() as seen:
            moderator.get(home(stage))
        with counting() as read:
            moderator.post(f"/D/{stage.code}/comments", data={"body": ""}, headers={"HX-Request": "true"})
        costs.append((len(seen), len(read)))
        for number in range(6):
            author = person(clock.now, f"P{number}")
            add_design(stage.contest, author, clock.now)
            service.post(stage.design, author, f"Word {number}", None, clock.now)
    assert costs[0] == costs[1]
