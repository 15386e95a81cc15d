"""The recount names rows beside the ledger that were changed, put in or taken out behind the application's back."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from contests.submissions.models import Submission
from tests.voting import make
from voting import closing, recounting, service
from voting.bundle import making
from voting.bundle.models import ResultBundle
from voting.exposure.models import ExposureReport
from voting.integrity.models import BallotAct
from voting.log import opening
from voting.log.models import LogKey, LogLeaf, LogRoot, OpenedBallot
from voting.models import Ballot, BallotVersion, Pick, Round, Shortlisted
from voting.pick_models import Decision
from webapp.accounts.models import Person
from webapp.infra.db import Base, db, transaction

LATER = make.NOW + timedelta(days=1)


def differences() -> list[str]:
    return [line for count in recounting.recount(None) for line in count.differences]


def first(table: type[Base]) -> Any:
    """The row with the lowest number."""
    row = table.__table__.c.id
    db.session.rollback()
    return row == db.session.scalar(select(row).order_by(row).limit(1))


def change(table: type[Base], **values: Any) -> Any:
    return lambda: update(table.__table__).where(first(table)).values(**values)  # type: ignore[arg-type]


def less(table: type[Base]) -> Any:
    return lambda: delete(table.__table__).where(first(table))  # type: ignore[arg-type]


def _of_acts() -> Any:
    return update(LogLeaf.__table__).where(LogLeaf.__table__.c.act.is_not(None))  # type: ignore[arg-type]


CASES = {
    "a salt emptied, so that nobody can open the leaf": (change(BallotVersion, salt=None), "has no salt"),
    "an act with another beginning": (change(BallotAct, from_state="rejected"), "begins at rejected"),
    "an act less": (less(BallotAct), "not among the acts"),
    "the seal's root gone": (less(LogRoot), "root of the seal is gone"),
    "numbers of the seal": (change(LogRoot, facts={"counted": 99}), "its numbers are not"),
    "a key less": (less(LogKey), "not among the published ones"),
    "a cast ballot more in the numbers of the seal": (
        change(LogRoot, facts={"eligible": 9, "cast": 7, "held": 0, "rejected": 2, "counted": 4}),
        "its numbers are not",
    ),
    "a key more": (
        lambda: insert(LogKey.__table__).values(public_key="ab" * 32, since=make.NOW),  # type: ignore[arg-type]
        "has signed no root",
    ),
    "an act's salt emptied": (lambda: _of_acts().values(salt=None), "has no salt, though"),
    "a leaf's time": (change(LogLeaf, at=LATER), "made at another time"),
    "a version's time, which was promised": (change(BallotVersion, at=LATER), "made at another time"),
    "an act's time": (change(BallotAct, at=LATER), "made at another time"),
    "another version opened": (change(OpenedBallot, version=2), "said to be opened"),
    "final too early": (change(Round, final_at=make.NOW + timedelta(days=3)), "time for appeals"),
    "how often designs were shown": (change(ExposureReport, report={"designs": []}), "how often designs were shown"),
    "a bundle under another label": (change(ResultBundle, label="final"), "another label"),
    "a pick voided by somebody alone": (
        change(Pick, voided_by=select(func.min(Person.id)).scalar_subquery()),
        "and it stands",
    ),
    "a seal taken back": (change(Round, sealed_at=None), "before it was sealed"),
    "a later count": (change(Round, closed_at=LATER + timedelta(days=9)), "at another time"),
    "another budget": (change(Round, budget=3), "other rules"),
    "a method nobody knows": (change(Round, method="lottery"), "no method is called"),
    "a finalist's rank": (change(Shortlisted, rank=2), "kept as a finalist"),
    "a finalist's votes": (change(Shortlisted, votes=99), "kept as a finalist"),
    "a finalist less": (less(Shortlisted), "not kept as one"),
    "a finalist more": (
        lambda: insert(Shortlisted.__table__).values(  # type: ignore[arg-type]
            contest_id=db.session.scalar(select(Round.contest_id)),
            submission_id=db.session.scalars(select(Submission.id).order_by(Submission.id.desc())).first(),
            rank=1,
            votes=9,
            drawn=False,
        ),
        "the result does not say so",
    ),
    "a pick undone after all": (change(Pick, undone_at=LATER), "announced and undone"),
    "a pick voided by nobody": (change(Pick, voided_at=LATER), "without the two people"),
    "a record that is no record": (change(Decision, record="0"), "not the one whose SHA-256"),
}


@pytest.mark.usefixtures("app")
def test_no_row_beside_the_ledger_changes_unseen(clock: Any, run_jobs: Any) -> None:
    made = make.scene()
    voters = make.vote(made, 6, 4)
    round_id = closing.round_to_close(made.contest_id, "open")
    assert round_id
    make.set_state(round_id, voters[:2], "rejected")
    number = db.session.scalars(select(Ballot.number).where(Ballot.voter_id == voters[5])).one()
    opening.open_ballot(number, voters[5], make.NOW)
    service.cast(made.designs[0], voters[5], "gallery", make.NOW)
    make.counted(made)
    clock.at(made.closes + timedelta(hours=1))
    assert making.make(made.contest_id, "seal", clock.now)
    service.pick(made.contest_id, made.designs[0], made.boss, "", clock.now)
    clock.advance(minutes=10)
    run_jobs()
    assert differences() == []
    unseen = {name: found for name, (made_up, word) in CASES.items() if not (found := _named(made_up, word))[0]}
    assert unseen == {}
    assert differences() == [], "each change was taken back"


@pytest.mark.usefixtures("app")
@pytest.mark.one_db
def test_a_round_taken_out_and_a_row_that_is_unreadable_are_named_on_a_database_that_lets_them_pass() -> None:
    made, other = make.scene(), make.scene()
    make.counted(made, 3, 2)
    make.counted(other, 2, 1)
    bare = sqlite3.connect(str(db.engine.url.database), isolation_level=None)  # as the database's own program does
    bare.execute("update ballots set trail = '[]x' where id = 1")
    assert any("a row that can't be read" in line for line in differences())
    bare.execute("update ballots set trail = '[]' where id = 1")
    assert differences() == []
    bare.execute("delete from rounds where contest_id = ?", (made.contest_id,))
    bare.close()
    said = [line for count in recounting.recount(made.contest_id) for line in count.differences]
    assert any("votes: there is no round" in line for line in said) and any("finalists and no" in line for line in said)
    assert not any("finalists" in line for count in recounting.recount(other.contest_id) for line in count.differences)


def _named(made_up: Any, word: str) -> tuple[bool, list[str]]:
    """Make the change, recount, put back what was there; return whether `word` was said, and all that was."""
    statement = made_up()
    db.session.rollback()
    table = statement.table
    before = [dict(row._mapping) for row in db.session.execute(select(table).order_by(table.c.id))]
    db.session.rollback()
    with transaction() as session:
        session.execute(statement)
    said = differences()
    with transaction() as session:
        kept = {row["id"] for row in before}
        session.execute(delete(table).where(table.c.id.not_in(kept)))
        there = set(session.scalars(select(table.c.id)))
        for row in before:
            same = {name: value for name, value in row.items() if value is not None or name != "result"}
            if row["id"] in there:
                session.execute(update(table).where(table.c.id == row["id"]).values(**same))
            else:
                session.execute(insert(table).values(**same))
    return any(word in line for line in said), said
