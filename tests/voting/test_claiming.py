"""Hearts of strangers: kept, confirmed, chosen from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.voting import make
from voting import closing, queries, recounting, results, service
from voting.models import PendingVote, Vote
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import Refused

pytestmark = pytest.mark.usefixtures("app")
PHONE, LAPTOP = "a" * 32, "b" * 32
LATER = make.NOW + timedelta(hours=3)


def hearts(made: make.Scene, person: int | None, device: str = PHONE) -> queries.Hearts:
    db.session.rollback()
    return queries.standing(db.session(), made.contest_id, person, device)


def agree(made: make.Scene) -> bool:
    return all(not each.differences for each in recounting.recount(made.contest_id))


@pytest.mark.ordinarily("sqlite")
def test_a_pending_vote_is_kept_and_not_counted():
    made = make.scene()
    assert service.cast_pending(made.designs[0], PHONE, "link", make.NOW) == service.Standing("pending", 4, 5)
    assert service.cast_pending(made.designs[0], PHONE, "link", make.NOW).left == 4
    assert hearts(made, None).pending == {made.designs[0]}
    round_id = closing.round_to_close(made.contest_id, "open")
    assert service.close(round_id, made.closes + timedelta(minutes=11))
    assert results.result(db.session(), made.contest_id).votes == 0


@pytest.mark.ordinarily("sqlite")
def test_signing_in_makes_them_count_with_the_moment_they_were_received():
    made, fan = make.scene(), make.person()
    for design in made.designs[:2]:
        service.cast_pending(design, PHONE, "link", make.NOW)
    assert service.claim(fan, PHONE, LATER) is None
    assert service.claim(fan, PHONE, LATER) is None
    assert hearts(made, fan) == queries.Hearts(frozenset(made.designs[:2]), frozenset(), 3, 5)
    assert set(db.session.scalars(select(Vote.received_at))) == {make.NOW}
    assert agree(made)


def test_two_devices_above_the_budget_lose_nothing_and_the_fan_chooses():
    made, fan = make.scene(designs=4, hearts=2), make.person()
    for device, designs in ((PHONE, made.designs[:2]), (LAPTOP, made.designs[2:])):
        for design in designs:
            service.cast_pending(design, device, "gallery", make.NOW)
    assert service.claim(fan, PHONE, LATER) is None
    assert service.claim(fan, LAPTOP, LATER) == f"/c/{made.slug}/ballot"
    assert hearts(made, fan) == queries.Hearts(frozenset(made.designs[:2]), frozenset(made.designs[2:]), 0, 2)
    keep = [made.designs[1], made.designs[3]]
    with pytest.raises(Refused, match="too-many-kept"):
        service.choose(made.contest_id, fan, made.designs[:3], LATER)
    service.choose(made.contest_id, fan, keep, LATER)
    assert hearts(made, fan) == queries.Hearts(frozenset(keep), frozenset(), 0, 2)
    assert agree(made)


def test_hearts_that_wait_for_a_choice_are_not_the_next_persons():
    made, fan, other = make.scene(hearts=1), make.person(), make.person()
    service.cast(made.designs[0], fan, "gallery", make.NOW)
    service.cast_pending(made.designs[1], PHONE, "gallery", make.NOW)
    assert service.claim(fan, PHONE, LATER)
    assert hearts(made, None).pending == frozenset()
    assert service.claim(other, PHONE, LATER) is None
    assert hearts(made, other).voted == frozenset()


def test_own_and_hidden_designs_never_begin_to_count():
    from contests.submissions.models import Submission

    made = make.scene()
    for design in made.designs:
        service.cast_pending(design, PHONE, "gallery", make.NOW)
    with transaction() as session:
        session.execute(update(Submission).where(Submission.id == made.designs[1]).values(state="hidden"))
    service.claim(made.designers[0], PHONE, LATER)
    assert hearts(made, made.designers[0]).voted == {made.designs[2]}


@pytest.mark.ordinarily("sqlite")
def test_the_code_may_come_within_the_grace_the_vote_may_not():
    made, fan, late = make.scene(), make.person(), make.person()
    service.cast_pending(made.designs[0], PHONE, "gallery", make.NOW)
    service.cast_pending(made.designs[1], LAPTOP, "gallery", make.NOW)
    round_id = closing.round_to_close(made.contest_id, "open")
    assert not service.close(round_id, made.closes + timedelta(minutes=9))
    with pytest.raises(Refused, match="voting-closed"):
        service.cast_pending(made.designs[2], PHONE, "gallery", made.closes)
    service.claim(fan, PHONE, made.closes + timedelta(minutes=9))
    assert hearts(made, fan).voted == {made.designs[0]}
    service.claim(late, LAPTOP, made.closes + timedelta(minutes=10))
    assert hearts(made, late).voted == frozenset()
    assert service.close(round_id, made.closes + timedelta(minutes=10))
    assert results.result(db.session(), made.contest_id).votes == 1


def test_strangers_have_a_budget_and_may_take_hearts_back():
    made = make.scene(hearts=1)
    service.cast_pending(made.designs[0], PHONE, "gallery", make.NOW)
    with pytest.raises(Refused, match="no-hearts-left"):
        service.cast_pending(made.designs[1], PHONE, "gallery", make.NOW)
    assert service.withdraw_pending(made.designs[0], PHONE, make.NOW).left == 1
    assert db.session.scalar(select(func.count()).select_from(PendingVote)) == 0
