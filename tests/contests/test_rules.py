"""Rules of contests, without an application."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contests import local_time, rights, rules
from contests.forms import minor_of
from contests.phases import Phase, Schedule
from webapp.kernel.refusal import Refused

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SCHEDULE = Schedule(NOW - 9 * DAY, None, NOW - DAY, None, NOW + 5 * DAY, NOW + 9 * DAY)


def refused(act: object, *args: object) -> str:
    with pytest.raises(Refused) as caught:
        act(*args)  # type: ignore[operator]
    return caught.value.code


def test_dates_to_come_may_move_and_others_may_not() -> None:
    assert rules.movable(SCHEDULE, Phase.VOTING, NOW) == ["final_at", "picking_at", "decide_by"]
    check = rules.check_reschedule
    check(SCHEDULE, Phase.VOTING, {"picking_at": NOW + 6 * DAY}, NOW)
    assert refused(check, SCHEDULE, Phase.VOTING, {"voting_at": NOW + DAY}, NOW) == "date-passed"
    assert refused(check, SCHEDULE, Phase.VOTING, {"picking_at": NOW - DAY}, NOW) == "date-in-past"
    assert refused(check, SCHEDULE, Phase.VOTING, {"picking_at": None}, NOW) == "date-needed"
    assert refused(check, SCHEDULE, Phase.VOTING, {"picking_at": NOW + 10 * DAY}, NOW) == "dates-not-in-order"
    assert refused(check, SCHEDULE, Phase.VOTING, {}, NOW) == "nothing-changed"


def test_a_final_round_can_be_added_and_taken_away_while_it_is_to_come() -> None:
    rules.check_reschedule(SCHEDULE, Phase.VOTING, {"final_at": NOW + 2 * DAY}, NOW)
    with_final = Schedule(**{**vars(SCHEDULE), "final_at": NOW + 2 * DAY})
    rules.check_reschedule(with_final, Phase.VOTING, {"final_at": None}, NOW)


def test_after_a_lapse_only_the_decision_is_prolonged() -> None:
    late = NOW + 30 * DAY
    assert rules.movable(SCHEDULE, Phase.LAPSED, late) == ["decide_by"]
    rules.check_reschedule(SCHEDULE, Phase.LAPSED, {"decide_by": late + DAY}, late)
    assert refused(rules.check_reschedule, SCHEDULE, Phase.LAPSED, {"picking_at": late + DAY}, late) == "date-passed"


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.DECIDED, Phase.CANCELLED])
def test_ended_contests_do_not_move(phase: Phase) -> None:
    code = refused(rules.check_reschedule, SCHEDULE, phase, {"decide_by": NOW + 20 * DAY}, NOW)
    assert code == "cannot-reschedule"


def test_an_hour_that_summer_time_skips_is_refused_and_one_that_repeats_is_the_first() -> None:
    helsinki = "Europe/Helsinki"
    assert refused(local_time.to_instant, datetime(2027, 3, 28, 3, 30), helsinki) == "no-such-time"
    twice = datetime(2027, 10, 31, 3, 30)
    assert local_time.occurs_twice(twice, helsinki)
    assert local_time.to_instant(twice, helsinki) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert not local_time.occurs_twice(datetime(2027, 10, 31, 5, 30), helsinki)
    assert not local_time.occurs_twice(datetime(2027, 3, 28, 3, 30), helsinki)


def test_usual_dates_fall_on_hours_that_exist() -> None:
    # Three in the morning does not exist in Helsinki on 28 March: four does.
    start = datetime(2027, 3, 27, 12, tzinfo=UTC)
    assert local_time.at_hour(start, "Europe/Helsinki", 1, 3) == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_the_rights_card_says_each_term_and_its_hash_each_change() -> None:
    told = " ".join(sentence for _, sentence in rights.card(rights.DEFAULTS))
    assert "300.00 EUR once, and 8 percent" in told
    assert "30 days" in told
    assert "all over the world, for 3 years" in told
    assert "Nobody may train AI" in told
    base = rights.hash_of(rights.DEFAULTS)
    assert rights.hash_of(dict(reversed(rights.DEFAULTS.items()))) == base
    for name in rights.DEFAULTS:
        assert rights.hash_of({**rights.DEFAULTS, name: "changed"}) != base


def test_the_rights_card_is_honest_without_money() -> None:
    free = rights.card({**rights.DEFAULTS, "fee_minor": 0, "royalty_percent": 0})
    assert "No money" in dict(free)["What you get"]
    once = rights.card({**rights.DEFAULTS, "royalty_percent": 0})
    assert dict(once)["What you get"] == "300.00 EUR, once."


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("29.90", "EUR", 2990),
        ("29,90", "EUR", 2990),
        ("1 200", "EUR", 120000),
        ("0", "EUR", 0),
        ("3000", "JPY", 3000),
        ("29.905", "EUR", None),
        ("29.90", "JPY", None),
        ("-1", "EUR", None),
        ("free", "EUR", None),
        ("1e99", "EUR", None),
        ("NaN", "EUR", None),
    ],
)
def test_amounts_people_type(text: str, currency: str, minor: int | None) -> None:
    assert minor_of(text, currency) == minor
