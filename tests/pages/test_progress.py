"""The bar of steps and the next moment, for every phase."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contests.phases import ENDED, Phase, Schedule
from preorders.phases import Phase as DropPhase
from webapp.pages import progress

START = datetime(2027, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


PLAIN = Schedule(day(1), None, day(2), None, day(3), day(4))
FULL = Schedule(day(1), day(2), day(3), day(4), day(5), day(6))


class Row:
    """Just what `steps` reads of a contest."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        for name, value in vars(schedule).items():
            setattr(self, name, value)


@pytest.mark.parametrize(
    ("schedule", "phase", "at"),
    [
        (PLAIN, Phase.UPCOMING, day(1)),
        (PLAIN, Phase.SUBMITTING, day(2)),
        (PLAIN, Phase.VOTING, day(3)),
        (PLAIN, Phase.PICKING, day(4)),
        (FULL, Phase.SUBMITTING, day(2)),
        (FULL, Phase.CRITIQUE, day(3)),
        (FULL, Phase.VOTING, day(4)),
        (FULL, Phase.FINAL, day(5)),
    ],
)
def test_upcoming(schedule, phase, at):
    assert progress.upcoming(schedule, phase) == at
    assert progress.until_words(phase)


@pytest.mark.parametrize("phase", sorted(ENDED | {Phase.DRAFT}))
def test_nothing_is_upcoming_at_an_end(phase):
    assert progress.upcoming(FULL, phase) is None


def test_steps_are_those_the_contest_has():
    assert [step.name for step in progress.steps(Row(PLAIN), Phase.VOTING)] == [
        "Design",
        "Vote",
        "Artist picks",
        "Preorder",
    ]
    states = [step.state for step in progress.steps(Row(FULL), Phase.FINAL)]
    assert states == ["done", "done", "done", "now", "next", "next"]


def test_preorder_follows_the_drop():
    last = [
        progress.steps(Row(PLAIN), Phase.DECIDED, drop)[-1].state for drop in (None, DropPhase.OPEN, DropPhase.SHIPPING)
    ]
    assert last == ["next", "now", "done"]


def test_every_phase_has_words():
    assert set(progress.WORDS) == set(Phase)
    assert set(progress.DROP_WORDS) == set(DropPhase)
