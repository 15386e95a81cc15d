"""What the house tests need: somebody without a role, and an artist with a team."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from webapp.accounts.models import Artist, Person
from webapp.infra.db import transaction

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def a_person(app: Flask) -> int:
    """A fan without any role."""
    with transaction() as session:
        person = Person(email="fan@example.org", display_name="Fan", age_band="18+", created_at=AT)
        session.add(person)
        session.flush()
        return person.id


@pytest.fixture
def an_artist(app: Flask) -> str:
    """An artist's slug."""
    with transaction() as session:
        session.add(Artist(slug="somebody", name="Somebody", created_at=AT))
    return "somebody"
