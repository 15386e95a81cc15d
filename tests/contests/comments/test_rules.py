"""Rules of comments, without an application."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contests.comments import reasons, rules
from contests.phases import Phase
from webapp.kernel.refusal import Refused

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
OLD, NEW = timedelta(days=2), timedelta(hours=2)


@pytest.mark.parametrize(
    ("minor", "trusted", "on_team", "age", "has_visible", "state"),
    [
        (False, False, False, OLD, False, "visible"),
        (False, False, False, NEW, False, "held"),
        (False, False, False, NEW, True, "visible"),
        (True, False, False, OLD, True, "held"),
        (True, True, False, OLD, True, "visible"),
        (False, False, True, NEW, False, "visible"),
    ],
)
def test_who_is_read_at_once(
    minor: bool, trusted: bool, on_team: bool, age: timedelta, has_visible: bool, state: str
) -> None:
    found = rules.state_for(minor=minor, trusted=trusted, on_team=on_team, age=age, has_visible=has_visible)
    assert found == state


def test_designs_are_talked_about_from_the_opening_to_the_decision() -> None:
    talking = {phase for phase in Phase if rules.may_talk(phase)}
    assert talking == {
        Phase.SUBMITTING, Phase.CRITIQUE, Phase.VOTING, Phase.FINAL, Phase.PICKING, Phase.DECIDED
    }  # fmt: skip


def test_words_are_measured_without_their_margins() -> None:
    assert rules.check_body("  hello \x00 ") == "hello"
    assert len(rules.check_body("x" * 2000)) == 2000
    for wrong in ("", "   ", "x" * 2001):
        with pytest.raises(Refused):
            rules.check_body(wrong)


def test_the_edit_window_is_fifteen_minutes_and_closed_for_what_is_hidden() -> None:
    late = NOW + timedelta(minutes=15)
    assert rules.may_edit("visible", NOW, late - timedelta(seconds=1))
    assert not rules.may_edit("visible", NOW, late)
    assert not rules.may_edit("hidden", NOW, NOW)


def test_flood() -> None:
    rules.check_flood(9)
    with pytest.raises(Refused) as caught:
        rules.check_flood(10)
    assert caught.value.status == 429


def test_acts_lead_where_they_say() -> None:
    assert rules.after("approve", "held") == "visible"
    assert rules.after("hide", "visible") == "hidden"
    assert rules.after("restore", "hidden") == "visible"
    for act, state in (("approve", "visible"), ("hide", "withdrawn"), ("burn", "visible")):
        with pytest.raises(Refused):
            rules.after(act, state)


def test_nothing_is_hidden_without_a_reason() -> None:
    reasons.check_comment("hide", "hurtful", "")
    reasons.check_comment("hide", "", "You named a street.")
    reasons.check_comment("approve", "", "")
    for code, words in (("", " "), ("made-up", "x")):
        with pytest.raises(Refused):
            reasons.check_comment("hide", code, words)


def test_a_moderator_has_six_reasons_for_six_keys() -> None:
    assert len(reasons.COMMENT) == len(reasons.DESIGN_KEYS) == 6
