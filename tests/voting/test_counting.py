"""Rounds of every way, from the ballots to the published result: who wins, what stands beside it, what is held."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from contests import ways
from tests.voting import make
from tests.voting.test_marking import scene
from voting import closing, counting, queries, recounting, results, service
from voting.methods.catalogue import METHODS
from voting.models import Ballot, BallotVersion, Round, Vote
from voting.statistics import Statistics
from webapp.infra.db import db, transaction

RULES = sorted(METHODS)
DESIGNS = [11, 12, 13, 14]


def sums(method: str, ballots: list[Any], designs: list[int] = DESIGNS) -> Statistics:
    return Statistics(method, designs).gather(ballots)


def counted(method: str, ballots: list[Any], designs: list[int] = DESIGNS, **more: Any) -> dict[str, Any]:
    terms = {"kind": "open", "places": 0, "size": 2, "eligible": 9, "contest_seed": "s", "seed_hash": "h", "root": None}
    states = {"counted": len(ballots)}
    return counting.result(sums(method, ballots, designs), None, terms | more, states)[0]


def test_every_rule_of_a_contest_is_a_method_and_the_other_way_round():
    assert set(ways.RULES) == set(METHODS) == {rule for way in ways.WAYS.values() for rule in way.rules}


@pytest.mark.parametrize("method", RULES)
@pytest.mark.parametrize("designs", [[], [11], DESIGNS])
def test_without_votes_all_are_tied_and_nobody_wins(method: str, designs: list[int]):
    found = counted(method, [], designs)
    assert found["winners"] == []
    assert {each["rank"] for each in found["order"]} <= {1}
    assert len(found["shortlist"]) == len(designs), "four for two places: as many as a tie may admit"
    assert json.loads(json.dumps(found)) == found


BEST_FIRST = {
    "hearts": [[11, 12], [11], [11, 13], [12]],
    "stars": [[[11, 5], [12, 3]], [[11, 4], [13, 1]], [[12, 5], [11, 4]]],
    "rank": [[11, 12, 13], [11, 13, 12], [12, 11, 13]],
    "pairs": [
        [[11, 12, 11], [12, 13, 12]],
        [[11, 13, 11]],
        [[12, 13, 12]],
        [[11, 12, 12], [11, 13, 11]],
        [[11, 12, 11]],
    ],
}


@pytest.mark.parametrize("method", RULES)
def test_the_clear_favourite_wins_and_what_nobody_named_is_last(method: str):
    ballots = [sorted(each) if method == "star" else each for each in BEST_FIRST[ways.kind_of(method)]]
    found = counted(method, ballots)
    assert found["winners"][0] == 11
    assert (found["order"][0]["submission_id"], found["order"][0]["rank"]) == (11, 1)
    assert (found["order"][-1]["submission_id"], found["order"][-1]["votes"]) == (14, 0)
    assert found["shortlist"][:1] == [11]
    assert 14 not in found["shortlist"]


@pytest.mark.parametrize("method", RULES)
def test_all_tied_win_together_or_are_drawn_by_the_seed(method: str):
    ballots: dict[str, list[Any]] = {
        "hearts": [[11], [12]],
        "stars": [[[11, 5], [12, 5]]],
        "rank": [[11, 12], [12, 11]],
        "pairs": [[[11, 12, 11]], [[11, 12, 12]]],
    }
    one, other = (counted(method, ballots[ways.kind_of(method)], [11, 12]) for _ in range(2))
    assert one == other
    drawn = method in counting.DRAWING
    assert len(one["winners"]) == (2 if method == "stv" or not drawn else 1)
    assert [each["rank"] for each in one["order"]] == ([1, 2] if drawn and method != "stv" else [1, 1])


def test_sums_are_the_same_in_one_go_and_in_parts(monkeypatch):
    """Papers are added to the matrix in parts, so that memory stays flat."""
    rng = random.Random(3)
    orders = [rng.sample(DESIGNS, rng.randint(0, 4)) for _ in range(300)]
    stars = [[[design, rng.randint(0, 5)] for design in sorted(rng.sample(DESIGNS, 3))] for _ in range(300)]
    whole = [sums("borda", orders).as_json(), sums("star", stars).as_json()]
    monkeypatch.setattr("voting.statistics.DISTINCT", 7)
    assert [sums("borda", orders).as_json(), sums("star", stars).as_json()] == whole
    assert sum(map(sum, whole[0]["positions"])) == sum(map(len, orders))


def test_designs_that_left_are_passed_over():
    found = counted("irv", [[99, 12, 11], [99, 12], [11]])
    assert (found["winners"], found["set_aside"], found["order"][0]["votes"]) == ([12], 2, 2)
    assert counted("bradley-terry", [[[11, 99, 99], [11, 12, 11]]])["set_aside"] == 1


def test_the_lots_hang_on_the_root_nobody_knew_before():
    ballots = [[11], [12], [13], [14], [15]]
    designs = [*DESIGNS, 15]
    admitted = {tuple(counted("approval", ballots, designs, root=f"{n:064x}")["shortlist"]) for n in range(8)}
    assert len(admitted) > 1
    assert counting.seed_of("s", None) == "s"


def ballot(made: make.Scene, method: str, fan: int, first: int, second: int) -> None:
    way, here = ways.kind_of(method), made.contest_id
    a, b = made.designs[first], made.designs[second]
    if way == "hearts":
        service.cast(a, fan, "link", make.NOW)
    elif way == "stars":
        service.rate(a, fan, 5, "link", make.NOW)
        service.rate(b, fan, 2, "link", make.NOW)
    elif way == "rank":
        service.rank(here, fan, [a, b], "link", make.NOW)
    else:
        service.compare(here, fan, a, b, a, make.NOW)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("method", ["approval", "star", "irv", "schulze-wv", "bradley-terry"])
def test_held_ballots_stand_beside_the_result_and_rejected_ones_nowhere(method: str):
    made, fans = scene(method), make.people(9)
    for number, fan in enumerate(fans):
        ballot(made, method, fan, *((0, 1) if number < 3 else (1, 0) if number < 7 else (2, 0)))
    round_id = queries.current_round(db.session(), made.contest_id).id
    make.set_state(round_id, fans[3:6], "held")
    make.set_state(round_id, fans[7:], "rejected")
    assert service.close(round_id, made.closes + timedelta(minutes=1))
    db.session.rollback()
    found = results.result(db.session(), made.contest_id)
    assert (found.cast, found.held, found.rejected, found.counted, found.ballots) == (9, 3, 2, 4, 4)
    assert found.fans_choice == (made.designs[0],)
    assert found.with_held[0] == {"submission_id": made.designs[1], "rank": 1}, "few are held: no numbers"
    assert recounting.recount(made.contest_id)[0].differences == []
    make.set_state(round_id, fans[3:6], "reinstated")
    assert "design" in str(recounting.recount(made.contest_id)[0].differences)
    assert closing.revise(round_id, make.NOW)
    assert not closing.revise(round_id, make.NOW)
    db.session.rollback()
    revised = results.result(db.session(), made.contest_id)
    assert (revised.fans_choice, revised.counted, revised.with_held) == ((made.designs[1],), 7, None)
    assert revised.shortlist == found.shortlist
    assert recounting.recount(made.contest_id)[0].differences == []


@pytest.mark.usefixtures("app")
def test_the_recount_names_the_row_of_any_ballot():
    made, fan = scene("irv"), make.person()
    a, b, c, _d = made.designs
    service.rank(made.contest_id, fan, [a, b, c], "link", make.NOW)
    service.rank(made.contest_id, fan, [b, a, c], "link", make.NOW)
    round_id = queries.current_round(db.session(), made.contest_id).id
    assert service.close(round_id, made.closes + timedelta(minutes=1))
    one = select(Ballot.id).where(Ballot.round_id == round_id)
    ballot_id = db.session.scalar(one)
    last = (BallotVersion.ballot_id == ballot_id, BallotVersion.version == 2)
    for statement, words in (
        (update(Vote).where(Vote.submission_id == a).values(value=9), f"ballot {ballot_id}, design {a}: votes say 9"),
        (delete(Vote).where(Vote.submission_id == c), f"ballot {ballot_id}, design {c}: votes say nothing"),
        (update(BallotVersion).where(*last).values(choices=[a, b, b]), "its choices are no rank ballot"),
        (update(BallotVersion).where(*last).values(choices=[b, c, a]), f"ballot {ballot_id}, design {c}"),
        (delete(BallotVersion).where(*last), f"ballot {ballot_id}: version 2, ledger 1"),
        (update(Round).values(method="borda"), "published"),
    ):
        with transaction() as session:
            session.execute(statement.execution_options(synchronize_session=False))
        assert any(words in line for line in recounting.recount(made.contest_id)[0].differences), words


@pytest.mark.usefixtures("app")
def test_an_open_round_of_hearts_and_a_final_of_orders(clock):
    made = make.scene(designs=4, final_at=make.NOW + timedelta(days=1))
    with transaction() as session:
        from contests.models import Contest

        session.execute(update(Contest).values(final_method="schulze-margins", rank_places=2))
    voters = make.vote(made, 3, 2, 1)
    clock.at(make.NOW + timedelta(days=1, minutes=1))
    round_id = closing.round_to_close(made.contest_id, "open")
    assert service.close(round_id, clock.now)
    first, second = made.designs[:2]
    for voter in voters[:2]:
        service.rank(made.contest_id, voter, [second, first], "link", clock.now)
    with pytest.raises(Exception, match="not-a-finalist"):
        service.rank(made.contest_id, voters[0], [made.designs[2]], "link", clock.now)
    assert service.close(closing.round_to_close(made.contest_id, "final"), made.closes + timedelta(minutes=1))
    db.session.rollback()
    final, opened = results.results(db.session(), made.contest_id)
    assert (final.method, final.fans_choice, opened.fans_choice) == ("schulze-margins", (second,), (first,))
    assert all(not each.differences for each in recounting.recount(made.contest_id))
