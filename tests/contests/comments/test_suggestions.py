"""Suggestions and the credit they bring, from the pin to the frozen share, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from contests.comments import service as talk
from contests.comments.panel import spread
from contests.comments.suggestions import queries, service
from contests.comments.suggestions.queries import SuggestionRow
from contests.comments.suggestions.rules import Pin
from contests.submissions.credits import queries as credit
from contests.submissions.credits import rules
from contests.submissions.credits import service as sharing
from contests.submissions.models import Revision, Submission
from tests.contests.comments.stage import DAY, Stage, add_design, person, set_up
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
    return [tuple(row) for row in db.session.execute(select(Notice.recipient_id, Notice.kind).order_by(Notice.id))]


def suggestion(stage: Stage, by: int | None = None, pin: Pin | None = None, body: str = "A bigger whale") -> int:
    return talk.post(stage.design, by or stage.fan, body, None, stage.now, pin=pin or Pin(250, 750))


def one(comment_id: int) -> SuggestionRow:
    db.session.rollback()
    found = queries.one(db.session(), comment_id)
    assert found is not None
    return found


def shares(stage: Stage) -> list[tuple[int, str, int]]:
    db.session.rollback()
    return [(each.person_id, each.role, each.share_bp) for each in credit.shares(db.session(), stage.design)]


def revise(stage: Stage) -> None:
    with transaction() as session:
        made = Revision(
            submission_id=stage.design, number=2, original_key="p", original_sha256="1" * 64, bytes=1, width=4,
            height=5, state="done", created_at=stage.now, done_at=stage.now,
            renditions=[{"w": 240, "h": 300, "avif": "b.avif", "jpeg": "b.jpg"}],
        )  # fmt: skip
        session.add(made)
        session.flush()
        design = session.get(Submission, stage.design)
        assert design is not None
        design.current_revision_id = made.id


def test_from_the_pin_to_the_frozen_share(app: Flask, clock: Any, run_jobs: Any) -> None:
    stage = set_up(clock.now)
    comment_id = suggestion(stage)
    found = one(comment_id)
    assert (found.number, found.x, found.y, found.status, found.revision_number) == (1, 250, 750, "open", 1)
    service.accept(comment_id, stage.designer, "Yes!", 1250, clock.now)
    [waiting] = credit.of_person(db.session(), stage.fan)
    assert shares(stage) == [(stage.designer, "designer", 10_000)]
    assert refused(lambda: service.accept(comment_id, stage.designer, "", 0, clock.now)) == "decided-already"
    with pytest.raises(NotFound):
        sharing.answer(waiting.id, stage.designer, True, clock.now)
    sharing.answer(waiting.id, stage.fan, True, clock.now)
    assert shares(stage) == [(stage.designer, "designer", 8750), (stage.fan, "suggestion", 1250)]
    assert refused(lambda: service.done(comment_id, stage.designer, clock.now)) == "no-newer"
    revise(stage)
    assert service.done(comment_id, stage.designer, clock.now) == 2
    run_jobs("outbox")
    assert sorted(told()) == sorted(
        [
            (stage.designer, "suggestion-on-yours"),
            (stage.fan, "suggestion-accepted"),
            (stage.designer, "credit-accepted"),
            (stage.fan, "suggestion-accepted"),  # that it is done: another wording of the same
        ]
    )
    assert sharing.freeze(stage.design, clock.now)
    assert not sharing.freeze(stage.design, clock.now)
    assert refused(lambda: sharing.give_up(waiting.id, stage.fan, clock.now)) == "credits-frozen"


def test_a_no_needs_a_word_and_may_become_a_yes(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    comment_id = suggestion(stage, pin=Pin())
    assert refused(lambda: service.decline(comment_id, stage.designer, "  ", clock.now)) == "say-why"
    with pytest.raises(NotFound):
        service.decline(comment_id, stage.fan, "mine", clock.now)
    service.decline(comment_id, stage.designer, "It would hide the text.", clock.now)
    assert one(comment_id).answer == "It would hide the text."
    service.accept(comment_id, stage.designer, "", 0, clock.now)
    assert one(comment_id).status == "accepted"
    assert credit.of_person(db.session(), stage.fan) == []


def test_shares_leave_the_designer_a_tenth_and_end_where_they_are_unwanted(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    other = person(clock.now, "Oda")
    said = [talk.post(stage.design, who, "Let me help", None, clock.now) for who in (stage.fan, other)]
    share_id = service.invite(said[0], stage.designer, 5000, "The lettering", clock.now)
    assert refused(lambda: service.invite(said[0], stage.designer, 100, "", clock.now)) == "offered-already"
    assert refused(lambda: service.invite(said[1], stage.designer, 4001, "", clock.now)) == "too-much-shared"
    service.invite(said[1], stage.designer, 4000, "", clock.now)
    sharing.answer(share_id, stage.fan, True, clock.now)
    assert refused(lambda: sharing.take_back(share_id, stage.designer, clock.now)) == "answered"
    sharing.give_up(share_id, stage.fan, clock.now)
    assert shares(stage) == [(stage.designer, "designer", 10_000)]
    sharing.freeze(stage.design, clock.now)  # what nobody answered ends
    assert credit.of_design(db.session(), stage.design) == []


def test_ten_offers_at_once_never_give_away_more_than_there_is(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    people = [person(clock.now, "Pal") for _ in range(6)]
    said = [talk.post(stage.design, who, "Let me help", None, clock.now) for who in people]
    waiting = list(said)
    answers = at_once(app, lambda: service.invite(waiting.pop(), stage.designer, 2000, "", clock.now), len(said))
    db.session.rollback()
    assert list(credit.standing_shares(db.session(), stage.design)) == [2000] * 4
    assert sorted(answers) == ["done"] * 4 + ["too-much-shared"] * 2


def test_half_a_point_or_one_beside_the_picture_is_refused(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    for pin in (Pin(5, None), Pin(0, 1001), Pin(-1, 3)):
        assert refused(lambda pin=pin: suggestion(stage, pin=pin)) == "bad-pin"  # type: ignore[misc]
    assert queries.of_design(db.session(), stage.design) == []


@pytest.mark.parametrize(("typed", "share"), [("5", 500), ("2,5", 250), ("12.25 %", 1225), ("0", 0)])
def test_percentages_as_they_are_typed(typed: str, share: int) -> None:
    assert rules.basis_points(typed) == share
    assert rules.basis_points(rules.percent(share)) == share


@pytest.mark.parametrize("typed", ["", "x", "-1", "101", "1.001", "nan", "1e9", "inf"])
def test_what_is_no_percentage_is_refused(typed: str) -> None:
    assert refused(lambda: rules.basis_points(typed)) == "bad-share"


def test_pins_under_one_thumb_are_spread() -> None:
    rows = [_pin(number, 990, 995) for number in range(1, 5)]
    places = [(pin.x, pin.y) for pin in spread(rows)]
    assert len(set(places)) == 4
    assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in places)


@pytest.mark.ordinarily("sqlite")
def test_the_path_over_http_without_script(
    app: Flask, clock: Any, new_client: Callable[[], Any], sign_in: Callable[..., None]
) -> None:
    stage = set_up(clock.now, voting_at=clock.now + DAY)
    fan, designer, stranger = new_client(), new_client(), new_client()
    sign_in(fan, stage.fan)
    sign_in(designer, stage.designer)
    assert fan.post(f"/D/{stage.code}/suggest", data={"body": "", "x": "5"}).status_code == 422
    sent = fan.post(f"/D/{stage.code}/suggest", data={"body": "<script>alert(1)</script> Bigger", "x": "10", "y": "20"})
    comment_id = int(sent.location.rsplit("-", 1)[1])
    page = stranger.get(f"/D/{stage.code}").get_data(as_text=True)
    assert f'href="#comment-{comment_id}"' in page
    assert "10 percent from the left" in page
    assert "<script>alert" not in page
    assert fan.post(f"/suggestions/{comment_id}/accept", data={"share": "5"}).status_code == 404
    assert designer.post(f"/suggestions/{comment_id}/accept", data={"share": "95"}).status_code == 422
    assert designer.post(f"/suggestions/{comment_id}/accept", data={"share": "5"}).status_code == 302
    [offer] = credit.of_person(db.session(), stage.fan)
    assert "5 percent" in fan.get("/credits").get_data(as_text=True)
    assert fan.post(f"/credits/{offer.id}/accept").status_code == 302
    assert "Made together" in stranger.get(f"/D/{stage.code}").get_data(as_text=True)
    assert stranger.get(f"/D/{stage.code}/compare").status_code == 404
    revise(stage)
    assert designer.post(f"/suggestions/{comment_id}/done").status_code == 302
    assert stranger.get(f"/D/{stage.code}/compare?from=1&to=2").status_code == 200
    assert stranger.get(f"/D/{stage.code}/compare?from=9").status_code == 404


def test_suggestions_on_what_is_not_public_do_not_exist(app: Flask, clock: Any) -> None:
    stage = set_up(clock.now)
    hidden, _code = add_design(stage.contest, stage.designer, clock.now)
    with pytest.raises(NotFound):
        talk.post(hidden, stage.fan, "Bigger", None, clock.now, pin=Pin())


def _pin(number: int, x: int, y: int) -> SuggestionRow:
    row = dict.fromkeys(SuggestionRow.__dataclass_fields__)
    return SuggestionRow(**{**row, "comment_id": number, "number": number, "x": x, "y": y})  # type: ignore[arg-type]
