"""A result leads on: to being told, to the drop, to nothing."""

import pytest
from flask import Flask

from preorders import after_pick
from preorders.models import Drop
from tests.preorders import make
from tests.preorders.make import DAY, NOW
from voting import what_next
from webapp.infra.db import db, transaction


@pytest.mark.one_db
def test_the_result_leads_to_the_drop_as_it_stands(app: Flask) -> None:
    told = make.story()

    def leads() -> tuple[str, str, bool] | None:
        with app.test_request_context():
            found = what_next.of_contest(db.session(), told.contest_id, NOW)
        db.session.rollback()
        return (found.url, found.button, found.loud) if found else None

    assert leads() is None
    drop_id = make.drop(told=told, contest_id=told.contest_id, published_at=None)
    assert leads() == ("/a/night-line", "Tell me when it opens", False)

    def at(**dates: object) -> None:
        with transaction() as session:
            drop = session.get_one(Drop, drop_id)
            for name, value in dates.items():
                setattr(drop, name, value)

    at(published_at=NOW - DAY, opens_at=NOW + DAY)
    assert leads() == ("/drops/tour-tee", "See the drop", False)
    at(opens_at=NOW - DAY)
    assert leads() == ("/drops/tour-tee", "Preorder", True)
    at(locked_at=NOW)
    assert leads() == ("/drops/tour-tee", "See the drop", False)
    at(cancelled_at=NOW, cancel_reason="x")
    assert leads() is None
    assert after_pick.following in what_next.SOURCES
