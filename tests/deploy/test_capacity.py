"""The capacity model: it agrees with what is known of queues, loses nobody, and more never takes less."""

from __future__ import annotations

import itertools
import json
import math
import random
from dataclasses import replace
from pathlib import Path

import pytest

from bench.capacity import page as capacity_page
from bench.capacity.__main__ import lines, main
from bench.capacity.arrivals import arrivals
from bench.capacity.costs import costs_of
from bench.capacity.deployment import JOURNEY, VERSIONS, Step
from bench.capacity.hours import admitted, simulate
from bench.capacity.ladder import answered, climb, evenly, most
from bench.capacity.queues import Component, Meter, waiting

ZERO = dict.fromkeys(
    ("web_ms", "database_ms", "worker_ms", "redis_ms", "journal_bytes", "mails", "answer_bytes", "statements"), 0.0
)
COSTS = {
    action: {**ZERO, "web_ms": 3.0, "database_ms": 1.0, "worker_ms": 0.5, "redis_ms": 0.05, "answer_bytes": 40_000.0}
    for action, *_ in JOURNEY
} | {"version folded": {**ZERO, "worker_ms": 0.1, "database_ms": 0.05}}
COSTS["asset revalidated (304)"] |= {"web_ms": 0.3, "database_ms": 0.0}
COSTS["code asked"] |= {"mails": 1.0, "journal_bytes": 4000.0}
COSTS["vote, the first"] |= {"journal_bytes": 2000.0}
APART = Step(cores=8, webs=2, database_cores=4, shared=False, cdn=True, mails=1000, pooler=True)


@pytest.mark.parametrize(("load", "served"), [(0.5, 1.0), (0.9, 10.0), (0.1, 3.0)])
def test_one_server_waits_as_the_textbook_says(load: float, served: float) -> None:
    """M/M/1: the mean wait is utilisation / (served - arrivals)."""
    assert waiting(load * served, served, 1) == pytest.approx(load / (served - load * served))


def test_two_servers_wait_as_the_textbook_says() -> None:
    """M/M/2 with a load of one: a third of all wait, for a mean of 1/3 of a service time."""
    assert waiting(1.0, 1.0, 2) == pytest.approx(1 / 3)
    assert waiting(2.0, 1.0, 2) == math.inf
    assert waiting(900.0, 1.0, 1000) < 1e-4, "many servers overflow nothing"


def test_the_formula_is_what_a_drawn_queue_does() -> None:
    luck, free, moment, waited, number = random.Random(3), [0.0, 0.0], 0.0, 0.0, 60_000
    for _ in range(number):
        moment += luck.expovariate(1.4)
        server = free.index(min(free))
        begins = max(moment, free[server])
        waited += begins - moment
        free[server] = begins + luck.expovariate(1.0)
    assert waited / number == pytest.approx(waiting(1.4, 1.0, 2), rel=0.1)


@pytest.mark.parametrize("profile", ["burst", "even"])
@pytest.mark.parametrize("voters", [0, 1, 777, 40_000])
def test_everybody_comes_once(profile: str, voters: int) -> None:
    came = arrivals(voters, 60, profile, random.Random(1))
    assert (sum(came), len(came), min(came) >= 0) == (voters, 3600, True)


def test_a_burst_is_one() -> None:
    burst, even = (arrivals(100_000, 60, each, random.Random(1)) for each in ("burst", "even"))
    assert sum(burst[:180]) == pytest.approx(50_000, rel=0.15), "half of all within three minutes"
    assert max(burst) > 5 * max(even)


def test_nothing_is_lost_on_the_way() -> None:
    """What came was served or waits; and it is as much as the journey of each voter asks."""
    seen = simulate(COSTS, APART, 50_000)
    for meter in seen.meters.values():
        assert meter.came == pytest.approx(meter.served + meter.backlog)
    assert seen.meters["relay"].came == pytest.approx(50_000)
    acts = sum(times for action, times, *_ in JOURNEY if action not in ("picture", "asset"))
    assert seen.meters["web"].came == pytest.approx(50_000 * (3.0 * (acts - 4) + 0.3 * 4))
    versions = sum(times for action, times, *_ in JOURNEY if action in VERSIONS)
    assert seen.meters["sequencer"].came == pytest.approx(50_000 * versions * 0.15)
    assert all(meter.backlog == 0 for meter in seen.meters.values()), "an hour later all is done"


def test_the_same_seed_is_the_same_hour() -> None:
    one, same, other = (simulate(COSTS, APART, 30_000, seed=seed) for seed in (1, 1, 2))
    assert one.meters == same.meters
    assert one.meters != other.meters


def test_more_voters_never_wait_less_and_more_machines_never_carry_fewer() -> None:
    waits = [simulate(COSTS, APART, voters).meters["web"].waited for voters in (10_000, 100_000, 400_000)]
    assert waits == sorted(waits) and waits[2] > waits[0]
    carried = [most(COSTS, replace(APART, webs=webs), 60, "burst", 1)[0] for webs in (1, 2, 4)]
    assert carried == sorted(carried) and carried[2] > carried[0]


def test_a_queue_is_served_in_time() -> None:
    meter = Meter(Component("web", 2, 10.0))
    for work in (50.0, 0.0, 0.0):
        meter.second(work, work)
    assert (meter.peak, meter.backlog, meter.served) == (2.5, 0.0, 50.0)
    assert meter.waited == pytest.approx(1.5), "thirty of the fifty are left after a second; twenty go in one"


def test_without_a_cdn_the_line_breaks_and_without_a_pooler_connections_do() -> None:
    assert simulate(COSTS, replace(APART, cdn=False), 150_000).meters["line"].hurt
    assert not simulate(COSTS, APART, 150_000).meters["line"].hurt
    many = replace(APART, webs=20, pooler=False)
    assert simulate(COSTS, many, 100).bottleneck == "connections"
    assert simulate(COSTS, replace(many, pooler=True), 100).carries


def test_the_ladder_answers_what_breaks_until_the_target_is_carried() -> None:
    rungs = climb(COSTS, 100_000, 60, "burst", 1)
    assert rungs[0].step == Step()
    assert rungs[-1].carries >= 100_000 > rungs[-2].carries
    for rung, following in itertools.pairwise(rungs):
        assert not rung.broken.carries
        assert (following.step, rung.answer) == answered(rung.step, rung.broken.bottleneck)
        assert following.carries >= rung.carries
    assert len(lines(rungs)) == len(rungs) + 1


def test_costs_are_those_of_the_newest_run_that_has_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "costs.json"
    kept.write_text(json.dumps({"rows": [{"path": f"cost: {name}", "cost": cost} for name, cost in COSTS.items()]}))
    assert costs_of(kept) == COSTS
    arguments = ["--voters", "5000", "--minutes", "10", "--costs", str(kept), "--arrivals", "even", "--cdn"]
    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert "5,000 voters" in told and "carried" in told
    (tmp_path / "none.json").write_text('{"rows": [{"path": "x"}]}')
    with pytest.raises(SystemExit, match="make bench"):
        costs_of(tmp_path / "none.json")


def test_the_history_has_costs_for_the_whole_journey() -> None:
    costs = costs_of()
    assert {action for action, *_ in JOURNEY} - {"picture", "asset"} <= set(costs)
    assert costs["vote, the first"]["journal_bytes"] > 0


def test_a_door_lets_in_so_many_and_loses_nobody() -> None:
    came = arrivals(50_000, 60, "burst", random.Random(1))
    door = Meter(Component("door", 1, 20.0, patience=3600.0))
    let_in = admitted(came, door)
    assert (sum(let_in), max(let_in)) == (50_000, 20)
    assert door.waited == pytest.approx(door.behind) and door.behind > 600
    rush = simulate(COSTS, replace(APART, door=20), 50_000)
    assert rush.meters["relay"].came == pytest.approx(50_000)
    assert rush.meters["web"].peak < simulate(COSTS, APART, 50_000).meters["web"].peak / 2


def test_where_no_part_can_be_added_a_door_is() -> None:
    """One queue, which nothing enlarges, breaks in a burst: what it carries evenly is let in."""
    waking = {**COSTS, "code asked": {**COSTS["code asked"], "queue_ms": 20.0}}
    step = replace(APART, redis_instances=4, webs=4)
    assert simulate(waking, step, 9_000, 5).bottleneck == "queue"
    assert answered(step, "queue")[0] is None
    door = evenly(waking, step, 5, 1)
    assert 35 <= door <= 50, "a thousand milliseconds by twenty are fifty"
    assert simulate(waking, replace(step, door=door), 9_000, 5).carries


def test_replicas_take_what_strangers_read() -> None:
    without, with_them = (simulate(COSTS, replace(APART, replicas=each), 20_000) for each in (0, 1))
    moved = with_them.meters["replicas"].came
    assert moved == pytest.approx(20_000 * (1 + 2 * 0.9 + 0.9))
    assert with_them.meters["database"].came == pytest.approx(without.meters["database"].came - moved)


def test_tables_are_written_between_their_marks_alone() -> None:
    page = "before\n<!-- costs: measured -->\nformer\n<!-- costs: end -->\nafter"
    written = capacity_page.put(page, "costs", capacity_page.table_of(COSTS))
    assert written.startswith("before\n") and written.endswith("\nafter") and "former" not in written
    assert "| vote, the first | 3.00 | 1.00 |" in written
    assert capacity_page.put(written, "costs", ["x"]).count("measured") == 1
    with pytest.raises(ValueError, match="ladder"):
        capacity_page.put(page, "ladder", [])
    whole = capacity_page.PAGE.read_text()
    for name in ("costs", "ladder", "even", "conclusion"):
        assert capacity_page.put(whole, name, ["x"]) != whole, "each mark is there, and filled"
    assert "Ten million" in capacity_page.conclusion(COSTS, APART, APART, 2, 1)[-1]
