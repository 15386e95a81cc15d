"""What was seen is counted in Redis and written down once."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import func, select

from contests.models import Contest
from contests.submissions.models import Submission
from webapp.accounts.models import Artist, Person
from webapp.infra import queue
from webapp.infra.aside import FLUSHING
from webapp.infra.db import db, transaction
from webapp.insights import queries, seen
from webapp.insights.models import ContestVisitor

AT = datetime(2026, 5, 1, tzinfo=UTC)


def _contest() -> tuple[int, int, int]:
    with transaction() as session:
        person = Person(email="a@example.org", created_at=AT)
        artist = Artist(slug="a", name="A", created_at=AT)
        session.add_all([person, artist])
        session.flush()
        contest = Contest(
            artist_id=artist.id, slug="c", title="C", preset="tee", rights={}, timezone="UTC",
            seed="s", seed_hash="h", created_at=AT, created_by=person.id,
        )  # fmt: skip
        session.add(contest)
        session.flush()
        design = Submission(contest_id=contest.id, author_id=person.id, code="AAAAA", created_at=AT)
        session.add(design)
        session.flush()
        return contest.id, design.id, person.id


def test_visits_are_flushed_once(app: Flask) -> None:
    contest_id, _design_id, person_id = _contest()
    for device in ("one", "two", "one"):
        seen.saw(contest_id, device, None)
    seen.saw(contest_id, "three", person_id)
    seen.flush()
    seen.flush()
    assert db.session.scalar(select(func.count()).select_from(ContestVisitor)) == 3


def test_a_flush_that_died_half_way_is_taken_up(app: Flask) -> None:
    contest_id, _design_id, _ = _contest()
    seen.saw(contest_id, "one", None)
    queue.connection().rename(seen.VISITORS, seen.VISITORS + FLUSHING)  # it died here
    seen.flush()
    assert db.session.scalar(select(func.count()).select_from(ContestVisitor)) == 1


def test_small_groups_are_hidden_in_the_funnel(app: Flask) -> None:
    contest_id, _design, person_id = _contest()
    for device in range(7):
        seen.saw(contest_id, str(device), None)
    seen.saw(contest_id, "x", person_id)
    seen.flush()
    steps = {step.name: step.count for step in queries.funnel(db.session, contest_id)}
    assert steps == {
        "visitors": 8, "registered": None, "commented": 0, "voted": 0, "submitted": 0, "preordered": 0,
    }  # fmt: skip
