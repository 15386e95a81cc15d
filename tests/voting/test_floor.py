"""The bench's floor sends the database what the product sends for a vote, and nothing else."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from tests.voting import make
from tests.web import Client, sign_in_as
from voting import polls
from webapp.accounts.login import hash_of, open_session
from webapp.infra.db import db, transaction
from webapp.kernel import now as clock


@pytest.fixture
def at_the_vote() -> Iterator[None]:
    clock.set_for_tests(make.NOW)
    yield
    clock.set_for_tests(None)


@pytest.mark.usefixtures("at_the_vote", "rate_limits")
def test_a_vote_and_its_floor_send_the_same(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made, ours, theirs = make.scene(), make.person(), make.person()
    with transaction() as session:
        polls.ensure(session, polls.of_contest(session, made.contest_id), "open")
        token = open_session(session, theirs, "")
    sign_in_as(client, ours)
    monkeypatch.setenv("FLOOR_DATABASE", db.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("FLOOR_CONTEST", str(made.contest_id))
    floor = importlib.reload(importlib.import_module("bench.floor_app"))
    with _sent(db.engine) as product:
        assert client.post(f"/D/{made.codes[0]}/vote", headers={"Accept": "application/json"}).status_code == 200
    with _sent(floor.engine) as bare:
        assert floor.app.test_client().post(f"/vote/{hash_of(token)}/{made.codes[1]}").text == "ok"
    floor.engine.dispose()
    assert bare == product
    assert product.count("COMMIT") == 1
    assert sum(each.startswith("INSERT INTO ballot_versions") for each in product) == 1


@contextmanager
def _sent(engine: Engine) -> Iterator[list[str]]:
    """Collect statements, and the commits that end them."""
    found: list[str] = []

    def statement(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        found.append(re.sub(r"\s+", " ", text))

    def commit(_connection: Any) -> None:
        found.append("COMMIT")

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)
