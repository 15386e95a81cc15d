"""What authors hear of their designs."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from contests.submissions import rules, service, tell
from tests.contests.submissions.stage import Stage, sent_in
from tests.pictures import broken_idat
from webapp.infra.db import db
from webapp.notices.models import Notice


def notices(person_id: int) -> list[Notice]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice).where(Notice.recipient_id == person_id).order_by(Notice.id)))


@pytest.mark.ordinarily("postgres")
@pytest.mark.parametrize(
    ("acts", "kinds"),
    [
        (["approve"], ["design-approved"]),
        (["hold"], ["design-held"]),
        (["hide"], ["design-hidden"]),
        (["hide", "restore"], ["design-hidden", "design-restored"]),
    ],
)
def test_the_author_hears_of_each_act_once(
    stage: Stage, clock: Any, run_jobs: Any, acts: list[str], kinds: list[str]
) -> None:
    submission_id = sent_in(stage)
    for act in acts:
        service.moderate(submission_id, stage.moderator, act, "unclear", "Please crop it.", clock.now)
        run_jobs()
        assert len(notices(stage.fan)) == acts.index(act), "not before the moderator could take it back"
        clock.advance(seconds=11)
        run_jobs()
    heard = notices(stage.fan)
    assert [each.kind for each in heard] == kinds
    assert "Please crop it." in heard[0].params["reason"]
    assert heard[0].params["path"].startswith("/D/" if acts[0] == "approve" else "/second-look/")
    first = heard[0].dedupe.rpartition(":")[2]
    tell.of_moderation(submission_id, int(first))
    assert len(notices(stage.fan)) == len(kinds)


@pytest.mark.ordinarily("postgres")
def test_a_slip_of_the_finger_is_told_to_nobody(stage: Stage, clock: Any, run_jobs: Any) -> None:
    act_id = service.moderate(sent_in(stage), stage.moderator, "hide", "hurtful", "", clock.now)
    service.undo(act_id, stage.moderator, clock.advance(seconds=5))
    clock.advance(minutes=1)
    run_jobs()
    assert notices(stage.fan) == []


@pytest.mark.ordinarily("postgres")
def test_what_was_told_is_taken_back_in_words_too(stage: Stage, clock: Any, run_jobs: Any) -> None:
    submission_id = sent_in(stage)
    for act in ("approve", "hide"):
        act_id = service.moderate(submission_id, stage.moderator, act, "hurtful", "", clock.now)
        clock.advance(minutes=1)
        run_jobs()
    service.undo(act_id, stage.moderator, clock.now)
    clock.advance(minutes=1)
    run_jobs()
    assert [each.kind for each in notices(stage.fan)] == ["design-approved", "design-hidden", "design-restored"]


@pytest.mark.ordinarily("postgres")
def test_a_picture_that_fails_after_sending_in_is_told_with_its_reason(stage: Stage, run_jobs: Any) -> None:
    sent_in(stage, broken_idat())
    run_jobs()
    (heard,) = notices(stage.fan)
    assert heard.kind == "design-failed"
    assert "damaged" in heard.params["reason"]


def test_a_draft_whose_picture_fails_is_no_news(stage: Stage, run_jobs: Any) -> None:
    service.begin(stage.contest, stage.fan, broken_idat(), "a.png", stage.now)
    run_jobs()
    assert notices(stage.fan) == []


def test_each_reason_is_a_sentence_and_each_kind_has_a_name() -> None:
    assert all(sentence.endswith(".") for sentence in rules.REASONS.values())
    assert all(kind.title for kind in tell.KINDS)
