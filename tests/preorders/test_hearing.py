"""Who hears when a drop opens and when a parcel leaves: each group, in words of its part, each person once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from contests.comments import store as comments
from contests.submissions.models import Revision, Submission
from preorders import jobs, service
from preorders.shipping import queries as shipping
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from voting.models import Ballot, Round, Vote
from webapp.accounts import store as accounts
from webapp.infra.db import db, transaction
from webapp.notices import kinds
from webapp.notices.models import Notice

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def story(clock: Any) -> make.Story:
    """A decided contest."""
    clock.at(NOW)
    return make.story()


@pytest.fixture
def opens(story: make.Story, run_jobs: Callable[..., int]) -> Callable[[], int]:
    """Call it to open the drop of the winner, and let everybody be told twice; returns its id."""

    def go() -> int:
        drop_id = make.drop(
            told=story,
            contest_id=story.contest_id,
            submission_id=story.submission_id,
            pick_id=story.pick_id,
            opens_at=NOW,
        )
        jobs.open_due()
        run_jobs()
        jobs.tell_opened(drop_id)
        return drop_id

    return go


def other_design(story: make.Story, author: int) -> int:
    with transaction() as session:
        row = Submission(
            contest_id=story.contest_id,
            author_id=author,
            code="AAAAA",
            title="Owl",
            alt="An owl",
            state="approved",
            rights_hash="x",
            created_at=NOW,
            submitted_at=NOW,
        )
        session.add(row)
        session.flush()
        return row.id


def says(submission_id: int, who: int) -> int:
    with transaction() as session:
        values = {"submission_id": submission_id, "author_id": who, "body_md": "That moon!"}
        comments.add_comment(session, **values, state="visible", created_at=NOW)
    return who


def votes(story: make.Story, submission_id: int, who: int) -> int:
    with transaction() as session:
        poll = session.scalar(select(Round)) or Round(contest_id=story.contest_id, kind="open", budget=5)
        session.add(poll)
        session.flush()
        revision_id = session.scalars(select(Revision.id)).first()
        chosen = {"submission_id": submission_id, "revision_id": revision_id, "received_at": NOW, "at": NOW}
        session.add_all(
            [Ballot(round_id=poll.id, voter_id=who, spent=1), Vote(round_id=poll.id, voter_id=who, **chosen)]
        )
    return who


def follows(story: make.Story, who: int) -> int:
    with transaction() as session:
        accounts.add_follow(session, story.artist_id, who, NOW)
    return who


def heard(kind: str = "drop-opened") -> Counter[tuple[int, str]]:
    """Who has a notice of this kind, and in which variant."""
    db.session.rollback()
    rows = db.session.execute(select(Notice.recipient_id, Notice.params).where(Notice.kind == kind))
    return Counter((row.recipient_id, row.params.get(kinds.VARIANT, kind)) for row in rows)


def words(kind: str, who: int) -> kinds.Words:
    db.session.rollback()
    params = db.session.scalars(select(Notice.params).where(Notice.recipient_id == who, Notice.kind == kind)).one()
    with force_locale("en"):
        return kinds.words(kind, params)


def test_the_winner_s_author_hears_of_their_own_drop(story: make.Story, opens: Callable[[], int]) -> None:
    opens()
    assert heard() == {(story.designer_id, "drop-opened-author"): 1}
    line = words("drop-opened", story.designer_id).line
    assert "can be preordered now, until Sun 28 Mar 2027, 15:00 (Helsinki)." in line


def test_designers_who_did_not_win_hear(story: make.Story, opens: Callable[[], int]) -> None:
    loser = make.person()
    other_design(story, loser)
    opens()
    assert heard()[loser, "drop-opened"] == 1


def test_voters_hear_that_what_they_chose_can_be_ordered(story: make.Story, opens: Callable[[], int]) -> None:
    owl = other_design(story, make.person())
    chose, chose_another = votes(story, story.submission_id, make.person()), votes(story, owl, make.person())
    opens()
    assert heard()[chose, "drop-opened-voter"] == 1
    assert heard()[chose_another, "drop-opened"] == 1
    assert words("drop-opened", chose).subject == "The design you voted for can be preordered: Tour tee"


def test_commenters_hear_that_what_they_talked_about_can_be_ordered(
    story: make.Story, opens: Callable[[], int]
) -> None:
    owl = other_design(story, make.person())
    talked, talked_elsewhere = says(story.submission_id, make.person()), says(owl, make.person())
    opens()
    assert heard()[talked, "drop-opened-talker"] == 1
    assert heard()[talked_elsewhere, "drop-opened"] == 1


def test_followers_hear_and_strangers_do_not(story: make.Story, opens: Callable[[], int]) -> None:
    follower, stranger = follows(story, make.person()), make.person()
    opens()
    assert heard()[follower, "drop-opened"] == 1
    assert stranger not in {person for person, _variant in heard()}


def test_somebody_in_every_group_hears_once(story: make.Story, opens: Callable[[], int]) -> None:
    busy = make.person()
    other_design(story, busy)
    says(story.submission_id, votes(story, story.submission_id, follows(story, busy)))
    follows(story, story.designer_id)
    opens()
    assert heard() == {(busy, "drop-opened-voter"): 1, (story.designer_id, "drop-opened-author"): 1}


def test_who_ordered_hears_what_until_when_and_how_it_left_once(
    story: make.Story, run_jobs: Callable[..., int], clock: Any
) -> None:
    drop_id = make.drop(told=story)
    with_number, without = make.person(), make.person()
    orders = [
        service.place(drop_id, fan, [make.tee(drop_id, quantity=2)], HOME, "a-first-key", NOW)
        for fan in (with_number, without)
    ]
    run_jobs()
    assert words("preorder-placed", without).line == (
        "We keep this for you: 2 × Tour tee, M, Black: €59.80; total: €59.80."
        " You can change or cancel it until Sun 28 Mar 2027, 15:00 (Helsinki)."
    )
    service.lock(drop_id, story.staff_id, NOW)
    service.produce(drop_id, story.staff_id, NOW)
    service.ship(drop_id, story.staff_id, [orders[0].id], "JJFI 1234", NOW)
    service.ship(drop_id, story.staff_id, None, "", NOW + timedelta(hours=1))
    run_jobs()
    [parcel] = shipping.of_order(db.session(), orders[0].id)
    db.session.rollback()
    jobs.tell_shipped(orders[0].id, parcel.id)
    assert heard("order-shipped") == {(with_number, "order-shipped"): 1, (without, "order-shipped"): 1}
    assert words("order-shipped", with_number).line == "It left us today. Its tracking number is JJFI 1234."
    assert words("order-shipped", without).line == "It left us today."
