"""Rounds end: sealed, folded, counted, published, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from contests.submissions.models import Submission
from tests.voting import make
from tests.voting.test_casting import at_once
from voting import closing, jobs, ledger, picks_queries, queries, recounting, results, service
from voting.models import BallotVersion, Round, Shortlisted, Total, Vote
from webapp.infra.db import db, transaction
from webapp.infra.outbox import FactRow
from webapp.kernel.refusal import Refused

pytestmark = pytest.mark.usefixtures("app")
AFTER = timedelta(minutes=1)


def facts(name: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(FactRow).where(FactRow.name == name)) or 0


def totals(made: make.Scene) -> dict[int, int]:
    db.session.rollback()
    return dict(db.session.execute(select(Total.submission_id, Total.votes).where(Total.votes != 0)).all())


def test_the_fold_adds_each_version_once(clock, monkeypatch):
    monkeypatch.setattr(ledger, "BATCH", 2)
    made = make.scene()
    voters = make.vote(made, 3, 1)
    for _ in range(4):
        jobs.fold_open_rounds()
    assert totals(made) == {made.designs[0]: 3, made.designs[1]: 1}
    service.withdraw(made.designs[0], voters[0], make.NOW)
    assert jobs.fold_open_rounds() == 1
    assert jobs.fold_open_rounds() == 0
    assert totals(made) == {made.designs[0]: 2, made.designs[1]: 1}
    leaves = db.session.scalars(select(BallotVersion.leaf_index).order_by(BallotVersion.leaf_index)).all()
    assert leaves == list(range(5))


def test_folding_and_voting_at_once_lose_nothing(app):
    made = make.scene(designs=2)
    fans = make.people(12)
    casts = [lambda f=fan: service.cast(made.designs[0], f, "gallery", make.NOW) for fan in fans]
    mixed = [act for pair in zip(casts, [jobs.fold_open_rounds] * len(casts), strict=True) for act in pair]
    at_once(app, mixed)
    while jobs.fold_open_rounds():
        pass
    assert totals(made) == {made.designs[0]: 12}
    assert recounting.recount(made.contest_id)[0].differences == []


def test_the_ticker_closes_a_round_once_with_shortlist_and_fact(clock, app):
    made = make.scene(designs=4)
    make.vote(made, 3, 1, 2)
    clock.at(made.closes + timedelta(seconds=1))
    assert jobs.close_due() == 0, "requests under way are waited for"
    clock.at(made.closes + AFTER)
    at_once(app, [jobs.close_due] * 4)
    db.session.rollback()
    result = results.result(db.session(), made.contest_id)
    assert [(each.submission_id, each.votes, each.rank) for each in result.order] == [
        (made.designs[0], 3, 1),
        (made.designs[2], 2, 2),
        (made.designs[1], 1, 3),
        (made.designs[3], 0, 4),
    ]
    assert (result.ballots, result.votes, result.ending) == (3, 6, "counted")
    assert picks_queries.shortlist(db.session(), made.contest_id) == [made.designs[0], made.designs[2]]
    assert facts("RoundClosed") == 1
    assert jobs.close_due() == 0
    assert facts("RoundClosed") == 1


def test_a_close_that_died_after_the_seal_is_finished_by_the_next(clock):
    made = make.scene()
    make.vote(made, 2)
    round_id = closing.round_to_close(made.contest_id, "open")
    assert closing.seal(round_id, made.closes + AFTER)
    clock.at(made.closes + AFTER)
    assert jobs.close_due() == 1
    assert results.result(db.session(), made.contest_id).votes == 2


@pytest.mark.parametrize(
    ("designs", "ending", "finalists"), [(0, "no-designs", 0), (1, "one-design", 1), (3, "no-votes", 3)]
)
def test_rounds_without_votes_end_too(clock, designs: int, ending: str, finalists: int):
    made = make.scene(designs=designs)
    make.counted(made)
    result = results.result(db.session(), made.contest_id)
    assert (result.ending, len(result.shortlist), result.fans_choice) == (ending, finalists, ())


def test_a_design_that_left_is_out_of_the_order_and_its_hearts_are_named():
    made = make.scene()
    make.vote(made, 2, 1)
    with transaction() as session:
        session.execute(update(Submission).where(Submission.id == made.designs[0]).values(withdrawn_at=make.NOW))
    make.counted(made)
    result = results.result(db.session(), made.contest_id)
    assert (result.votes, result.set_aside, result.order[0].submission_id) == (1, 2, made.designs[1])


def test_nothing_is_counted_of_a_cancelled_contest(clock):
    from contests.models import Contest

    made = make.scene()
    make.vote(made, 1)
    with transaction() as session:
        session.execute(update(Contest).values(cancelled_at=make.NOW, cancel_reason="No venue"))
    clock.at(made.closes + AFTER)
    assert jobs.close_due() == 0
    assert results.result(db.session(), made.contest_id) is None


@pytest.mark.ordinarily("postgres")
def test_a_final_round_runs_on_the_shortlist_and_hides_the_first_ones_numbers(clock):
    made = make.scene(designs=4, final_at=make.NOW + timedelta(days=1))
    voters = make.vote(made, 3, 2, 1)
    clock.at(make.NOW + timedelta(days=1))
    with pytest.raises(Refused, match="still-counting"):
        service.cast(made.designs[0], voters[0], "gallery", clock.now)
    clock.advance(minutes=1)
    assert jobs.close_due() == 1
    assert results.result(db.session(), made.contest_id) is None
    assert set(picks_queries.shortlist(db.session(), made.contest_id)) == set(made.designs[:2])
    assert picks_queries.finalists(db.session(), made.contest_id) == []
    db.session.rollback()
    assert queries.standing(db.session(), made.contest_id, voters[0], "x").budget == 3
    with pytest.raises(Refused, match="not-a-finalist"):
        service.cast(made.designs[2], voters[0], "gallery", clock.now)
    assert service.cast(made.designs[1], voters[0], "gallery", clock.now) == service.Standing("counted", 2, 3)
    clock.at(made.closes + AFTER)
    assert jobs.close_due() == 1
    final, first = results.results(db.session(), made.contest_id)
    assert final.fans_choice == (made.designs[1],)
    assert first.fans_choice == (made.designs[0],)
    assert facts("RoundClosed") == 2


def test_the_recount_names_what_was_changed_behind_the_applications_back():
    made = make.scene()
    make.counted(made, 3, 2)
    assert recounting.recount(made.contest_id)[0].differences == []
    for statement, word in (
        (delete(Vote).where(Vote.submission_id == made.designs[1]), "votes"),
        (update(Total).where(Total.submission_id == made.designs[0]).values(votes=9), "total"),
        (update(BallotVersion).where(BallotVersion.leaf_index == 0).values(choices=[]), "changes"),
        (delete(BallotVersion).where(BallotVersion.leaf_index == 1), "ledger"),
        (update(Round).values(folded_through=99), "folded"),
    ):
        with transaction() as session:
            session.execute(statement.execution_options(synchronize_session=False))
        assert any(word in line for line in recounting.recount(made.contest_id)[0].differences), word


def test_the_command_leaves_with_one_and_names_the_difference(app, monkeypatch):
    from click.testing import CliRunner

    from webapp.boot.commands import recount

    made = make.scene()
    make.counted(made, 1)
    db.session.rollback()
    monkeypatch.setattr(recount, "application", lambda: app)
    good = CliRunner().invoke(recount.recount, [made.slug])
    assert good.exit_code == 0
    assert "agree" in good.output
    with transaction() as session:
        session.execute(update(Total).values(votes=7))
    bad = CliRunner().invoke(recount.recount, [])
    assert bad.exit_code == 1
    assert f"design {made.designs[0]}: total 7, ledger 1" in bad.output
    assert CliRunner().invoke(recount.recount, ["no-such"]).exit_code == 2


def test_shortlist_rows_say_who_was_drawn():
    made = make.scene(designs=6, shortlist_size=2)
    make.counted(made)
    drawn = db.session.scalars(select(Shortlisted.drawn)).all()
    assert drawn == [True, True]
    result = results.result(db.session(), made.contest_id)
    assert result.draw.places == 2
    assert set(result.draw.admitted) == set(result.shortlist)
