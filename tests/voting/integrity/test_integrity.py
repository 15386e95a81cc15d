"""Odd ballots are held by rules and judged by people, each change a row and a leaf; voters appeal; then it is final."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from tests.voting import make
from tests.voting.integrity import crowd
from tests.voting.test_casting import at_once
from voting import closing, recounting
from voting.integrity import acting, appeals, deciding, desk, finishing, looking, past, windows
from voting.integrity.acting import Who
from voting.integrity.models import (
    BallotAct,
    BallotAppeal,
    BallotRejection,
    SignalCluster,
    SignalRun,
    VotingFeature,
)
from voting.log.models import LogLeaf, LogRoot
from voting.models import Ballot, Round
from webapp.accounts.models import Person
from webapp.infra import prefixes
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import NotFound, Refused

pytestmark = pytest.mark.usefixtures("app")
NOW, MINUTE = make.NOW, timedelta(minutes=1)


def the_round() -> Round:
    db.session.rollback()
    return db.session.scalars(select(Round).order_by(Round.id.desc())).first()


def states(ballots: list[int]) -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Ballot.state).where(Ballot.id.in_(ballots))))


def hold(ballots: list[int], person: int) -> None:
    with transaction() as session:
        acting.move(session, the_round_id(session), ballots, "held", Who("program", person_id=person), NOW)


def the_round_id(session: Any) -> int:
    return session.scalars(select(Round.id).order_by(Round.id.desc())).first()


def agree() -> None:
    assert [each.differences for each in recounting.recount(None)] == [[]]


def close(made: make.Scene) -> int:
    round_id = closing.round_to_close(made.contest_id, "open")
    assert closing.close(round_id, made.closes + timedelta(minutes=11))
    return round_id


@pytest.fixture
def farm() -> tuple[make.Scene, list[int], list[int]]:
    """A contest, its honest ballots and those of a farm behind throwaway mailboxes."""
    made = make.scene(designs=6)
    honest = crowd.ballots(made, 70)
    bots = crowd.ballots(made, 12, [made.designs[0]], email="q{n}x@mailinator.com", aged=False)
    return made, honest, bots


def test_a_farm_is_held_and_a_stadium_is_not_and_the_same_look_finds_the_same(farm):
    made, honest, bots = farm
    stadium = crowd.ballots(made, 60, prefix="stadium", at=NOW - timedelta(hours=3), within=MINUTE * 30, aged=False)
    assert looking.run(the_round().id, NOW) == 12
    assert states(bots) == {"held"}
    assert states(honest + stadium) == {"counted"}
    acts = db.session.scalars(select(BallotAct)).all()
    assert {(act.rule, act.rule_version, act.from_state, act.to_state) for act in acts} == {
        ("throwaway-mail", 1, "counted", "held")
    }
    leaves = db.session.scalars(select(LogLeaf.act).where(LogLeaf.kind == "held")).all()
    assert sorted(leaves) == sorted(act.id for act in acts)
    assert looking.run(the_round().id, NOW + MINUTE) == 0  # and writes nothing new
    assert db.session.scalar(select(func.count()).select_from(SignalRun)) == 1
    agree()


def test_at_the_close_held_ballots_stand_in_the_second_ranking_alone(farm):
    made, _honest, bots = farm
    close(made)
    result = the_round().result
    assert (result["held"], result["counted"]) == (12, 70)
    first = made.designs[0]
    counts = {each["submission_id"]: each["votes"] for each in result["order"]}
    with_held = {each["submission_id"]: each["votes"] for each in result["with_held"]}
    assert with_held[first] == counts[first] + 12
    agree()
    root = db.session.scalars(select(LogRoot).where(LogRoot.label == "seal")).one()
    assert root.counted_size == 70
    with transaction() as session:  # an act behind the application's back
        session.execute(update(Ballot).where(Ballot.id == bots[0]).values(state="counted"))
    assert any("its acts lead to held" in line for line in recounting.recount(None)[0].differences)


def test_what_a_rule_let_go_a_person_decided_and_one_mailbox_twice(farm):
    made, _honest, bots = farm
    looking.run(the_round().id, NOW)
    boss = make.person()
    cluster = db.session.scalars(select(SignalCluster)).one()
    batch = deciding.decide(cluster.id, made.artist_id, boss, "reinstate", "honest", "", NOW)
    assert batch
    assert states(bots) == {"reinstated"}
    twins = [*crowd.ballots(made, 1, email="fan.a+1@gmail.com"), *crowd.ballots(made, 1, email="fana@googlemail.com")]
    looking.run(the_round().id, NOW + MINUTE, last=True)
    assert states(bots) == {"reinstated"}  # no rule overrules a person
    assert (states(twins[:1]), states(twins[1:])) == ({"counted"}, {"held"})
    (card,) = desk.build(db.session(), made.artist_id).cards
    assert (card.row.tie, card.letter, card.size, card.can) == ("mailbox", "", 1, ["reinstate", "reject"])
    with transaction() as session:
        voter = select(Ballot.voter_id).where(Ballot.id == twins[0]).scalar_subquery()
        session.execute(update(Person).where(Person.id == voter).values(email="other@gmail.com"))
    looking.run(the_round().id, NOW + 2 * MINUTE, last=True)
    assert states(twins) == {"counted", "reinstated"}  # the last look lets go what it no longer finds
    agree()


def test_a_cluster_somebody_decided_about_comes_back_when_more_join_it(farm):
    made, _honest, bots = farm
    looking.run(the_round().id, NOW)
    cluster = db.session.scalars(select(SignalCluster)).one()
    assert deciding.decide(cluster.id, made.artist_id, make.person(), "reinstate", "honest", "", NOW)
    assert desk.build(db.session(), made.artist_id).cards == []
    more = crowd.ballots(made, 12, [made.designs[0]], email="q{n}x@mailinator.com", aged=False)
    looking.run(the_round().id, NOW + MINUTE)
    assert (states(bots), states(more)) == ({"reinstated"}, {"held"})
    (card,) = desk.build(db.session(), made.artist_id).cards
    assert card.row.id == cluster.id and card.states == {"held": len(more), "reinstated": len(bots)}


def test_rejecting_takes_a_rule_or_two_people_and_can_be_taken_back(farm):
    made, _honest, bots = farm
    one, two = make.people(2)
    round_id = the_round().id
    looking.run(round_id, NOW)
    cluster = db.session.scalars(select(SignalCluster.id)).one()
    batch = deciding.decide(cluster, made.artist_id, one, "reject", "throwaway", "", NOW)
    assert states(bots) == {"rejected"}
    assert deciding.undo(batch, made.artist_id, one, NOW) == 12
    assert states(bots) == {"held"}
    with pytest.raises(Refused, match="already-decided"):
        deciding.undo(batch, made.artist_id, one, NOW)
    deciding.decide(cluster, made.artist_id, one, "reinstate", "honest", "", NOW)
    deciding.decide(cluster, made.artist_id, one, "hold", "other", "I was wrong.", NOW)
    assert deciding.decide(cluster, made.artist_id, one, "reject", "bought", "", NOW) == ""  # one person held them
    assert states(bots) == {"held"}
    wish = db.session.scalars(select(BallotRejection.id)).one()
    with pytest.raises(Refused, match="two-people"):
        deciding.answer_rejection(wish, made.artist_id, one, True, NOW)
    with pytest.raises(NotFound):
        deciding.answer_rejection(wish, made.artist_id + 1, two, True, NOW)
    assert deciding.answer_rejection(wish, made.artist_id, two, True, NOW)
    assert states(bots) == {"rejected"}
    with pytest.raises(IntegrityError), transaction() as session:  # the table itself knows that it takes two
        session.execute(update(BallotRejection).values(decided_by=one))
    agree()


def test_two_who_act_at_once_act_once(farm, app):
    made, _honest, _bots = farm
    people = make.people(2)
    looking.run(the_round().id, NOW)
    cluster = db.session.scalars(select(SignalCluster.id)).one()
    db.session.rollback()

    def reject(person: int) -> str:
        return deciding.decide(cluster, made.artist_id, person, "reject", "program", "", NOW)

    answers = at_once(app, [lambda each=each: reject(each) for each in people])
    assert sorted(isinstance(each, Refused) for each in answers) == [False, True]
    acts = select(func.count()).select_from(BallotAct).where(BallotAct.to_state == "rejected")
    assert db.session.scalar(acts) == 12


def test_appeals_decide_between_provisional_and_final(farm, clock):
    made, _honest, bots = farm
    round_id = close(made)
    window = windows.of_contest(db.session(), made.contest_id)
    during, number, voter = (
        window.until - MINUTE,
        *db.session.execute(select(Ballot.number, Ballot.voter_id).where(Ballot.id == bots[0])).one(),
    )
    fate = appeals.of_person(db.session(), voter, during)[number]
    assert (fate.state, fate.reason_code, fate.may_appeal) == ("held", "throwaway-mail", True)
    with pytest.raises(NotFound):
        appeals.appeal(number, make.person(), "Not mine", during)
    with pytest.raises(Refused, match="appeals-over"):
        appeals.appeal(number, voter, "Late", window.until)
    appeals.appeal(number, voter, "My own mailbox, honestly.", during)
    with pytest.raises(Refused, match="appealed-before"):
        appeals.appeal(number, voter, "Again", during)
    assert not finishing.finish(made.contest_id, window.until)  # it waits for the answer
    found = db.session.scalars(select(BallotAppeal.id)).one()
    appeals.answer(found, made.artist_id, make.person(), True, "We believe you.", window.until)
    clock.at(window.until + MINUTE)
    assert finishing.finish_due() == 1
    assert finishing.finish_due() == 0
    result = the_round().result
    assert (result["held"], result["counted"], result["reinstated"]) == (11, 71, 1)
    with pytest.raises(Refused, match="result-final"), transaction() as session:
        acting.hold_still(session, round_id)
    agree()


def test_an_appeal_nobody_answers_is_upheld(farm):
    made, _honest, bots = farm
    close(made)
    window = windows.of_contest(db.session(), made.contest_id)
    number, voter = db.session.execute(select(Ballot.number, Ballot.voter_id).where(Ballot.id == bots[3])).one()
    appeals.appeal(number, voter, "Please", window.closed_at)
    assert finishing.finish(made.contest_id, window.until + windows.ANSWERS)
    assert states(bots[3:4]) == {"reinstated"}
    agree()


def test_totals_are_recomputed_at_any_moment(farm):
    made, _honest, _bots = farm
    round_id = the_round().id
    looking.run(round_id, NOW)
    one = past.at(db.session(), round_id, NOW - MINUTE)
    two = past.at(db.session(), round_id, NOW + MINUTE)
    assert (one.states["counted"], two.states) == (82, {"counted": 70, "held": 12})
    votes = [{each.submission_id: each.votes for each in then.order} for then in (one, two)]
    assert votes[0][made.designs[0]] - votes[1][made.designs[0]] == 12
    assert past.at(db.session(), round_id, crowd.BEGUN - MINUTE).states == {}


def test_the_command_shows_the_past_and_refuses_nonsense(app, monkeypatch):
    from webapp.boot.commands import recount

    monkeypatch.setattr(recount, "application", lambda: app)
    made = make.scene()
    make.vote(made, 2, 1)
    run = CliRunner().invoke
    found = run(recount.recount, [made.slug, "--at", (NOW + MINUTE).isoformat()])
    assert f"1. design {made.designs[0]}: 2" in found.output
    assert run(recount.recount, [made.slug, "--at", "yesterday"]).exit_code == 2
    assert run(recount.recount, ["nowhere", "--at", NOW.isoformat()]).exit_code == 2


def test_a_first_vote_leaves_hashes_of_its_round_that_go_after_ninety_days(client, sign_in, clock):
    made = make.scene()
    fan = make.person()
    clock.at(NOW)
    sign_in(client, fan)
    page = {"User-Agent": "curl/8.1", "X-Test": "1"}
    for code in made.codes[:2]:
        assert client.post(f"/D/{code}/vote", headers=page).status_code == 303
    row = db.session.execute(select(VotingFeature.agent, VotingFeature.prefix, VotingFeature.device)).one()
    db.session.rollback()
    assert row.agent.startswith("p:")
    assert "127.0.0" not in row.prefix
    assert len(row.prefix) == len(row.device) == 16
    assert finishing.forget_features() == 0
    with transaction() as session:
        session.execute(update(Round).values(sealed_at=NOW, closed_at=NOW, result={"order": []}, final_at=NOW))
    clock.at(NOW + timedelta(days=91))
    assert finishing.forget_features() == 1
    assert prefixes.prefix_of("192.0.2.77") == "192.0.2.0/24"
    assert prefixes.prefix_of("2001:db8:1:2::9") == "2001:db8:1::/48"
    assert prefixes.prefix_of("::ffff:192.0.2.77") == "192.0.2.0/24"
