"""Who hears what of a contest: each group, in words of its part, each person once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from contests import service as contests
from contests.comments import store as comments
from contests.comments.models import Comment
from contests.comments.suggestions.models import Suggestion
from tests.voting import make
from voting import jobs, service, tell
from webapp.accounts import store as accounts
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.notices import kinds
from webapp.notices.models import Notice

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def made(clock) -> make.Scene:
    """A contest in its voting phase, with three designs."""
    clock.at(make.NOW)
    return make.scene(designs=3)


def says(made: make.Scene, design: int = 0, who: int | None = None, state: str = "visible") -> int:
    who = who or make.person()
    with transaction() as session:
        comments.add_comment(
            session,
            submission_id=made.designs[design],
            author_id=who,
            body_md="That moon!",
            state=state,
            created_at=make.NOW,
        )
    return who


def follows(made: make.Scene, who: int | None = None) -> int:
    who = who or make.person()
    with transaction() as session:
        accounts.add_follow(session, made.artist_id, who, make.NOW)
    return who


def heard(kind: str) -> Counter[tuple[int, str]]:
    """Who has a notice of this kind, and in which variant."""
    db.session.rollback()
    rows = db.session.execute(select(Notice.recipient_id, Notice.params).where(Notice.kind == kind))
    return Counter((row.recipient_id, row.params.get(kinds.VARIANT, kind)) for row in rows)


def told(kind: str) -> list[int]:
    return sorted(person for person, _variant in heard(kind).elements())


def words(kind: str, who: int) -> kinds.Words:
    """What the one notice of this kind says to somebody, in English."""
    db.session.rollback()
    params = db.session.scalars(select(Notice.params).where(Notice.recipient_id == who, Notice.kind == kind)).one()
    with force_locale("en"):
        return kinds.words(kind, params)


def pick(made: make.Scene, clock, run_jobs, voters: tuple[int, ...] = (3, 2, 1)) -> list[int]:
    """Count, pick the first design, announce; return the voters."""
    people = make.counted(made, *voters)
    clock.at(made.closes + timedelta(hours=1))
    service.pick(made.contest_id, made.designs[0], made.boss, "It sings.", clock.now)
    clock.advance(minutes=10)
    run_jobs()
    return people


@pytest.mark.ordinarily("sqlite")
def test_designers_hear_of_the_pick_and_the_winner_in_words_of_their_own(made, clock, run_jobs):
    pick(made, clock, run_jobs)
    assert told("you-won") == [made.designers[0]]
    for loser in made.designers[1:]:
        assert heard("winner-announced")[loser, "winner-announced"] == 1
    assert made.designers[0] not in told("winner-announced")


@pytest.mark.ordinarily("sqlite")
def test_commenters_hear_of_the_pick_and_those_on_the_winner_are_reminded_of_it(made, clock, run_jobs):
    on_winner, on_other, unseen = says(made, 0), says(made, 1), says(made, 0, state="hidden")
    pick(made, clock, run_jobs)
    assert heard("winner-announced")[on_winner, "winner-announced-talker"] == 1
    assert heard("winner-announced")[on_other, "winner-announced"] == 1
    assert unseen not in told("winner-announced")


@pytest.mark.ordinarily("sqlite")
def test_voters_hear_of_the_pick_and_those_who_chose_the_winner_are_told_so(made, clock, run_jobs):
    voters = pick(made, clock, run_jobs, (2, 3, 0))
    assert [heard("winner-announced")[voter, "winner-announced-voter"] for voter in voters] == [1, 1, 0]
    assert heard("winner-announced")[voters[2], "winner-announced"] == 1
    db.session.rollback()
    assert words("winner-announced", voters[0]).subject.startswith("The design you voted for has won: “")


@pytest.mark.ordinarily("sqlite")
def test_whose_suggestion_was_taken_up_hears_what_it_was_with_the_winner_once(made, clock, run_jobs):
    helper = says(made, 0)
    with transaction() as session:
        said = session.scalars(select(Comment).where(Comment.author_id == helper)).one()
        said.body_md = "Longer *sleeves*, please"
        fate = {"status": "accepted", "decided_at": make.NOW, "answer": "Yes"}
        session.add(Suggestion(comment_id=said.id, submission_id=made.designs[0], **fate))
    service.cast(made.designs[0], helper, "gallery", make.NOW)
    pick(made, clock, run_jobs)
    assert [name for who, name in heard("winner-announced") if who == helper] == ["winner-announced-helper"]
    assert "You suggested: “Longer sleeves, please”." in words("winner-announced", helper).line


@pytest.mark.ordinarily("sqlite")
def test_a_follower_who_did_nothing_does_not_hear_of_the_pick(made, clock, run_jobs):
    follower = follows(made)
    pick(made, clock, run_jobs)
    assert follower not in told("winner-announced") + told("you-won")


def test_somebody_in_every_group_hears_once_and_gets_one_mail(made, clock, run_jobs):
    busy = made.designers[1]
    says(made, 0, busy), says(made, 1, busy), follows(made, busy)
    service.cast(made.designs[0], busy, "gallery", make.NOW)
    pick(made, clock, run_jobs)
    assert heard("winner-announced")[busy, "winner-announced-voter"] == 1
    assert told("winner-announced").count(busy) == 1
    mails = db.session.scalars(
        select(mail.OutgoingMail.dedupe).where(
            mail.OutgoingMail.recipient_id == busy, mail.OutgoingMail.dedupe.startswith("notice:winner-announced:")
        )
    ).all()
    assert len(mails) == 1


def test_new_dates_reach_those_who_take_part_and_those_who_follow_once(made, clock, run_jobs):
    voter, talker, both, stranger = make.vote(made, 1)[0], says(made), follows(made, says(made)), make.person()
    dates = {"picking_at": made.closes + timedelta(days=1)}
    contests.reschedule(made.contest_id, made.boss, dates, "The printer is ill.", clock.now)
    run_jobs()
    assert told("contest-rescheduled") == sorted([*made.designers, voter, talker, both])
    assert stranger not in told("contest-rescheduled")
    line = words("contest-rescheduled", voter).line
    assert line.endswith("Why: The printer is ill. New: Votes until Thu 4 Mar 2027, 14:00 (Helsinki).")


def test_calling_off_reaches_those_who_take_part_and_those_who_follow_once(made, clock, run_jobs):
    voter, talker, both = make.vote(made, 1)[0], says(made), follows(made, says(made))
    contests.cancel(made.contest_id, made.boss, "The band has split.", clock.now)
    run_jobs()
    tell.contest_cancelled(made.contest_id)
    assert told("contest-cancelled") == sorted([*made.designers, voter, talker, both])


@pytest.fixture
def long(clock) -> make.Scene:
    """A contest whose voting begins at NOW and takes four days, with two hearts to give."""
    clock.at(make.NOW)
    return make.scene(
        designs=3,
        hearts=2,
        voting_at=make.NOW,
        picking_at=make.NOW + timedelta(days=4),
        decide_by=make.NOW + timedelta(days=9),
    )


def test_a_day_before_the_end_those_who_have_not_voted_are_reminded_once(long, clock, run_jobs):
    jobs.open_due()
    follower, stranger = follows(long), make.person()
    done, half = make.person(), make.person()
    for design in long.designs[:2]:
        service.cast(design, done, "gallery", make.NOW)
    service.cast(long.designs[0], half, "gallery", make.NOW)
    clock.at(long.closes - timedelta(days=1, minutes=1))
    run_jobs()
    assert told("voting-ends-soon") == []
    clock.advance(minutes=2)
    run_jobs()
    tell.voting_ends(long.contest_id, "open")
    assert told("voting-ends-soon") == sorted([*long.designers, follower])
    assert not {done, half, stranger} & set(told("voting-ends-soon"))


@pytest.mark.ordinarily("sqlite")
def test_the_reminder_moves_with_the_end(long, clock, run_jobs):
    jobs.open_due()
    contests.reschedule(
        long.contest_id, long.boss, {"picking_at": long.closes + timedelta(days=2)}, "More time.", clock.now
    )
    run_jobs()
    clock.at(long.closes - timedelta(hours=23))
    run_jobs()
    assert told("voting-ends-soon") == []
    clock.advance(days=2)
    run_jobs()
    assert told("voting-ends-soon") == sorted(long.designers)


@pytest.mark.ordinarily("sqlite")
def test_nobody_is_reminded_of_a_contest_that_was_called_off(long, clock, run_jobs):
    jobs.open_due()
    contests.cancel(long.contest_id, long.boss, "The band has split.", clock.now)
    clock.at(long.closes - timedelta(hours=23))
    run_jobs()
    assert told("voting-ends-soon") == []


def test_who_was_told_of_the_opening_within_two_days_is_not_reminded(made, clock, run_jobs):
    clock.at(made.closes - timedelta(hours=47))
    jobs.open_due()
    clock.at(made.closes - timedelta(hours=2))
    run_jobs()
    assert told("voting-ends-soon") == []


@pytest.mark.ordinarily("sqlite")
def test_the_result_is_told_to_finalists_voters_and_everybody_else_who_took_part_once(made, clock, run_jobs):
    talker, follower = says(made), follows(made)
    finalist_who_votes = made.designers[0]
    service.cast(made.designs[1], finalist_who_votes, "gallery", make.NOW)
    voters = make.counted(made, 3, 2, 0)
    clock.at(made.closes + timedelta(hours=1))
    run_jobs()
    assert told("finalist") == sorted(made.designers[:2])
    assert told("result-out") == sorted([*voters, talker, made.designers[2]])
    assert [heard("result-out")[voter, "result-out"] for voter in voters] == [1, 1, 1]
    assert heard("result-out")[talker, "result-out-others"] == 1
    assert follower not in told("finalist") + told("result-out")


@pytest.mark.ordinarily("sqlite")
def test_a_final_is_told_to_all_who_took_part_and_its_result_to_its_finalists_too(clock, run_jobs):
    clock.at(make.NOW)
    made = make.scene(designs=3, final_at=make.NOW + timedelta(days=1), picking_at=make.NOW + timedelta(days=4))
    talker = says(made)
    voters = make.vote(made, 3, 2, 0)
    clock.at(make.NOW + timedelta(days=1, minutes=11))
    jobs.close_due()
    run_jobs()
    assert told("finalist") == sorted(made.designers[:2])
    assert told("final-open") == sorted([*voters, talker, made.designers[2]])
    assert told("result-out") == []
    clock.at(make.NOW + timedelta(days=3, minutes=1))
    run_jobs()
    assert told("voting-ends-soon") == sorted([*voters, talker, *made.designers])
    clock.at(make.NOW + timedelta(days=4, minutes=11))
    jobs.close_due()
    run_jobs()
    assert told("finalist") == sorted(made.designers[:2])
    assert told("result-out") == sorted([*voters, talker, *made.designers])
