"""The closing instant on the nights when clocks change: one instant, whatever is typed, shown or decided elsewhere."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contests import local_time
from contests.phases import Decisions, Phase, phase_of
from tests.contests.team import draft, published, team
from tests.contests.test_wizard import DATES, stored, url
from voting import rules
from webapp.infra import i18n
from webapp.kernel.refusal import Refused

# Zone, what is typed, the instant that is meant (None: there is no such time), and how a page of that zone says it.
NIGHTS = [
    ("Europe/Helsinki", "2027-03-28T03:30", None, ""),
    ("Europe/Helsinki", "2027-03-28T04:00", "2027-03-28T01:00", "28 Mar 2027, 04:00<"),
    ("Europe/Helsinki", "2027-10-31T03:30", "2027-10-31T00:30", "31 Oct 2027, 03:30 (UTC+3)"),
    ("Europe/Helsinki", "2027-10-31T04:00", "2027-10-31T02:00", "31 Oct 2027, 04:00<"),
    ("America/New_York", "2027-03-14T02:30", None, ""),
    ("America/New_York", "2027-11-07T01:30", "2027-11-07T05:30", "7 Nov 2027, 01:30 (UTC−4)"),
    ("Australia/Lord_Howe", "2027-10-03T02:15", None, ""),
    ("Australia/Lord_Howe", "2027-04-04T01:45", "2027-04-03T14:45", "4 Apr 2027, 01:45 (UTC+11)"),
    ("UTC", "2027-03-28T03:30", "2027-03-28T03:30", "28 Mar 2027, 03:30<"),
]


@pytest.mark.ordinarily("sqlite")
@pytest.mark.parametrize(("zone", "typed", "meant", "shown"), NIGHTS)
def test_what_the_wizard_takes_is_what_closes_the_vote(
    app: Any, clock: Any, client: Any, sign_in: Any, zone: str, typed: str, meant: str | None, shown: str
) -> None:
    made = team(clock.now)
    sign_in(client, made.boss)
    contest_id = draft(made, clock.now)
    local = datetime.fromisoformat(typed)
    dates = {name: f"{local + timedelta(days=days):%Y-%m-%dT%H:%M}" for name, days in
             {"opens_at": -60, "critique_at": -30, "voting_at": -20, "decide_by": 20}.items()}  # fmt: skip
    data = {**DATES, **dates, "timezone": zone, "picking_at": typed, "action": "save"}
    answer = client.post(url(made, contest_id, "schedule"), data=data)
    if meant is None:
        assert answer.status_code == 422
        assert "clocks go forward" in answer.text
        assert typed in answer.text, "nothing that was typed is lost"
        return
    assert answer.status_code == 302, answer.text
    instant = datetime.fromisoformat(meant).replace(tzinfo=UTC)
    closes = stored(contest_id).picking_at
    assert closes == instant
    page = client.get(url(made, contest_id, "review")).text
    assert f'datetime="{instant.isoformat()}"' in page, "what the countdown counts to"
    assert shown in page
    judge_instant(contest_id, instant)
    # Saved again as the form shows it, it stays the same instant.
    assert client.post(url(made, contest_id, "schedule"), data=data).status_code == 302
    assert stored(contest_id).picking_at == instant


def judge_instant(contest_id: int, closes: datetime) -> None:
    """In time is what came before the instant, late what came at it or after it."""
    contest = stored(contest_id)
    schedule, decisions = contest.schedule, contest.decisions
    public = Decisions(published_at=closes - timedelta(days=90)) if not decisions.published_at else decisions
    for microseconds, voting in ((-1, True), (0, False), (1, False)):
        moment = closes + timedelta(microseconds=microseconds)
        phase = phase_of(schedule, public, moment)
        assert voting or said(phase, contest) == "voting-closed", f"{microseconds} µs after the close a vote counts"
        assert not voting or said(phase, contest) == "", f"{-microseconds} µs before the close a vote is refused"


def said(phase: Phase, contest: Any) -> str:
    """The code of the refusal of a vote, '' when it counts."""
    try:
        rules.require_voting(phase, contest.schedule, contest.timezone)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.one_db
def test_control_an_instant_that_shifted_by_an_hour_is_seen(app: Any, clock: Any) -> None:
    contest_id = published(team(clock.now), clock.now)
    closes = stored(contest_id).picking_at
    assert closes
    judge_instant(contest_id, closes)
    for shifted in (timedelta(hours=1), timedelta(hours=-1), timedelta(minutes=30)):
        with pytest.raises(AssertionError, match="the close a vote"):
            judge_instant(contest_id, closes + shifted)


@pytest.fixture
def without_summer_time(tmp_path: Path) -> Iterator[Any]:
    """Lets Helsinki keep to winter time: what a new edition of the zones brings when a country decides so."""
    kept = zoneinfo.TZPATH

    def decide() -> None:
        import importlib.resources

        here = next((path for path in map(Path, kept) if (path / "Etc/GMT-2").is_file()), None)
        rule = (here / "Etc/GMT-2").read_bytes() if here else None
        rule = rule or importlib.resources.files("tzdata.zoneinfo.Etc").joinpath("GMT-2").read_bytes()
        (tmp_path / "Europe").mkdir()
        (tmp_path / "Europe/Helsinki").write_bytes(rule)
        zoneinfo.reset_tzpath([str(tmp_path), *kept])
        zoneinfo.ZoneInfo.clear_cache()

    yield decide
    zoneinfo.reset_tzpath([*kept])
    zoneinfo.ZoneInfo.clear_cache()


def test_a_rule_that_changes_after_planning_moves_no_close(
    app: Any, clock: Any, client: Any, sign_in: Any, without_summer_time: Any
) -> None:
    """The promise is the instant: the words beside it follow the clocks of the country."""
    made = team(clock.now)
    sign_in(client, made.boss)
    contest_id = draft(made, clock.now)
    data = {**DATES, "picking_at": "2027-04-01T20:00", "action": "save"}
    assert client.post(url(made, contest_id, "schedule"), data=data).status_code == 302
    before = stored(contest_id).picking_at
    assert before == datetime(2027, 4, 1, 17, tzinfo=UTC)
    without_summer_time()
    assert local_time.to_local(before, "Europe/Helsinki") == datetime(2027, 4, 1, 19)
    assert stored(contest_id).picking_at == before
    judge_instant(contest_id, before)
    with app.test_request_context():
        assert i18n.when(before, "Europe/Helsinki").endswith("19:00")
    page = client.get(url(made, contest_id, "schedule")).text
    assert 'value="2027-04-01T19:00"' in page, "who opens the form sees what it has become"
