"""Giving hearts and taking them back, alone and fifty at once."""

from __future__ import annotations

import contextvars
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.voting import make
from voting import closing, recounting, service, store
from voting.models import Ballot, BallotVersion, Round, Vote
from webapp.infra.db import db
from webapp.kernel.refusal import Refused

pytestmark = pytest.mark.usefixtures("app")
PARALLEL = 50


def count(model: Any, *conditions: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def agrees(made: make.Scene) -> bool:
    return all(not each.differences for each in recounting.recount(made.contest_id))


def test_a_vote_is_counted_once_however_often_it_is_sent():
    made, fan = make.scene(), make.person()
    first = service.cast(made.designs[0], fan, "gallery", make.NOW)
    again = service.cast(made.designs[0], fan, "link", make.NOW)
    assert first == again == service.Standing("counted", 4, 5)
    assert count(Vote) == count(BallotVersion) == 1
    assert agrees(made)


@pytest.mark.ordinarily("sqlite")
def test_taking_back_is_a_version_too_and_frees_the_heart():
    made, fan = make.scene(hearts=1), make.person()
    service.cast(made.designs[0], fan, "gallery", make.NOW)
    assert service.withdraw(made.designs[0], fan, make.NOW) == service.Standing("none", 1, 1)
    assert service.withdraw(made.designs[0], fan, make.NOW) == service.Standing("none", 1, 1)
    assert service.cast(made.designs[1], fan, "gallery", make.NOW).left == 0
    rows = db.session.execute(select(BallotVersion.choices, BallotVersion.added).order_by(BallotVersion.version)).all()
    assert [tuple(row) for row in rows] == [
        ([made.designs[0]], [made.designs[0]]),
        ([], []),
        ([made.designs[1]], [made.designs[1]]),
    ]
    assert agrees(made)


@pytest.mark.ordinarily("sqlite")
def test_above_the_budget_is_refused_and_leaves_nothing():
    made, fan = make.scene(hearts=2), make.person()
    for design in made.designs[:2]:
        service.cast(design, fan, "gallery", make.NOW)
    with pytest.raises(Refused) as refused:
        service.cast(made.designs[2], fan, "gallery", make.NOW)
    assert refused.value.code == "no-hearts-left"
    assert count(Vote) == 2
    assert agrees(made)


def test_nobody_votes_for_their_own_design_or_for_a_hidden_one():
    made = make.scene()
    with pytest.raises(Refused, match="own-design"):
        service.cast(made.designs[0], made.designers[0], "gallery", make.NOW)
    hide(made.designs[1])
    with pytest.raises(Refused, match="not-in-the-vote"):
        service.cast(made.designs[1], make.person(), "gallery", make.NOW)


def test_the_servers_receipt_decides_at_the_close():
    made, fan = make.scene(), make.person()
    with pytest.raises(Refused, match="voting-closed"):
        service.cast(made.designs[0], fan, "gallery", made.closes)
    assert service.cast(made.designs[0], fan, "gallery", made.closes - timedelta(microseconds=1)).state == "counted"


def test_no_vote_lands_after_the_seal_even_if_it_was_received_before():
    made, fan = make.scene(), make.person()
    round_id = closing.round_to_close(made.contest_id, "open")
    assert round_id
    assert service.close(round_id, made.closes + timedelta(minutes=1))
    with pytest.raises(Refused, match="voting-closed-sealed"):
        service.cast(made.designs[0], fan, "gallery", made.closes - timedelta(seconds=1))
    assert count(Vote) == 0


def test_fifty_identical_votes_at_once_are_one_vote(app):
    made, fan = make.scene(), make.person()
    answers = at_once(app, [lambda: service.cast(made.designs[0], fan, "gallery", make.NOW)] * PARALLEL)
    assert Counter(map(str, answers)) == {str(service.Standing("counted", 4, 5)): PARALLEL}
    assert count(Vote) == count(BallotVersion) == count(Ballot) == count(Round) == 1
    assert agrees(made)


def test_fifty_different_votes_at_once_stay_within_the_budget(app):
    made, fan = make.scene(designs=PARALLEL), make.person()
    answers = at_once(app, [casting(design, fan) for design in made.designs])
    assert Counter(str(each) if isinstance(each, Refused) else each.state for each in answers) == {
        "counted": 5,
        "no-hearts-left": PARALLEL - 5,
    }
    assert count(Vote) == 5
    assert agrees(made)


def test_without_the_guard_the_budget_breaks(app, monkeypatch):
    """The negative control: the test above means something only if it can fail."""

    def careless(session: Any, ballot_id: int, hearts: int, budget: int) -> store.Spent:
        session.execute(
            update(Ballot)
            .where(Ballot.id == ballot_id)
            .values(spent=Ballot.spent + hearts, version=Ballot.version + 1)
            .execution_options(synchronize_session=False)
        )
        row = session.execute(select(Ballot.spent, Ballot.version, Ballot.number).where(Ballot.id == ballot_id)).one()
        return store.Spent(ballot_id, row.spent, row.version, row.number)

    monkeypatch.setattr(store, "spend", careless)
    made, fan = make.scene(designs=12), make.person()
    at_once(app, [casting(design, fan) for design in made.designs])
    assert count(Vote) > 5
    assert not agrees(made)


def test_casting_and_withdrawing_at_once_leave_books_that_agree(app):
    made, fans = make.scene(designs=4, hearts=2), make.people(4)
    acts = [
        lambda d=design, f=fan, a=act: a(d, f, make.NOW)
        for fan in fans
        for design in made.designs
        for act in (lambda d, f, n: service.cast(d, f, "gallery", n), service.withdraw)
    ]
    at_once(app, acts)
    assert agrees(made)


def hide(design: int) -> None:
    from contests.submissions.models import Submission
    from webapp.infra.db import transaction

    with transaction() as session:
        session.execute(update(Submission).where(Submission.id == design).values(state="hidden"))


def casting(design: int, fan: int) -> Callable[[], service.Standing]:
    return lambda: service.cast(design, fan, "gallery", make.NOW)


def at_once(app: Any, acts: list[Callable[[], Any]]) -> list[Any]:
    """Run acts in threads that start together, each with a session of its own; refusals are answers."""
    db.session.rollback()
    gate = Barrier(min(len(acts), 10))

    def run(number: int, act: Callable[[], Any]) -> Any:
        with app.app_context():
            if number < gate.parties:
                gate.wait(20)
            try:
                return act()
            except Refused as refused:
                return refused
            finally:
                db.session.remove()

    with ThreadPoolExecutor(gate.parties) as pool:
        tasks = [pool.submit(contextvars.Context().run, run, *each) for each in enumerate(acts)]
        return [task.result(60) for task in tasks]
