"""The licence of young finalists: asked when they become one, needed for the pick, withdrawn until it is public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.voting import make
from tests.web import sign_in_as
from voting import guarded, picks_queries, service
from webapp.accounts.guardians import queries as asked
from webapp.accounts.guardians import service as guardians
from webapp.accounts.models import Person
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.kernel.refusal import Refused
from webapp.notices.models import Notice

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def made(clock: Any, run_jobs: Any) -> make.Scene:
    """A contest that is counted; its best finalist's maker is 16 or 17, the second is of age."""
    clock.at(make.NOW)
    scene = make.scene(designs=0, shortlist_size=2)
    make.design(scene, make.person("Iiris", age_band="16-17", country="FI"))
    make.design(scene, make.person("Olga", age_band="18+"))
    make.counted(scene, 3, 2)
    clock.at(scene.closes + timedelta(hours=1))
    run_jobs("outbox")
    return scene


def request(made: make.Scene) -> asked.RequestRow:
    db.session.rollback()
    found = asked.request_of(db.session(), "licence", made.designs[0])
    assert found
    return found


def say(made: make.Scene, said: str, now: Any) -> None:
    mail = select(OutgoingMail.params).where(OutgoingMail.kind == "guardian").order_by(OutgoingMail.id.desc())
    path = db.session.scalars(mail).first()
    db.session.rollback()
    assert path
    guardians.answer(path["path"].rpartition("/")[2], request(made).id, said, now)


def pick(made: make.Scene, now: Any, which: int = 0) -> int:
    return service.pick(made.contest_id, made.designs[which], made.boss, "It sings.", now)


def refusal(made: make.Scene, now: Any) -> str:
    with pytest.raises(Refused) as refused:
        pick(made, now)
    return refused.value.code


def told(person_id: int) -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(Notice.kind).where(Notice.recipient_id == person_id)))


def test_it_can_be_picked_once_a_guardian_agreed_to_the_licence(
    made: make.Scene, clock: Any, client: Any, run_jobs: Any
) -> None:
    fan = made.designers[0]
    assert request(made).state == "pending" and "licence-needs-guardian" in told(fan)
    assert asked.requests(db.session(), made.designers[1]) == []  # of age
    assert guarded.ask_missing() == 0
    assert refusal(made, clock.now) == "licence-waits"
    sign_in_as(client, made.boss)
    desk = f"/team/{made.artist_slug}/contests/{made.contest_id}/pick"
    page = client.get(desk).text
    assert "Licence waits for a guardian" in page
    assert [client.get(f"{desk}/{code}").status_code for code in made.codes] == [409, 200]
    guardians.name(fan, "parent@example.org", clock.now)
    say(made, "agreed", clock.now)
    assert "licence-agreed" in told(fan) and "Licence waits" not in client.get(desk).text
    pick(made, clock.now)
    clock.advance(minutes=11)
    run_jobs("outbox")  # the mail with the link stays unsent, and readable here
    assert picks_queries.winner(db.session(), made.contest_id) == made.designs[0]
    with pytest.raises(Refused) as late:
        say(made, "withdrawn", clock.now)
    assert late.value.code == "too-late" and request(made).state == "agreed"


@pytest.mark.ordinarily("sqlite")
def test_withdrawn_before_it_is_public_the_pick_falls_and_the_votes_stay(
    made: make.Scene, clock: Any, run_jobs: Any
) -> None:
    guardians.name(made.designers[0], "parent@example.org", clock.now)
    say(made, "agreed", clock.now)
    pick(made, clock.now)
    say(made, "withdrawn", clock.now)
    clock.advance(minutes=11)
    run_jobs()
    db.session.rollback()
    assert picks_queries.winner(db.session(), made.contest_id) is None
    assert refusal(made, clock.now) == "licence-refused"
    assert "licence-refused" in told(made.designers[0])
    assert [row.votes for row in picks_queries.finalists(db.session(), made.contest_id)] == [3, 2]
    pick(made, clock.now, which=1)


def test_come_of_age_they_agree_themselves(made: make.Scene, clock: Any) -> None:
    fan = made.designers[0]
    with transaction() as session:
        session.get_one(Person, fan).age_band = "18+"
    assert refusal(made, clock.now) == "licence-waits"  # it was asked, and nobody has answered
    guardians.own_answer(fan, request(made).id, True, clock.now)
    assert request(made).state == "agreed"
    pick(made, clock.now)
