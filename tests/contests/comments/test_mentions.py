"""Mentions and reactions, from the words to the notice, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from contests.comments import service as talk
from contests.comments.mentions import queries, rules
from contests.comments.reactions import queries as reacted
from contests.comments.reactions import service as reacting
from contests.comments.reactions import tell
from contests.comments.reactions.rules import EVERY, REST
from contests.comments.suggestions import service as suggestions
from contests.comments.suggestions.rules import Pin
from tests.contests.comments.stage import Stage, person, set_up, state_of
from tests.contests.test_service import at_once
from webapp.accounts import store as people
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices import kinds
from webapp.notices.models import DigestLine, Notice


def told(kind: str = "") -> list[tuple[int, str]]:
    db.session.rollback()
    rows = db.session.execute(select(Notice.recipient_id, Notice.kind).order_by(Notice.id))
    return [tuple(row) for row in rows if kind in ("", row.kind)]


def talkers(stage: Stage, *names: str) -> list[int]:
    """People who have each said something about the design."""
    made = [person(stage.now, name.split()[0]) for name in names]
    for each, name in zip(made, names, strict=True):
        with transaction() as session:
            people.change_person(session, each, display_name=name)
        talk.post(stage.design, each, f"From {each}", None, stage.now)
    return made


def test_a_mention_is_told_once_to_who_takes_part(app: Flask, clock: Any, run_jobs: Callable) -> None:
    stage = set_up(clock.now)
    ada, bea, _twin, _other = talkers(stage, "Ada Lund", "Bea", "Twin", "twin")
    outside = person(clock.now, "Outside")
    run_jobs("outbox")
    before = len(told())
    words = "@ada lund and @Mo and @Dee: see @twin, @Outside, `@Bea`"
    said = talk.post(stage.design, stage.fan, words, None, clock.now)
    run_jobs("outbox")
    assert sorted(told()[before:]) == sorted((each, "mention") for each in (ada, stage.moderator, stage.designer))
    assert outside not in {each for each, _ in told()}
    talk.edit(said, stage.fan, "@Bea, not @Ada Lund", clock.now)
    run_jobs("outbox")
    talk.edit(said, stage.fan, "@Ada Lund @Bea again", clock.now)
    run_jobs("outbox")
    assert [each for each, _ in told("mention")].count(ada) == 1 and told()[-1] == (bea, "mention")
    reply = talk.post(stage.design, ada, "@Fay, yes. @[Ada Lund]", said, clock.now)
    run_jobs("outbox")
    new = told()[before + 4 :]
    assert new == [(stage.fan, "mention"), (stage.designer, "comment-on-yours")], "once, and not as an answer too"
    assert queries.of_text(db.session(), reply, "comment") == {stage.fan: False}


def test_a_held_mention_waits_and_an_answer_mentions_too(app: Flask, clock: Any, run_jobs: Callable) -> None:
    stage = set_up(clock.now)
    [ada] = talkers(stage, "Ada")
    young = person(clock.now, "Kid", age_band="13-15")
    held = talk.post(stage.design, young, "@Ada look", None, clock.now, pin=Pin())
    run_jobs("outbox")
    assert state_of(held) == "held" and not told("mention")
    talk.moderate(held, stage.moderator, "approve", "", "", clock.now)
    clock.advance(seconds=30)
    run_jobs("outbox")
    assert told("mention") == [(ada, "mention")]
    suggestions.decline(held, stage.designer, "Ask @Ada, @Kid", clock.now)
    run_jobs("outbox")
    assert told("mention") == [(ada, "mention")] * 2, "whose suggestion it is hears the answer itself"


def test_many_mentions_stay_words(app: Flask, clock: Any, client: Any, sign_in: Callable, run_jobs: Callable) -> None:
    stage = set_up(clock.now)
    names = [f"Fan{number}" for number in range(5)]
    talkers(stage, *names)
    everybody = " ".join(f"@{name}" for name in names)
    thoughts = (
        "I would wear this to the harbour every day, whatever the weather brings along",
        "Could somebody explain why its tail points left while all other lines run right",
        "Yellow ink on navy cloth looked muddy when my sister printed her shirts last spring",
        "Somewhere in my attic hangs a poster just as wild, made for quite another band",
    )
    for thought in thoughts:
        talk.post(stage.design, stage.fan, f"{thought} {everybody}", None, clock.now)
    sign_in(client, stage.fan)
    page = client.post(
        f"/D/{stage.code}/comments",
        data={"body": f"Nobody mentioned typography yet, although letters carry half of it. {everybody}"},
        follow_redirects=True,
    ).text
    assert "not all of them get a notice" in page and page.count('<bdi class="mention">') == rules.TOLD_AN_HOUR + 5
    run_jobs("outbox")
    assert len(told("mention")) == rules.TOLD_AN_HOUR
    given = client.get(f"/D/{stage.code}/people").get_json()["names"]
    assert set(names) <= set(given) and "Fay" not in given and all(isinstance(each, str) for each in given)


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def test_reactions_from_tap_to_digest(
    app: Flask, clock: Any, client: Any, sign_in: Callable, run_jobs: Callable
) -> None:
    stage = set_up(clock.now)
    said = talk.post(stage.design, stage.fan, "A bigger whale", None, clock.now, pin=Pin())
    assert refused(lambda: reacting.react(said, stage.fan, "thanks", True, clock.now)) == "own-words"
    assert refused(lambda: reacting.react(said, stage.designer, "boo", True, clock.now)) == "unknown-reaction"
    sign_in(client, stage.designer)
    address, tap = f"/comments/{said}/reaction", {"reaction": "thanks:on"}
    assert client.post(address, data=tap).headers["Location"] == f"/D/{stage.code}#comment-{said}"
    bar = client.post(address, data=tap, headers={"HX-Request": "true"}).text  # a second tap of the same button
    assert bar.count('aria-pressed="true"') == 1 and '<span class="reaction-count">1</span>' in bar
    client.post(address, data={"reaction": "thanks:off"})
    assert not reacted.of_design(db.session(), stage.design, None)
    moment = clock.now
    assert at_once(app, lambda: reacting.react(said, stage.moderator, "thanks", True, moment)) == ["done"] * 4
    reacting.react(said, stage.designer, "thanks", True, clock.now)
    reacting.react(said, stage.moderator, "agree", True, clock.now)
    assert tell.sweep() == 0, "it may still be taken back"
    clock.advance(seconds=REST.total_seconds() + 1)
    assert (tell.sweep(), tell.sweep()) == (1, 0)
    [notice] = db.session.scalars(select(Notice).where(Notice.kind == "reactions")).all()
    assert notice.recipient_id == stage.fan and db.session.scalars(select(DigestLine)).one().notice_id == notice.id
    with app.test_request_context():
        assert kinds.words("reactions", notice.params).line == "To your suggestion: 2 said thanks; 1 said they agree."
    reacting.react(said, stage.moderator, "love", True, clock.now)
    clock.advance(seconds=REST.total_seconds() + 1)
    assert tell.sweep() == 0, "once a day"
    clock.advance(seconds=EVERY.total_seconds())
    assert tell.sweep() == 1
    talk.moderate(said, stage.moderator, "hide", "hurtful", "", clock.now)
    assert not reacted.of_design(db.session(), stage.design, None)
    with pytest.raises(NotFound):
        reacting.react(said, stage.designer, "love", True, clock.now)
    with transaction() as session:
        assert session.scalars(select(Notice.recipient_id).where(Notice.kind == "reactions")).all() == [stage.fan] * 2
