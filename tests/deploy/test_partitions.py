"""The SQL that parts votes and ledger by round keeps every promise: what stood stands, and votes go on."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bench.scene import engine_of, fill
from tests.databases import Databases
from voting import jobs, service
from voting.recounting import recount
from webapp.boot.app import create_app
from webapp.infra.db import db
from webapp.infra.settings import Settings
from webapp.kernel.now import now
from webapp.kernel.refusal import Refused

SQL = Path(__file__).resolve().parents[2] / "deploy" / "postgres" / "partition-ballots.sql"


@pytest.mark.timeout(300)
def test_votes_go_on_in_parts(databases: Databases, redis_url: str, tmp_path: Path) -> None:
    address = databases.fresh("postgres")
    engine = engine_of(address)
    scene = fill(engine, people=8, designs=8)
    settings = Settings(data=tmp_path, database_url=address, redis_url=redis_url, secret_key="k" * 40)
    app = create_app(settings)

    def vote(people: list[int], first: int) -> None:
        for person in people:
            for design in scene.design_ids[first : first + 2]:
                service.cast(design, person, "gallery", now())

    with app.app_context():
        vote(scene.people[1:5], 0)
        jobs.fold_open_rounds()
        db.session.remove()
        db.engine.dispose()
        with engine.begin() as connection:
            connection.exec_driver_sql(SQL.read_text())
        vote(scene.people[3:], 2)
        service.withdraw(scene.design_ids[0], scene.people[1], now())
        with pytest.raises(Refused, match="heart"):
            vote(scene.people[3:4], 4)
        jobs.fold_open_rounds()
        (found,) = recount(None)
        assert not found.differences, found
        db.session.remove()
        db.engine.dispose()
    with engine.begin() as connection:
        count = connection.execute(text("SELECT count(*) FROM votes_of_others")).scalar_one()
        parts = {row[0] for row in connection.execute(text("SELECT relname FROM pg_class WHERE relkind = 'p'"))}
    assert (count, parts) == (4 * 2 - 1 + 5 * 2 + 1, {"votes", "ballot_versions"})
    names = "round_id, voter_id, submission_id, revision_id, state, value, via, received_at, at"
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(f"INSERT INTO votes ({names}) SELECT {names} FROM votes LIMIT 1"))
    engine.dispose()
