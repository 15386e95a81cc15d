"""When votes are taken and what may be chosen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contests.phases import Decisions, Phase, Schedule, phase_of
from voting import rules
from webapp.kernel.refusal import Refused

CLOSE = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # the night the clocks go forward
SECOND = timedelta(seconds=1)
SCHEDULE = Schedule(CLOSE - timedelta(days=20), None, CLOSE - timedelta(days=2), None, CLOSE, CLOSE + timedelta(days=5))


def vote_at(moment: datetime) -> None:
    phase = phase_of(SCHEDULE, Decisions(published_at=CLOSE - timedelta(days=30)), moment)
    rules.require_voting(phase, SCHEDULE, "Europe/Helsinki")


def test_the_close_is_half_open_and_the_refusal_names_the_instant():
    vote_at(CLOSE - SECOND)
    for late in (CLOSE, CLOSE + SECOND):
        with pytest.raises(Refused) as refused:
            vote_at(late)
        assert refused.value.code == "voting-closed"
        assert refused.value.details["at"] == "2027-03-28 04:30 (Europe/Helsinki)"


def test_before_the_opening_the_refusal_says_when():
    with pytest.raises(Refused) as refused:
        vote_at(CLOSE - timedelta(days=2) - SECOND)
    assert refused.value.code == "voting-not-open"
    assert "2027-03-26" in refused.value.details["at"]


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.CANCELLED, Phase.DECIDED, Phase.LAPSED, Phase.UPCOMING])
def test_no_vote_in_other_phases(phase: Phase):
    with pytest.raises(Refused):
        rules.require_voting(phase, SCHEDULE, "UTC")


def test_what_can_be_chosen():
    rules.require_choosable(1, True, False, None)
    for arguments, code in (
        ((1, False, False, None), "not-in-the-vote"),
        ((1, True, True, None), "own-design"),
        ((1, True, False, []), "still-counting"),
        ((1, True, False, [2]), "not-a-finalist"),
    ):
        with pytest.raises(Refused) as refused:
            rules.require_choosable(*arguments)
        assert refused.value.code == code


def test_the_grace_is_for_the_code_only():
    in_time, late = CLOSE - SECOND, CLOSE
    assert rules.may_confirm(in_time, CLOSE, CLOSE + rules.GRACE - SECOND)
    assert not rules.may_confirm(in_time, CLOSE, CLOSE + rules.GRACE)
    assert not rules.may_confirm(late, CLOSE, CLOSE + SECOND)


def test_the_seal_waits_for_whoever_may_still_confirm():
    assert not rules.may_seal(CLOSE, False, CLOSE)
    assert rules.may_seal(CLOSE, False, CLOSE + rules.SETTLE)
    assert not rules.may_seal(CLOSE, True, CLOSE + rules.GRACE - SECOND)
    assert rules.may_seal(CLOSE, True, CLOSE + rules.GRACE)


def test_a_reason_is_needed_unless_the_fans_put_it_first():
    rules.require_reason("", 1)
    rules.require_reason("It moved me", 4)
    for reason, rank in (("", 2), ("", None), ("x" * 2001, 1)):
        with pytest.raises(Refused):
            rules.require_reason(reason, rank)
