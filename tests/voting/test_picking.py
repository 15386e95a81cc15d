"""The artist's pick: who may, when, undone, announced, told once, voided by two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from contests import queries as contests
from contests.phases import Phase
from contests.submissions.models import Submission
from tests.voting import make
from tests.voting.test_casting import at_once
from voting import jobs, picks_queries, results, rules, service
from voting.models import Pick
from webapp.accounts import store as accounts
from webapp.accounts.models import Person
from webapp.infra.db import db, transaction
from webapp.infra.outbox import FactRow
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices.models import Notice

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def made(clock) -> make.Scene:
    """A contest that is counted and waits for its pick."""
    scene = make.scene(designs=4, shortlist_size=3)
    scene.voters = make.counted(scene, 3, 2, 1)
    clock.at(scene.closes + timedelta(hours=1))
    return scene


def phase(made: make.Scene, clock) -> Phase:
    db.session.rollback()
    return contests.contest(db.session(), made.contest_id).phase(clock.now)


def told(kind: str) -> list[int]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Notice.recipient_id).where(Notice.kind == kind)))


@pytest.mark.ordinarily("postgres")
def test_a_pick_is_secret_for_ten_minutes_and_then_told_once_to_everybody(made, clock, run_jobs):
    pick_id = service.pick(made.contest_id, made.designs[0], made.boss, "It sings.", clock.now)
    run_jobs()
    assert picks_queries.winner(db.session(), made.contest_id) is None
    assert phase(made, clock) is Phase.PICKING
    assert told("winner-announced") == []
    clock.advance(minutes=10)
    run_jobs()
    assert picks_queries.winner(db.session(), made.contest_id) == made.designs[0]
    assert phase(made, clock) is Phase.DECIDED
    assert told("you-won") == [made.designers[0]]
    everybody = sorted({*made.designers[1:], *made.voters})
    assert told("winner-announced") == everybody
    jobs.announce(made.contest_id, pick_id)
    run_jobs()
    assert told("winner-announced") == everybody
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(FactRow).where(FactRow.name == "WinnerAnnounced")) == 1


@pytest.mark.ordinarily("postgres")
def test_undone_within_ten_minutes_nobody_hears_of_it(made, clock, run_jobs):
    pick_id = service.pick(made.contest_id, made.designs[0], made.boss, "", clock.now)
    service.undo_pick(pick_id, made.boss, clock.now + rules.UNDO - timedelta(seconds=1))
    clock.advance(minutes=11)
    run_jobs()
    assert told("winner-announced") == told("you-won") == []
    assert phase(made, clock) is Phase.PICKING
    second = service.pick(made.contest_id, made.designs[1], made.boss, "On second thought", clock.now)
    with pytest.raises(Refused, match="too-late"):
        service.undo_pick(second, made.boss, clock.now + rules.UNDO)


@pytest.mark.ordinarily("postgres")
def test_the_pick_leaves_the_fans_result_as_it_is(made, clock, run_jobs):
    before = results.result(db.session(), made.contest_id)
    service.pick(made.contest_id, made.designs[2], made.boss, "My favourite", clock.now)
    clock.advance(minutes=10)
    run_jobs()
    db.session.rollback()
    assert results.result(db.session(), made.contest_id) == before
    assert before.fans_choice == (made.designs[0],)


def test_who_may_pick_what_and_why(made, clock):
    stranger = make.person()
    with pytest.raises(NotFound):
        service.pick(made.contest_id, made.designs[0], stranger, "mine", clock.now)
    for design, reason, code in (
        (made.designs[3], "because", "not-a-finalist"),
        (made.designs[1], "  ", "reason-needed"),
    ):
        with pytest.raises(Refused, match=code):
            service.pick(made.contest_id, design, made.boss, reason, clock.now)
    with pytest.raises(Refused, match="not-picking"):
        service.pick(made.contest_id, made.designs[0], made.boss, "", make.NOW)
    first = service.pick(made.contest_id, made.designs[0], made.boss, "", clock.now)
    assert service.pick(made.contest_id, made.designs[0], made.boss, "", clock.now) == first
    with pytest.raises(Refused, match="already-picked"):
        service.pick(made.contest_id, made.designs[1], made.boss, "no, this", clock.now)


def test_two_picks_at_once_leave_one(made, clock, app):
    when = clock.now
    picks = [
        lambda d=design: service.pick(made.contest_id, d, made.boss, "because", when) for design in made.designs[:3]
    ]
    answers = at_once(app, picks)
    assert sum(isinstance(each, int) for each in answers) == 1
    assert db.session.scalar(select(func.count()).select_from(Pick)) == 1


def test_no_pick_before_the_count(clock):
    made = make.scene()
    with pytest.raises(Refused, match="still-counting-votes"):
        service.pick(made.contest_id, made.designs[0], made.boss, "x", made.closes + timedelta(minutes=1))


@pytest.mark.ordinarily("postgres")
def test_a_picked_design_that_leaves_meanwhile_is_not_announced(made, clock, run_jobs):
    service.pick(made.contest_id, made.designs[0], made.boss, "", clock.now)
    with transaction() as session:
        session.execute(update(Submission).where(Submission.id == made.designs[0]).values(withdrawn_at=clock.now))
    clock.advance(minutes=10)
    run_jobs()
    assert phase(made, clock) is Phase.PICKING
    assert told("you-won") == []
    assert told("pick-fell") == [made.boss]


def test_voiding_takes_the_artist_and_somebody_else(made, clock, run_jobs):
    operator = make.person(is_operator=True)
    pick_id = service.pick(made.contest_id, made.designs[0], made.boss, "", clock.now)
    clock.advance(minutes=10)
    run_jobs()
    with pytest.raises(Refused, match="two-people"):
        service.void_pick(pick_id, operator, clock.now)
    service.ask_void(pick_id, made.boss, "It is a copy of a poster.", clock.now)
    with transaction() as session:
        session.execute(update(Person).where(Person.id == made.boss).values(is_operator=True))
    with pytest.raises(Refused, match="two-people"):
        service.void_pick(pick_id, made.boss, clock.now)
    clock.at(made.decide_by + timedelta(days=1))
    service.void_pick(pick_id, operator, clock.now)
    run_jobs()
    assert picks_queries.winner(db.session(), made.contest_id) is None
    assert made.designers[1] in told("pick-voided")
    assert jobs.lapse_due() == 0, "after a voided pick the artist may decide late"
    service.pick(made.contest_id, made.designs[1], made.boss, "The next one", clock.now)
    clock.advance(minutes=10)
    run_jobs()
    assert picks_queries.winner(db.session(), made.contest_id) == made.designs[1]


def test_the_artist_is_reminded_twice_and_then_the_contest_lapses_once(made, clock, run_jobs):
    from voting import tell

    tell.remind_to_pick()
    assert told("pick-reminder") == []
    for days in (3, 1):
        clock.at(made.decide_by - timedelta(days=days) + timedelta(minutes=1))
        for _ in range(2):
            tell.remind_to_pick()
    assert told("pick-reminder") == [made.boss] * 2
    clock.at(made.decide_by)
    assert (jobs.lapse_due(), jobs.lapse_due()) == (1, 0)
    run_jobs()
    assert set(told("contest-lapsed")) == {made.boss, *made.designers, *made.voters}


@pytest.mark.ordinarily("postgres")
def test_a_pick_in_its_ten_minutes_does_not_lapse(made, clock, run_jobs):
    clock.at(made.decide_by - timedelta(minutes=2))
    service.pick(made.contest_id, made.designs[0], made.boss, "", clock.now)
    clock.advance(minutes=5)
    assert jobs.lapse_due() == 0
    clock.advance(minutes=6)
    run_jobs()
    assert phase(made, clock) is Phase.DECIDED


def test_the_opening_is_told_once_to_followers_and_designers(clock, run_jobs):
    made, follower = make.scene(), make.person()
    with transaction() as session:
        accounts.add_follow(session, made.artist_id, follower, make.NOW)
    clock.at(make.NOW)
    assert (jobs.open_due(), jobs.open_due()) == (1, 0)
    run_jobs()
    assert told("voting-open") == sorted([follower, *made.designers])


@pytest.mark.ordinarily("postgres")
def test_the_count_is_told_to_finalists_voters_and_artist(made, run_jobs):
    run_jobs()
    assert told("finalist") == sorted(made.designers[:3])
    assert told("result-out") == sorted([*made.voters, made.designers[3]])
    assert told("pick-time") == [made.boss]
