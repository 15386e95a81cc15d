"""Comments and reports on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from contests import store as contests
from contests.comments import moderation, queries, service
from contests.comments.models import Comment, Report
from contests.submissions import moderation as designs
from contests.submissions.models import ModerationAct
from tests.contests.comments.stage import DAY, person, set_up, state_of
from tests.contests.test_service import at_once
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices.models import Notice


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def told() -> list[tuple[int, str]]:
    db.session.rollback()
    rows = db.session.execute(select(Notice.recipient_id, Notice.kind).order_by(Notice.id))
    return [(row.recipient_id, row.kind) for row in rows]


def test_a_comment_is_read_at_once_and_the_designer_hears(app: Flask, clock: Any, run_jobs: Any) -> None:
    stage = set_up(clock.now)
    comment_id = service.post(stage.design, stage.fan, " **Lovely** lines ", None, clock.now)
    [said] = queries.thread(db.session, stage.design, None, False)
    assert (said.id, said.author_name, said.body_md, said.mine) == (comment_id, "Fay", "**Lovely** lines", False)
    run_jobs("outbox")
    assert told() == [(stage.designer, "comment-on-yours")]
    run_jobs("outbox")
    assert len(told()) == 1
    assert queries.counts(db.session, [stage.design, 999]) == {stage.design: 1}
    assert queries.commenters_of(db.session, stage.contest) == [stage.fan]


def test_an_answer_to_an_answer_stands_beside_it(app: Flask, clock: Any, run_jobs: Any) -> None:
    stage = set_up(clock.now)
    top = service.post(stage.design, stage.fan, "Lovely", None, clock.now)
    reply = service.post(stage.design, stage.designer, "Thank you", top, clock.now)
    service.post(stage.design, stage.fan, "Welcome", reply, clock.now)
    [said] = queries.thread(db.session, stage.design, None, False)
    assert [answer.body_md for answer in said.replies] == ["Thank you", "Welcome"]
    run_jobs("outbox")
    kinds = [
        (stage.designer, "comment-on-yours"),
        (stage.fan, "comment-reply"),
    ]  # the answer to one's own thread is told to the designer
    assert sorted(told()) == sorted([*kinds, (stage.designer, "comment-on-yours")])


def test_minors_and_newcomers_wait_and_are_told_when_they_are_read(app: Flask, clock: Any, run_jobs: Any) -> None:
    stage = set_up(clock.now)
    young, new = person(clock.now, "Yu", age_band="13-15"), person(clock.now, "Nu", created=clock.now)
    ids = [service.post(stage.design, author, "So good", None, clock.now) for author in (young, new)]
    assert [state_of(each) for each in ids] == ["held", "held"]
    assert queries.thread(db.session, stage.design, stage.fan, False) == []
    [own] = queries.thread(db.session, stage.design, young, False)
    assert (own.id, own.state) == (ids[0], "held")
    assert len(queries.thread(db.session, stage.design, stage.moderator, True)) == 2
    run_jobs("outbox")
    assert told() == []
    moderation.moderate(ids[1], stage.moderator, "approve", "", "", clock.now)
    clock.advance(seconds=11)
    run_jobs("outbox")
    assert sorted(told()) == sorted([(stage.designer, "comment-on-yours"), (new, "comment-moderated")])
    # Once read, a newcomer is known; a minor still waits.
    assert state_of(service.post(stage.design, new, "And again", None, clock.now)) == "visible"
    assert state_of(service.post(stage.design, young, "And again", None, clock.now)) == "held"


def test_the_same_words_twice_are_one_comment_and_a_key_makes_sure(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    first = service.post(stage.design, stage.fan, "Lovely", None, clock.now)
    assert service.post(stage.design, stage.fan, "Lovely", None, clock.now + timedelta(seconds=59)) == first
    assert service.post(stage.design, stage.fan, "Lovely", None, clock.now + timedelta(minutes=2)) != first
    keyed = service.post(stage.design, stage.fan, "Keyed", None, clock.now, key="k1")
    later = clock.now + DAY
    assert service.post(stage.design, stage.fan, "Keyed", None, later, key="k1") == keyed
    assert refused(lambda: service.post(stage.design, stage.fan, "Other", None, later, key="k1")) == "key-reused"


def test_a_double_tap_in_two_threads_is_one_comment(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    answers = at_once(app, lambda: service.post(stage.design, stage.fan, "Lovely", None, clock.now))
    assert answers == ["done"] * 4
    assert db.session.scalar(select(func.count(Comment.id))) == 1


def test_ten_in_ten_minutes_and_not_one_more_even_at_once(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    for number in range(8):
        service.post(stage.design, stage.fan, f"Thought {number}", None, clock.now)
    numbers = iter(range(100, 200))
    answers = at_once(app, lambda: service.post(stage.design, stage.fan, f"Thought {next(numbers)}", None, clock.now))
    assert answers == ["done", "done", "too-many-comments", "too-many-comments"]
    service.post(stage.design, stage.fan, "Later", None, clock.now + timedelta(minutes=10))


def test_only_public_designs_of_running_contests_are_talked_about(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)

    def say() -> int:
        return service.post(stage.design, stage.fan, "Hello", None, clock.now)

    top = say()
    other = set_up(clock.now)
    with pytest.raises(NotFound):  # an answer belongs to the design of what it answers
        service.post(other.design, stage.fan, "Hello", top, clock.now)
    designs.moderate(stage.design, stage.moderator, "hide", "hurtful", "", clock.now)
    with pytest.raises(NotFound):
        say()
    with transaction() as session:
        contests.cancel(session, other.contest, other.moderator, "The tour is off", clock.now)
    assert refused(lambda: service.post(other.design, stage.fan, "Hi", None, clock.now)) == "talk-closed"


def test_suspended_people_say_nothing(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    service.post(stage.design, stage.fan, "Spam", None, clock.now)
    moderation.suspend(stage.fan, stage.artist, stage.moderator, "spam", "Spam", clock.now)
    assert refused(lambda: service.post(stage.design, stage.fan, "More", None, clock.now)) == "suspended"


def test_own_words_change_for_a_while_and_are_taken_back_for_good(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    comment_id = service.post(stage.design, stage.fan, "Lovly", None, clock.now)
    service.post(stage.design, stage.designer, "Thanks", comment_id, clock.now)
    service.edit(comment_id, stage.fan, "Lovely", clock.now + timedelta(minutes=14))
    with pytest.raises(NotFound):
        service.edit(comment_id, stage.designer, "Mine now", clock.now)
    late = clock.now + timedelta(minutes=15)
    assert refused(lambda: service.edit(comment_id, stage.fan, "Late", late)) == "edit-window-over"
    service.withdraw(comment_id, stage.fan, late)
    service.withdraw(comment_id, stage.fan, late)
    [said] = queries.thread(db.session, stage.design, stage.fan, True)
    assert (said.shown, said.author_name, len(said.replies)) == (False, "", 1)


def test_a_thing_is_reported_once_by_each(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    comment_id = service.post(stage.design, stage.fan, "Rude", None, clock.now)

    def report() -> bool:
        return service.report("comment", comment_id, stage.designer, "hurtful", "", clock.now)

    assert at_once(app, report) == ["done"] * 4
    assert db.session.scalar(select(func.count(Report.id))) == 1
    assert report() is False
    assert service.report("comment", comment_id, stage.moderator, "spam", "really", clock.now) is True
    assert service.report("submission", stage.design, stage.fan, "copied", "", clock.now) is True
    assert refused(lambda: service.report("comment", comment_id, 1, "ugly", "", clock.now)) == "unknown-reason"
    for kind, number in (("comment", 999), ("submission", 999), ("person", stage.fan)):
        with pytest.raises(NotFound):
            service.report(kind, number, stage.fan, "spam", "", clock.now)


def test_hiding_tells_the_author_why_and_undo_within_ten_seconds_tells_nobody(
    app: Flask, clock: Any, run_jobs: Any
) -> None:
    stage = set_up(clock.now)
    comment_id = service.post(stage.design, stage.fan, "Rude", None, clock.now)
    service.report("comment", comment_id, stage.designer, "hurtful", "", clock.now)
    run_jobs("outbox")
    slip = moderation.moderate(comment_id, stage.moderator, "hide", "hurtful", "Be kind.", clock.now)
    assert state_of(comment_id) == "hidden"
    moderation.undo(slip, stage.moderator, clock.advance(seconds=3))
    assert state_of(comment_id) == "visible"
    assert db.session.scalar(select(func.count()).where(Report.resolved_at.is_(None))) == 1
    assert refused(lambda: moderation.undo(slip, stage.moderator, clock.now)) == "already-decided"
    clock.advance(seconds=30)
    run_jobs("outbox")
    assert "comment-hidden" not in [kind for _, kind in told()]
    moderation.moderate(comment_id, stage.moderator, "hide", "hurtful", "Be kind.", clock.now)
    clock.advance(seconds=11)
    run_jobs("outbox")
    assert (stage.fan, "comment-hidden") in told()
    [own] = queries.thread(db.session, stage.design, stage.fan, False)
    assert (own.state, own.reason) == ("hidden", "Be kind.")
    assert queries.thread(db.session, stage.design, stage.designer, False) == []


def test_of_two_moderators_one_decides(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    comment_id = service.post(stage.design, stage.fan, "Rude", None, clock.now)
    answers = at_once(app, lambda: moderation.moderate(comment_id, stage.moderator, "hide", "hurtful", "", clock.now))
    assert answers == ["already-decided"] * 3 + ["done"]
    assert db.session.scalar(select(func.count(ModerationAct.id))) == 1


def test_suspending_is_for_people_who_took_part_and_can_be_undone(app: Flask, clock: Any) -> None:
    stage, other = set_up(clock.now), set_up(clock.now)

    def suspend(person_id: int) -> int:
        return moderation.suspend(person_id, stage.artist, stage.moderator, "spam", "Ads.", clock.now)

    with pytest.raises(NotFound):
        suspend(other.designer)
    assert refused(lambda: suspend(stage.moderator)) == "team-member"
    act_id = suspend(stage.designer)
    assert refused(lambda: suspend(stage.designer)) == "already-decided"
    moderation.undo(act_id, stage.moderator, clock.now)
    suspend(stage.designer)


@pytest.mark.ordinarily("sqlite")
def test_a_rights_holder_s_notice_reaches_the_moderators(app: Flask, clock: Any, run_jobs: Any) -> None:
    stage = set_up(clock.now)
    boss = person(clock.now, "Op", is_operator=True)
    for address in (f"https://fan.example/D/{stage.code.lower()}?via=x", stage.code, "some page"):
        service.request_takedown(address, "Ann", "ann@example.org", "My whale", "It is mine.", clock.now)
    run_jobs("outbox")
    assert told() == [(stage.moderator, "takedown-received")] * 2 + [(boss, "takedown-received")]
