"""Rules that hold: what they see in a text, and that twenty spam accounts are contained without staff."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from contests.comments import service
from contests.comments.holding import lists, rules
from contests.comments.models import Comment, WordList
from tests.contests.comments.stage import Stage, person, set_up, state_of
from webapp.infra.db import db
from webapp.kernel.refusal import Refused

HOUSE = [word for words in lists.house().values() for word in words]


@pytest.mark.parametrize(
    "text",
    ["Kill  yourself!", "k y s", "K.Y.S", "b1tchy", "Tapa itsesi.", "huoraksi", "Kіll yourself", "kill\u200b yourself"],
)
def test_words_are_seen_however_they_are_dressed(text: str) -> None:
    assert rules.word_in(text, HOUSE)


@pytest.mark.parametrize(
    "text", ["lovely skyscraper", "huomenna!", "I love grapes", "Scunthorpe", "a b c", "いいね", ""]
)
def test_honest_words_pass(text: str) -> None:
    assert not rules.word_in(text, HOUSE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see www.x.y", True), ("go to spam.com now", True), ("spam [dot] com", True), ("a@b.fi", True),
        ("+358 40 123 4567", True), ("ｈttps://x", True),
        ("v1.2 is great. Nice", False), ("I like it.Me too", False), ("20.5.2027 12:30", False),
    ],
)  # fmt: skip
def test_links_and_addresses(text: str, found: bool) -> None:
    assert rules.has_link(text) is found


def test_much_the_same_text_is_known_again_and_short_praise_is_not() -> None:
    others = [(1, "buy CHEAP followers at our great shop, number 93 today"), (2, "what a lovely whale this is")]
    assert rules.alike("Buy cheap followers at our great shop number 17 today!", others) == [1]
    assert rules.alike("so cool!!", [(1, "so cool!!")]) == []


def test_a_list_that_would_hold_everything_is_refused() -> None:
    assert rules.check_list("# ours\nspam*\n\nspam*\n bad  phrase ") == "spam*\nbad phrase"
    for wrong in ("*", "x", "a" * 61):
        with pytest.raises(Refused, match="bad-word"):
            rules.check_list(wrong)


@pytest.fixture
def stage(app: Any, clock: Any) -> Stage:
    return set_up(clock.now)


def rule_of(comment_id: int) -> str:
    db.session.rollback()
    return db.session.scalar(select(Comment.rule).where(Comment.id == comment_id)) or ""


@pytest.mark.one_db
def test_each_rule_holds_by_its_name_and_an_edit_is_judged_too(stage: Stage, clock: Any) -> None:
    lists.save(stage.artist, stage.moderator, "octopus*", False, clock.now)
    said = [
        service.post(stage.design, stage.fan, text, None, clock.now)
        for text in ("An octopussy drawing", "kys is no word of this team's", "More at www.example.net")
    ]
    assert [(state_of(each), rule_of(each)) for each in said] == [
        ("held", "words"), ("visible", ""), ("held", "links")
    ]  # fmt: skip
    service.edit(said[1], stage.fan, "octopus", clock.now)
    assert (state_of(said[1]), rule_of(said[1])) == ("held", "words")
    assert service.post(stage.design, stage.moderator, "octopus", None, clock.now)
    assert db.session.scalar(select(func.count(Comment.id)).where(Comment.state == "visible")) == 1
    lists.save(stage.artist, stage.moderator, "", True, clock.now)
    assert db.session.scalar(select(WordList.with_house)) is True


@pytest.mark.one_db
@pytest.mark.parametrize("fresh", [True, False], ids=["made today", "asleep for a month"])
def test_twenty_spam_accounts_are_contained_and_an_honest_fan_is_not(stage: Stage, clock: Any, fresh: bool) -> None:
    age = timedelta(hours=1) if fresh else timedelta(days=30)
    spammers = [person(clock.now, "Spam", created=clock.now - age) for _ in range(20)]
    honest = [service.post(stage.design, stage.fan, text, None, clock.now) for text in ("The fin is great", "So blue")]
    for number in range(10):
        for who in spammers:
            with suppress(Refused):  # the eleventh within ten minutes is not even taken
                text = f"Best shirts {number} cheaper than anywhere, ask me {who} now"
                service.post(stage.design, who, text, None, clock.now + timedelta(seconds=number))
    shown = select(func.count(Comment.id)).where(Comment.author_id.in_(spammers), Comment.state == "visible")
    assert db.session.scalar(shown) == 0
    assert [state_of(each) for each in honest] == ["visible", "visible"]
