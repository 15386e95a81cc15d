"""Who is signed in is told that the database is away, as everybody is: the page's language is not asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from webapp.accounts.models import Person
from webapp.infra.db import db, transaction
from webapp.kernel.now import now


@pytest.fixture
def away(app: Flask) -> Iterator[Any]:
    """Call it, and no connection can be made any more."""
    engine = db.engine

    def refuse(dialect: Any, *_rest: Any) -> None:
        raise dialect.loaded_dbapi.OperationalError("the server is away")

    def go() -> None:
        db.session.remove()
        engine.dispose()
        event.listen(engine, "do_connect", refuse)

    yield go
    if event.contains(engine, "do_connect", refuse):
        event.remove(engine, "do_connect", refuse)


@pytest.mark.parametrize("language", ["en", "fi"])
def test_who_is_signed_in_reads_that_the_database_is_away(client: Any, sign_in: Any, away: Any, language: str) -> None:
    with transaction() as session:
        person = Person(email="fan@example.org", display_name="Fan", created_at=now())
        session.add(person)
        session.flush()
        person_id = person.id
    sign_in(client, person_id)
    assert client.get("/settings").status_code == 200
    away()
    for path in ("/settings", "/"):
        answer = client.get(path, headers={"Accept-Language": language})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10"), path
        assert f'<html lang="{language}"' in answer.text
    answer = client.post("/D/00000/vote", data={"wish": "cast"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (503, "database-away")
