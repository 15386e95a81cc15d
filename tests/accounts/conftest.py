"""People and artists for tests of accounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def person(app: Flask) -> Callable[..., int]:
    """`person("aino@example.org", display_name=…)` makes an account and returns its id."""
    from webapp.accounts import store
    from webapp.infra.db import transaction

    def make(email: str = "aino@example.org", name: str = "", **fields: Any) -> int:
        with transaction() as session:
            return store.add_person(session, email, name, NOW, **fields)

    return make


@pytest.fixture
def artist(app: Flask) -> Callable[..., int]:
    """`artist("aino")` makes an artist of that address and returns the id."""
    from webapp.accounts import store
    from webapp.infra.db import transaction

    def make(slug: str = "aino-lind", name: str = "Aino Lind") -> int:
        with transaction() as session:
            return store.add_artist(session, slug, name, NOW)

    return make


@pytest.fixture
def member(app: Flask) -> Callable[..., None]:
    """`member(artist_id, person_id, "moderator")` gives a role."""
    from webapp.accounts import store
    from webapp.infra.db import transaction

    def make(artist_id: int, person_id: int, role: str = "artist") -> None:
        with transaction() as session:
            store.add_member(session, artist_id, person_id, role, NOW)

    return make


@pytest.fixture
def last_code(app: Flask) -> Callable[[str], str]:
    """`last_code("aino@example.org")` reads the newest code that waits to be mailed there."""

    def read(address: str) -> str:
        from tests.web import end_reading
        from webapp.infra.db import db
        from webapp.infra.mail import OutgoingMail

        end_reading()
        query = select(OutgoingMail.params).where(OutgoingMail.address == address, OutgoingMail.kind == "code")
        return re.sub(r"\D", "", db.session.scalars(query.order_by(OutgoingMail.id.desc())).first()["code"])

    return read
