"""Stars, places and pairs: one ballot, one version for each change, whatever is sent twice or at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from contests.models import Contest
from tests.voting import make
from tests.voting.test_casting import agrees, at_once, count, hide
from voting import closing, queries, service
from voting.models import Ballot, BallotVersion, PendingBallot, Vote
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import Refused

pytestmark = pytest.mark.usefixtures("app")
PHONE = "c" * 32


def scene(method: str, designs: int = 4, **fields: Any) -> make.Scene:
    made = make.scene(designs=designs)
    with transaction() as session:
        session.execute(update(Contest).where(Contest.id == made.contest_id).values(method=method, **fields))
    return made


def sheet(made: make.Scene, person: int | None, device: str = "") -> queries.Sheet:
    db.session.rollback()
    return queries.sheet(db.session(), made.contest_id, person, device)


def votes(fan: int) -> dict[int, int]:
    db.session.rollback()
    return dict(db.session.execute(select(Vote.submission_id, Vote.value).where(Vote.voter_id == fan)).all())


def versions() -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(select(BallotVersion.choices).order_by(BallotVersion.id)))


def test_rating_again_replaces_and_taking_back_removes():
    made, fan = scene("score"), make.person()
    a, b = made.designs[:2]
    service.rate(b, fan, 0, "gallery", make.NOW)
    service.rate(a, fan, 3, "gallery", make.NOW)
    service.rate(a, fan, 3, "link", make.NOW)
    assert service.rate(a, fan, 5, "gallery", make.NOW).choices == [[a, 5], [b, 0]]
    assert votes(fan) == {a: 5, b: 0}
    assert service.rate(a, fan, None, "gallery", make.NOW).choices == [[b, 0]]
    assert service.rate(b, fan, None, "gallery", make.NOW).state == "none"
    assert versions() == [[[b, 0]], [[a, 3], [b, 0]], [[a, 5], [b, 0]], [[b, 0]], []]
    assert votes(fan) == {}
    assert agrees(made)


def test_an_order_is_replaced_whole():
    made, fan = scene("irv", rank_places=3), make.person()
    a, b, c, d = made.designs
    service.rank(made.contest_id, fan, [c, a], "gallery", make.NOW)
    service.rank(made.contest_id, fan, [c, a], "gallery", make.NOW)
    assert service.rank(made.contest_id, fan, [a, d, c], "gallery", make.NOW).choices == [a, d, c]
    assert votes(fan) == {a: 1, d: 2, c: 3}
    assert count(BallotVersion) == 2
    for order, code in (([a, a], "ranked-twice"), ([a, b, c, d], "too-many-ranked"), ([a, 9**9], "not-in-the-vote")):
        with pytest.raises(Refused, match=code):
            service.rank(made.contest_id, fan, order, "gallery", make.NOW)
    assert service.rank(made.contest_id, fan, [], "gallery", make.NOW).state == "none"
    assert agrees(made)


def test_pairs_are_compared_changed_skipped_and_undone():
    made, fan = scene("bradley-terry"), make.person()
    a, b, c, _d = made.designs
    here, say = made.contest_id, service.compare
    say(here, fan, b, a, b, make.NOW)
    assert say(here, fan, a, b, a, make.NOW).choices == [[a, b, a]]
    say(here, fan, a, c, None, make.NOW)
    assert say(here, fan, c, b, b, make.NOW).trail == [[a, b, a], [a, c, 0], [b, c, b]]
    assert votes(fan) == {a: 1, b: 1, c: 0}
    assert count(BallotVersion) == 3
    assert service.uncompare(here, fan, make.NOW).choices == [[a, b, a]]
    assert service.uncompare(here, fan, make.NOW).trail == [[a, b, a]]
    assert say(here, fan, a, b, None, make.NOW).choices == []
    assert sheet(made, fan).trail == [[a, b, 0]]
    assert service.uncompare(here, fan, make.NOW) == service.uncompare(here, fan, make.NOW)
    for pair, code in (((a, a, a), "bad-pair"), ((a, b, c), "bad-pair")):
        with pytest.raises(Refused, match=code):
            say(here, fan, *pair, make.NOW)
    assert agrees(made)


@pytest.mark.parametrize("method", ["star", "borda", "bradley-terry"])
def test_own_and_hidden_designs_and_other_ways_are_refused(method: str):
    made = scene(method)
    author, others = made.designers[0], made.designs[1]
    act: Callable[[int, int], Any] = {
        "star": lambda design, who: service.rate(design, who, 4, "gallery", make.NOW),
        "borda": lambda design, who: service.rank(made.contest_id, who, [design, others], "gallery", make.NOW),
        "bradley-terry": lambda design, who: service.compare(made.contest_id, who, others, design, design, make.NOW),
    }[method]
    with pytest.raises(Refused, match="own-design"):
        act(made.designs[0], author)
    with pytest.raises(Refused, match="another-way"):
        service.cast(others, author, "gallery", make.NOW)
    hide(made.designs[2])
    with pytest.raises(Refused, match="not-in-the-vote"):
        act(made.designs[2], make.person())
    assert count(Vote) == count(PendingBallot) == 0


@pytest.mark.parametrize("method", ["score", "irv", "bradley-terry"])
def test_a_strangers_ballot_counts_once_with_the_code_and_without_ones_own(method: str):
    made = scene(method)
    a, b, c, _d = made.designs
    here = made.contest_id
    if method == "score":
        for design in (a, b):
            service.rate_pending(design, PHONE, 4, "link", make.NOW)
        left: list[Any] = [[b, 4]]
    elif method == "irv":
        service.rank_pending(here, PHONE, [a, c, b], "link", make.NOW)
        left = [c, b]
    else:
        service.compare_pending(here, PHONE, a, b, a, make.NOW)
        service.compare_pending(here, PHONE, c, b, b, make.NOW)
        left = [[b, c, b]]
    assert sheet(made, None, PHONE).state == "pending"
    author = made.designers[0]
    for _ in range(2):
        assert service.claim(author, PHONE, make.NOW + timedelta(hours=1)) is None
    assert sheet(made, author).choices == left
    assert count(PendingBallot) == 0
    assert count(BallotVersion) == 1
    assert agrees(made)


def test_the_later_word_stands_when_a_browser_is_claimed():
    made, fan = scene("score"), make.person()
    a, b = made.designs[:2]
    service.rate(a, fan, 1, "gallery", make.NOW)
    service.rate_pending(a, PHONE, 5, "link", make.NOW - timedelta(hours=1))
    service.rate_pending(b, PHONE, 2, "link", make.NOW - timedelta(hours=1))
    service.claim(fan, PHONE, make.NOW)
    assert sheet(made, fan).choices == [[a, 1], [b, 2]]
    service.rate_pending(a, PHONE, 5, "link", make.NOW + timedelta(hours=1))
    service.claim(fan, PHONE, make.NOW + timedelta(hours=2))
    assert sheet(made, fan).choices == [[a, 5], [b, 2]]


@pytest.mark.parametrize("method", ["star", "schulze-wv", "bradley-terry"])
def test_many_at_once_and_the_close_leave_books_that_agree(app, method: str):
    made, fans = scene(method), make.people(5)
    a, b, c, d = made.designs
    here, late = made.contest_id, made.closes + timedelta(minutes=1)
    early = made.closes - timedelta(seconds=1)
    of_fan: dict[str, Callable[[int], list[Callable[[], Any]]]] = {
        "star": lambda fan: [
            lambda: service.rate(a, fan, 5, "link", early),
            lambda: service.rate(a, fan, None, "link", early),
            lambda: service.rate(b, fan, 2, "link", early),
            lambda: service.rate(b, fan, 3, "link", early),
        ],
        "schulze-wv": lambda fan: [
            lambda: service.rank(here, fan, [a, b], "link", early),
            lambda: service.rank(here, fan, [], "link", early),
            lambda: service.rank(here, fan, [d, c, a], "link", early),
            lambda: service.rank(here, fan, [b, a], "link", early),
        ],
        "bradley-terry": lambda fan: [
            lambda: service.compare(here, fan, a, b, a, early),
            lambda: service.compare(here, fan, b, a, b, early),
            lambda: service.uncompare(here, fan, early),
            lambda: service.compare(here, fan, c, d, d, early),
        ],
    }
    acts = [act for fan in fans for act in (*of_fan[method](fan), *of_fan[method](fan))]
    round_id = closing.round_to_close(here, "open")
    assert round_id
    acts.insert(2 * len(acts) // 3, lambda: service.close(round_id, late))
    answers = at_once(app, acts)
    assert {each.code for each in answers if isinstance(each, Refused)} <= {"voting-closed-sealed"}
    assert service.close(round_id, late)
    assert agrees(made)
    db.session.rollback()
    assert count(BallotVersion) == sum(db.session.scalars(select(Ballot.version)))
