"""What moderation writes by mail to people no notice reaches; and that a decision is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from contests.comments import moderation, service, verdicts
from contests.comments import store as reports
from contests.comments.models import Report, Takedown
from contests.submissions.models import ModerationAct, Submission
from tests.contests.comments.stage import Stage, set_up
from tests.contests.comments.test_service import at_once, refused
from tests.web import end_reading
from webapp.accounts import store as people
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import NotFound


@pytest.fixture
def stage(app: Any, clock: Any) -> Stage:
    return set_up(clock.now)


@pytest.fixture
def post(smtp: Any, run_jobs: Callable[..., int], clock: Any) -> Callable[[], list[Any]]:
    """Call it to let ten seconds pass and everything be sent; returns the letters so far."""

    def go() -> list[Any]:
        clock.advance(seconds=11)
        run_jobs()
        return list(smtp.messages)

    return go


def words(letter: Any) -> str:
    text, html = letter.get_body(("plain",)).get_content(), letter.get_body(("html",)).get_content()
    for line in (line for line in text.splitlines() if line and "http" not in line and not line.endswith(":")):
        assert line in unescape(html), line
    return str(text)


def of(letters: list[Any], subject: str) -> list[Any]:
    return [letter for letter in letters if letter["Subject"] == subject]


def suspend(stage: Stage, clock: Any) -> int:
    return moderation.suspend(stage.designer, stage.artist, stage.moderator, "spam", "Ads, again and again.", clock.now)


def test_the_suspended_read_why_and_how_to_object_once(stage: Stage, clock: Any, post: Any) -> None:
    suspend(stage, clock)
    (letter,) = post()
    assert letter["Subject"] == "Your account at Fanmade is suspended"
    assert "Why: Ads, again and again." in words(letter)
    assert "/imprint" in words(letter)
    assert "List-Unsubscribe" not in letter
    assert len(post()) == 1


def test_a_suspension_taken_back_at_once_is_told_to_nobody(stage: Stage, clock: Any, post: Any) -> None:
    moderation.undo(suspend(stage, clock), stage.moderator, clock.now)
    assert post() == []


def test_letting_in_again_needs_a_reason_and_is_told(stage: Stage, clock: Any, post: Any) -> None:
    def reinstate(reason: str, artist: int = stage.artist, everywhere: bool = False) -> int:
        return moderation.reinstate(stage.designer, artist, stage.moderator, reason, clock.now, everywhere)

    with pytest.raises(NotFound):
        reinstate("Nobody suspended them.")
    suspend(stage, clock)
    post()
    assert refused(lambda: reinstate("  ")) == "reason-missing"
    with pytest.raises(NotFound):
        reinstate("Not my team's.", artist=set_up(clock.now).artist)
    act_id = reinstate("They have shown us that it was not them.")
    assert refused(lambda: reinstate("Again.")) == "already-decided"
    end_reading()
    act = db.session.get_one(ModerationAct, act_id)
    assert (act.act, act.subject_kind, act.reason) == (
        "reinstate",
        "person",
        "They have shown us that it was not them.",
    )
    assert refused(lambda: moderation.undo(act_id, stage.moderator, clock.now)) == "already-decided"
    (letter,) = of(post(), "You can sign in to Fanmade again")
    assert "They have shown us that it was not them." in words(letter)
    suspend(stage, clock)
    reinstate("An operator looked at it.", artist=set_up(clock.now).artist, everywhere=True)
    assert len(of(post(), "You can sign in to Fanmade again")) == 2


def test_the_log_offers_it(stage: Stage, clock: Any, client: Any, sign_in: Any) -> None:
    suspend(stage, clock)
    sign_in(client, stage.moderator)
    home = f"/team/{stage.slug}/moderation"
    assert f'action="{home}/reinstate"' in client.get(f"{home}/log").text
    answer = client.post(f"{home}/reinstate", data={"person_id": stage.designer, "reason": "A mistake of ours."})
    assert answer.status_code == 302
    log = client.get(f"{home}/log").text
    assert "account let in again" in log
    assert "A mistake of ours." in log
    assert f'action="{home}/reinstate"' not in log


@pytest.mark.parametrize(
    ("choice", "outcome", "sentence"),
    [("reject", "upheld", "We agree with your notice."), ("approve", "declined", "We looked at your notice")],
)
def test_a_rights_holder_hears_that_it_came_and_what_came_of_it(
    stage: Stage, clock: Any, post: Any, choice: str, outcome: str, sentence: str
) -> None:
    number = service.request_takedown(stage.code, "Ann", "ann@rights.example", "My whale", "It is mine.", clock.now)
    (receipt,) = of(post(), "We have your notice")
    assert receipt["To"] == "ann@rights.example"
    assert f"“Whale” ({stage.code})" in words(receipt)
    decide(stage, clock, "takedown", number, choice)
    assert refused(lambda: decide(stage, clock, "takedown", number, choice)) == "already-decided"
    (letter,) = of(post(), "What came of your notice")
    assert letter["To"] == "ann@rights.example"
    assert sentence in words(letter)
    assert db.session.get_one(Takedown, number).outcome == outcome


def test_the_answer_is_in_the_language_of_the_form(client: Any, stage: Stage, app: Any) -> None:
    values = {
        "address": stage.code,
        "claimant": "Ann",
        "email": "ann@rights.example",
        "work": "My whale, painted in 2019.",
        "statement": "It is mine and was not asked for.",
        "true": "y",
    }
    answer = client.post("/takedown", data=values, headers={"Accept-Language": "fi"})
    assert answer.status_code == 302, answer.text
    end_reading()
    assert db.session.scalars(select(Takedown.locale)).one() == "fi"


def test_what_a_stranger_typed_is_not_mailed_on(stage: Stage, clock: Any, post: Any) -> None:
    address = "https://evil.example/buy-this"
    service.request_takedown(address, "BUY NOW", "victim@example.org", "w", "s", clock.now)
    (receipt,) = of(post(), "We have your notice")
    assert "evil.example" not in receipt.as_string()
    assert "BUY NOW" not in receipt.as_string()


def decide(stage: Stage, clock: Any, kind: str, number: int, choice: str) -> int | None:
    end_reading()
    return verdicts.decide(
        db.session(), stage.artist, stage.moderator, kind, number, choice, "rights", "", False, clock.now
    )


def report(stage: Stage, clock: Any) -> None:
    service.report("submission", stage.design, stage.fan, "copied", "", clock.now)


def design_and_reports(stage: Stage) -> tuple[str, list[str]]:
    end_reading()
    state = db.session.get_one(Submission, stage.design).state
    return state, list(db.session.scalars(select(Report.outcome)))


def test_a_design_and_the_reports_on_it_change_together_or_not_at_all(
    stage: Stage, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(stage, clock)

    def dies(*_: Any, **__: Any) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(reports, "resolve_reports", dies)
        with pytest.raises(RuntimeError):
            decide(stage, clock, "submission", stage.design, "reject")
    assert design_and_reports(stage) == ("approved", [""])
    act_id = decide(stage, clock, "submission", stage.design, "reject")
    assert design_and_reports(stage) == ("hidden", ["hide"])
    assert act_id
    moderation.undo(act_id, stage.moderator, clock.now)
    assert design_and_reports(stage) == ("approved", [""])


def test_a_decision_sent_by_four_at_once_is_made_once(app: Any, stage: Stage, clock: Any) -> None:
    report(stage, clock)
    end_reading()
    values = (stage.design, stage.moderator, "hide", "rights", "", clock.now)
    answers = at_once(app, lambda: moderation.judge(*values))
    assert answers == ["already-decided"] * 3 + ["done"]
    assert design_and_reports(stage) == ("hidden", ["hide"])
    with transaction() as session:
        assert session.query(ModerationAct).count() == 1


def test_a_notice_and_its_design_change_together(stage: Stage, clock: Any) -> None:
    number = service.request_takedown(stage.code, "Ann", "ann@rights.example", "w", "s", clock.now)
    with transaction() as session:
        people.change_person(session, stage.designer, locale="en")
        assert reports.resolve_takedown(session, number, stage.moderator, "declined", clock.now)
    assert refused(lambda: decide(stage, clock, "takedown", number, "reject")) == "already-decided"
    assert design_and_reports(stage)[0] == "approved"
