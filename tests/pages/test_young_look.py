"""What a young fan and their guardian see, in a real browser: no fault of accessibility, nothing wider than a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.contests.submissions.stage import another_fan, design, sent_in, set_up
from tests.pictures import png
from tests.voting import make
from tests.voting.test_look import address, faults
from webapp.accounts.guardians import queries as asked
from webapp.accounts.guardians import service as guardians
from webapp.accounts.models import Person
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail

pytestmark = pytest.mark.one_db
__all__ = ["address"]
PARENT = "parent@example.org"


def link() -> str:
    mail = select(OutgoingMail.params).where(OutgoingMail.kind == "guardian").order_by(OutgoingMail.id.desc())
    return str(db.session.scalars(mail).first()["path"])  # type: ignore[index]


def test_every_page_of_the_young_is_accessible_in_both_themes(
    address: str, browser: Any, axe: Any, client: Any, sign_in: Any, clock: Any, run_jobs: Any
) -> None:
    def look(*paths: str) -> list[str]:
        return [each for path in paths for each in faults(browser, axe, client, address, path)]

    stage = set_up(clock.now)
    fan = another_fan(stage.now, age_band="13-15", country=None, age_told_at=clock.now)
    waits = sent_in(stage, author=fan)
    run_jobs("outbox", "pictures")
    sign_in(client, fan)
    draft = f"/designs/{design(waits).code}/draft"
    seen = look("/age/country", draft, "/mine", "/settings/guardian")
    guardians.name(fan, PARENT, clock.now)
    second = sent_in(stage, png(80, 90), author=fan)
    run_jobs("outbox")
    path = link()
    said = asked.request_of(db.session(), "submit", second)
    assert said
    guardians.answer(path.rpartition("/")[2], said.id, "agreed", clock.now)
    seen += look(path, draft)
    sign_in(client, stage.moderator)
    seen += look(f"/D/{design(waits).code}")
    with transaction() as session:
        session.get_one(Person, fan).age_told_at = clock.now - timedelta(days=2000)
    sign_in(client, fan)
    seen += look("/age/again")
    with transaction() as session:
        session.get_one(Person, fan).age_band = "18+"
    seen += look("/settings/guardian")
    assert seen == []


def test_the_pick_desk_says_what_waits_for_a_licence(
    address: str, browser: Any, axe: Any, client: Any, sign_in: Any, clock: Any, run_jobs: Any
) -> None:
    clock.at(make.NOW)
    made = make.scene(designs=1, shortlist_size=2)
    make.design(made, make.person("Iiris", age_band="16-17"))
    make.counted(made, 2, 3)
    clock.at(made.closes + timedelta(hours=1))
    run_jobs("outbox")
    sign_in(client, made.boss)
    desk = f"/team/{made.artist_slug}/contests/{made.contest_id}/pick"
    assert faults(browser, axe, client, address, desk) == []
