"""Choosing how fans vote: in the wizard, frozen at publishing, told on the contest's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contests import queries, service, ways
from tests.contests.team import team
from tests.contests.test_wizard import DATES, stored, url
from webapp.kernel.refusal import Refused


@pytest.fixture
def made(app: Any, clock: Any, client: Any, sign_in: Callable[..., None]) -> Any:
    made = team(clock.now)
    sign_in(client, made.boss)
    return made


def draft(made: Any, clock: Any) -> int:
    return service.create(made.artist, made.boss, "tee", "Sea songs", clock.now)


def test_a_team_chooses_ways_and_rules(client: Any, made: Any, clock: Any) -> None:
    contest_id = draft(made, clock)
    page = client.get(url(made, contest_id, "schedule")).text
    for way in ways.WAYS.values():
        assert f"{way.label}: {way.hint}" in page
    chosen = {**DATES, "way": "stars", "final_way": "rank", "rule": "", "final_rule": "irv", "rank_places": "0"}
    assert client.post(url(made, contest_id, "schedule"), data=chosen).status_code == 302
    contest = stored(contest_id)
    assert (contest.method, contest.final_method, contest.rank_places) == ("star", "irv", 0)
    again = client.get(url(made, contest_id, "schedule")).text
    assert 'value="irv" selected' in again or 'selected value="irv"' in again
    assert client.post(url(made, contest_id, "schedule"), data=DATES).status_code == 302
    assert stored(contest_id).method == "star", "what is not posted stays"


def test_a_rule_for_other_ballots_is_refused_in_words(client: Any, made: Any, clock: Any) -> None:
    contest_id = draft(made, clock)
    answer = client.post(url(made, contest_id, "schedule"), data={**DATES, "way": "pairs", "rule": "borda"})
    assert answer.status_code == 422
    assert "counts other ballots" in answer.text
    assert stored(contest_id).method == "approval"
    with pytest.raises(Refused, match="unknown-method"):
        service.update(contest_id, made.boss, clock.now, method="dice")
    with pytest.raises(Refused, match="bad-places"):
        service.update(contest_id, made.boss, clock.now, rank_places=21)


def test_presets_begin_with_rules_there_are() -> None:
    from contests import specs

    assert {rule for each in specs.PRESETS.values() for rule in (each.method, each.final_method)} <= set(ways.RULES)
    assert queries.ContestRow.__dataclass_fields__.keys() >= {"method", "final_method", "rank_places"}
