"""Many clients at once across a close, on real web processes; and more requests than the database has places."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from bench.storm import storm
from tests.faults.counts import FULL, Counted, must_fail
from tests.web import Client
from webapp.infra.db import db


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"] if FULL else ["sqlite"])  # else test_changes.py has the other
def test_votes_crossing_the_close_agree_afterwards(
    kind: str,
    tmp_path: Path,
    redis_url: str,
    times: Callable[[int, int], int],
    request: pytest.FixtureRequest,
    counted: Counted,
) -> None:
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("this database was not asked for")
    found = storm(kind, tmp_path, redis_url, clients=times(16, 300), acts=times(3, 6))
    answers, clients = found.answers, times(16, 300)
    assert answers["counted"] and answers["none"]
    assert answers["voting-closed"] + answers["voting-closed-sealed"] >= clients
    assert found.ballots == clients / 2, "each fan sat before two browsers, and has one ballot"
    counted(clients=clients, answers=answers.total(), ballots=found.ballots)


def asked_to_come_again(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every place at the database; a page and the API say when to come again."""
    db.session.remove()
    monkeypatch.setattr(db.engine.pool, "_timeout", 0.05)
    places = app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    with ExitStack() as held:
        for _ in range(places["pool_size"] + places["max_overflow"]):
            held.enter_context(db.engine.connect())
        page = client.get("/")
        assert page.status_code == 503, page.status_code
        assert page.headers["Retry-After"] == "10"
        answer = client.get("/api/v1/contests")
        assert answer.status_code == 503
        assert answer.get_json()["code"] == "database-away"
    assert client.get("/").status_code == 200


def test_without_a_place_at_the_database_people_are_asked_to_come_again(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_to_come_again(app, client, monkeypatch)


@pytest.mark.one_db
def test_without_a_place_control(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the handler for a database that is away, its refusal would be an error of ours."""
    handlers = app.error_handler_spec[None][None]
    away = {kind: act for kind, act in handlers.items() if act.__name__ != "_database_away"}
    assert len(away) < len(handlers)
    monkeypatch.setitem(app.error_handler_spec[None], None, away)
    with must_fail("500"):
        asked_to_come_again(app, client, monkeypatch)
