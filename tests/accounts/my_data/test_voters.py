"""A third of a contest's voters has itself erased after the close: what was published stays, to the byte."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from tests.voting import make
from tests.web import end_reading
from voting import recounting
from voting.bundle import making
from voting.models import Vote
from webapp.accounts.models import Person
from webapp.accounts.my_data import jobs, queries, service
from webapp.infra.db import db
from webapp.infra.storage import storage


@pytest.mark.one_db
def test_a_counted_result_outlives_the_accounts_of_a_third_of_its_voters(app: Any, client: Any, clock: Any) -> None:
    clock.at(make.NOW)
    made = make.scene(designs=3)
    voters = make.counted(made, 20, 13, 6)
    digest = making.make(made.contest_id, "seal", make.NOW)
    assert digest
    clock.at(make.NOW.replace(day=4))
    told = [f"/api/v1/contests/{made.slug}/result", f"/c/{made.slug}/result", f"/c/{made.slug}/results.zip"]
    before = [client.get(each) for each in told]
    assert [each.status_code for each in before] == [200, 200, 200]
    file = storage().get(making.key(digest))
    leaving = voters[::3][:6]
    assert len(leaving) == len(voters) * 3 // 10

    for each in leaving:
        service.ask_erasure(each, clock.now)
        end_reading()
        found = queries.latest(db.session(), each, "erase")
        assert found
        clock.advance(minutes=1)
        assert jobs.work(found.id)

    end_reading()
    gone = select(func.count(Person.id)).where(
        Person.id.in_(leaving), Person.email.is_(None), Person.display_name == ""
    )
    assert db.session.scalar(gone) == len(leaving)
    assert db.session.scalar(select(func.count(Vote.id))) == 39, "not one counted vote is lost"
    after = [client.get(each) for each in told]
    assert after[0].json == before[0].json
    assert after[2].data == before[2].data
    assert storage().get(making.key(digest)) == file
    assert [fault for each in recounting.recount(made.contest_id) for fault in each.differences] == []
    for place, votes in zip(made.designs, (20, 13, 6), strict=True):
        row = db.session.scalar(select(func.count(Vote.id)).where(Vote.submission_id == place))
        assert row == votes
