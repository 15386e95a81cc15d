"""The browser's clock is kept for who has none, at the moment of signing in."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from webapp.accounts import store, zones
from webapp.accounts.models import Person
from webapp.infra.db import db, transaction

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.one_db
@pytest.mark.parametrize(
    ("own", "cookie", "kept"),
    [
        ("", "Europe%2FHelsinki", "Europe/Helsinki"),
        ("Asia/Tokyo", "Europe%2FHelsinki", "Asia/Tokyo"),
        ("", "UTC", ""),
        ("", "Etc%2FGMT-3", ""),
        ("", "..%2F..%2Fetc%2Fpasswd", ""),
        ("", "%ff%00", ""),
    ],
)
def test_the_clock_of_the_browser_is_kept_for_who_has_chosen_none(app, own, cookie, kept):
    with transaction() as session:
        aino = store.add_person(session, "aino@example.org", "Aino", NOW, timezone=own)
    with app.test_request_context(headers={"Cookie": f"zone={cookie}"}):
        assert zones.learn(aino, "device", NOW) is None
    assert db.session.scalars(select(Person.timezone).where(Person.id == aino)).one() == kept
