"""Second looks, the route for what may be against the law, many at once, reports without weight."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select

from contests.comments import bulk, desk, escalations, moderation, service, transparency
from contests.comments.appeals import service as appeals
from contests.comments.models import Appeal, Comment, Escalation, Report
from contests.submissions import moderation_evidence, moderation_repeats
from contests.submissions import queries as designs
from contests.submissions.models import Revision, Submission
from tests.contests.comments.stage import Stage, add_design, person, set_up, state_of
from webapp.accounts import store as people
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices.models import Notice


@pytest.fixture
def stage(app: Any, clock: Any) -> Stage:
    return set_up(clock.now)


def second(stage: Stage, clock: Any) -> int:
    """Another moderator of the team."""
    found = person(clock.now, "Max")
    with transaction() as session:
        people.add_member(session, stage.artist, found, "moderator", clock.now)
    return found


def state(submission_id: int) -> str:
    db.session.rollback()
    return db.session.scalar(select(Submission.state).where(Submission.id == submission_id)) or ""


def test_a_second_look_is_asked_once_given_by_another_and_brings_all_back(
    stage: Stage, clock: Any, new_client: Callable[[], Any], sign_in: Callable[..., None], run_jobs: Callable[..., int]
) -> None:
    before = designs.public_ids(db.session(), stage.contest)
    act = moderation.judge(stage.design, stage.moderator, "hide", "rights", "", clock.now)
    author, judge = new_client(), new_client()
    sign_in(author, stage.designer)
    page = author.get(f"/second-look/{act}").text
    assert "belong to somebody else" in page
    assert author.post(f"/second-look/{act}", data={"text": "short"}).status_code == 422
    assert author.post(f"/second-look/{act}", data={"text": "I drew it all myself."}).status_code == 302
    assert appeals.ask(act, stage.designer, "Asked twice is once.", clock.now)
    assert db.session.scalar(select(func.count(Appeal.id))) == 1
    with pytest.raises(NotFound):
        appeals.ask(act, stage.fan, "This is not even mine.", clock.now)
    appeal = db.session.scalars(select(Appeal.id)).one()
    with pytest.raises(Refused, match="another-person"):
        appeals.answer(appeal, stage.artist, stage.moderator, "grant", "Well", clock.now)
    other = second(stage, clock)
    sign_in(judge, other)
    where = f"/team/{stage.slug}/moderation/appeals"
    assert "I drew it all myself." in judge.get(where).text
    judge.post(f"{where}/{appeal}", data={"choice": "grant", "answer": ""})
    assert state(stage.design) == "hidden", "an answer needs its words"
    judge.post(f"{where}/{appeal}", data={"choice": "grant", "answer": "You are right, sorry."})
    assert state(stage.design) == "approved"
    assert designs.public_ids(db.session(), stage.contest) == before
    with pytest.raises(Refused, match="already-decided"):
        appeals.answer(appeal, stage.artist, other, "decline", "No", clock.now)
    clock.at(clock.now + timedelta(minutes=1))
    run_jobs()
    told = list(db.session.scalars(select(Notice.kind).where(Notice.recipient_id == stage.designer)))
    assert "second-look-granted" in told
    assert "You are right, sorry." in author.get(f"/second-look/{act}").text


def test_one_key_hides_keeps_and_hands_to_the_operators(
    stage: Stage, clock: Any, new_client: Callable[[], Any], sign_in: Callable[..., None], run_jobs: Callable[..., int]
) -> None:
    operator = person(clock.now, "Ope", is_operator=True)
    moderator, boss = new_client(), new_client()
    sign_in(moderator, stage.moderator)
    sign_in(boss, operator)
    service.report("submission", stage.design, stage.fan, "child", "look", clock.now)
    home = f"/team/{stage.slug}/moderation"
    assert 'data-key="x"' in moderator.get(home).text
    moderator.post(home, data={"item": f"submission:{stage.design}", "choice": "illegal"})
    assert state(stage.design) == "hidden"
    row = db.session.scalars(select(Escalation)).one()
    assert row.evidence["originals"][0]["key"] == "o"
    assert moderation_evidence.is_evidence(db.session(), stage.design)
    assert moderation_evidence.evidence_keys(db.session(), ["o", "p"]) == {"o"}
    act, number = row.act_id, row.id
    clock.at(clock.now + timedelta(minutes=1))
    run_jobs()
    kinds = select(Notice.kind).where(Notice.recipient_id == operator)
    assert "escalated" in set(db.session.scalars(kinds))
    with pytest.raises(Refused, match="escalated"):
        moderation.undo(act, stage.moderator, clock.now)
    appeal = appeals.ask(act, stage.designer, "It is only a whale, look.", clock.now)
    with pytest.raises(Refused, match="escalated"):
        appeals.answer(appeal, stage.artist, second(stage, clock), "grant", "Well", clock.now)
    assert moderator.get("/operator/escalations").status_code == 404
    assert stage.code not in boss.get("/").text
    assert "Open" in boss.get("/operator/escalations").text
    assert boss.post(f"/operator/escalations/{number}", data={"outcome": "Told the police, no. 7"}).status_code == 302
    with pytest.raises(Refused, match="already-decided"):
        escalations.close(number, operator, "again", clock.now)
    assert state(stage.design) == "hidden"


@pytest.mark.one_db
def test_an_escalation_taken_back_at_once_is_told_nobody(
    stage: Stage, clock: Any, run_jobs: Callable[..., int]
) -> None:
    operator = person(clock.now, "Ope", is_operator=True)
    said = service.post(stage.design, stage.fan, "Hm", None, clock.now)
    act = escalations.escalate("comment", said, stage.artist, stage.moderator, "Why", clock.now)
    moderation.undo(act, stage.moderator, clock.now)
    assert state_of(said) == "visible"
    clock.at(clock.now + timedelta(minutes=1))
    run_jobs()
    assert "escalated" not in set(db.session.scalars(select(Notice.kind).where(Notice.recipient_id == operator)))
    with pytest.raises(NotFound):
        escalations.escalate("comment", said, set_up(clock.now).artist, stage.moderator, "Why", clock.now)


def test_a_flood_takes_one_decision_and_one_undo(
    stage: Stage, clock: Any, new_client: Callable[[], Any], sign_in: Callable[..., None], run_jobs: Callable[..., int]
) -> None:
    client = new_client()
    sign_in(client, stage.moderator)
    said = [service.post(stage.design, stage.fan, f"Word {n} of the flood", None, clock.now) for n in range(7)]
    other = service.post(stage.design, stage.designer, "Thanks", None, clock.now)
    page = client.get(f"/team/{stage.slug}/moderation/many?person={stage.fan}").text
    keys = re.findall(r'name="item" value="([^"]+)"', page)
    assert sorted(keys) == sorted(f"comment:{each}" for each in said)
    where = f"/team/{stage.slug}/moderation/many?person={stage.fan}"
    answer = client.post(where, data={"item": keys[:6], "reason_code": "spam"})
    assert [state_of(each) for each in said].count("hidden") == 6
    assert state_of(other) == "visible"
    act = int(re.findall(r"done=(\d+)", answer.location)[0])
    client.post(f"/team/{stage.slug}/moderation/undo", data={"act_id": act})
    assert not [each for each in said if state_of(each) == "hidden"]
    bulk.decide(stage.artist, stage.moderator, keys, "reject", "spam", "", clock.now)
    clock.at(clock.now + timedelta(minutes=1))
    run_jobs()
    hidden = Notice.kind == "comment-hidden", Notice.recipient_id == stage.fan
    assert db.session.scalar(select(func.count(Notice.id)).where(*hidden)) == 1
    with pytest.raises(NotFound):
        bulk.decide(set_up(clock.now).artist, stage.moderator, keys, "approve", "", "", clock.now)


@pytest.mark.one_db
def test_a_crowd_of_new_accounts_moves_nothing(stage: Stage, clock: Any) -> None:
    target, _ = add_design(stage.contest, stage.fan, clock.now, "approved")
    for _ in range(30):
        service.report("submission", stage.design, person(clock.now, created=clock.now), "copied", "", clock.now)
    service.report("submission", target, stage.designer, "copied", "", clock.now)
    assert state(stage.design) == "approved"
    assert designs.is_public(designs.by_id(db.session(), stage.design))  # type: ignore[arg-type]
    keys = [each.key for each in desk.waiting(db.session(), stage.artist, with_lost=False)]
    assert keys == [f"submission:{target}", f"submission:{stage.design}"]
    seen = desk.reports_on(db.session(), "submission", stage.design)[0]
    assert (seen.count, seen.weighty) == (30, 0)
    service.report("submission", stage.design, person(clock.now, created=clock.now), "child", "", clock.now)
    assert desk.waiting(db.session(), stage.artist, with_lost=False)[0].id == stage.design
    assert db.session.scalar(select(func.count(Report.id)).where(Report.weight == 0)) == 31


@pytest.mark.one_db
def test_a_hidden_picture_sent_again_is_held_turned_or_not(stage: Stage, clock: Any) -> None:
    again, _ = add_design(stage.contest, stage.fan, clock.now, "approved")
    other, _ = add_design(stage.contest, stage.fan, clock.now, "approved")
    with transaction() as session:
        for design, own, turned in (
            (stage.design, "f0" * 8, "0f" * 8),
            (again, "3c" * 8, "f0" * 8),
            (other, "cc" * 8, ""),
        ):
            row = session.scalars(select(Revision).where(Revision.submission_id == design)).one()
            row.dhash, row.report = own, {"dhash": [each for each in (own, turned) if each]}
        assert moderation_repeats.hold_repeat(session, again, clock.now) is None
    moderation.judge(stage.design, stage.moderator, "hide", "rights", "", clock.now)
    with transaction() as session:
        assert moderation_repeats.hold_repeat(session, again, clock.now)
        assert moderation_repeats.hold_repeat(session, other, clock.now) is None
    assert state(again) == "held"
    assert [each.id for each in desk.waiting(db.session(), stage.artist, False)] == [again]
    assert desk.put_aside(db.session(), stage.artist) == []


@pytest.mark.ordinarily("postgres")
def test_the_public_page_counts_by_month_and_says_no_small_number(stage: Stage, clock: Any, client: Any) -> None:
    start = clock.now
    for number in range(12):
        said = service.post(stage.design, person(start), sha256(bytes([number])).hexdigest(), None, start)
        moderation.moderate(said, stage.moderator, "hide", "spam" if number < 11 else "other", "x", start)
    for number in range(11):
        design, _ = add_design(stage.contest, stage.fan, start)
        moderation.judge(design, stage.moderator, "approve", "", "", start + timedelta(minutes=number))
    month = transparency.months(db.session(), start + timedelta(hours=1))[0]
    assert month.reasons == [("spam", 11)]
    assert (month.others, month.total) == (None, None), "a small rest could be taken from the total"
    assert month.median == timedelta(minutes=5)
    page = client.get("/transparency").text
    assert "advertising" in page
    assert 'href="/transparency"' in client.get("/").text
    assert db.session.scalar(select(func.count(Comment.id))) == 12
