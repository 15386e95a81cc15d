"""The same texts through the JSON API: what goes in as JSON comes out as the same JSON."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from contests.comments.models import Comment
from tests.hostile import placing, sample, site
from tests.pages.make import NOW
from webapp.accounts import tokens
from webapp.accounts.tokens import SCOPES
from webapp.infra.db import db, transaction

pytestmark = [pytest.mark.one_db, pytest.mark.timeout(400)]
READ = (
    "/contests",
    "/contests/v",
    "/contests/v/designs",
    "/designs/V0000",
    "/designs/V0000/comments",
    "/contests/v/questions",
    "/drops",
    "/drops/drop",
    "/artists/band/moderation",
)
LONGEST = 2000


def test_what_goes_in_comes_out(app: Flask, client: Any, clock: Any) -> None:
    clock.at(NOW)
    made = site.grown()
    headers = {"Authorization": f"Bearer {tokens.create(made.me, 'test', list(SCOPES), NOW)}"}
    texts = [text for text in sample.some(40, seed=8) if len(text) <= LONGEST]
    sent = set()
    for text in texts:
        clock.advance(minutes=5)  # who says too much at once is stopped
        answer = client.post("/api/v1/designs/V0000/comments", json={"body": text}, headers=headers)
        if answer.status_code == 201:
            sent.add(text.strip())
            assert answer.json["body"] == text.strip(), repr(text)
        else:
            assert answer.status_code in (409, 422), (text, answer.text)
            assert answer.json["detail"] or answer.json["errors"]
    assert len(sent) > len(texts) // 2
    assert sent <= set(db.session.scalars(select(Comment.body_md)))


def test_what_the_api_says_is_what_was_typed(app: Flask, client: Any, clock: Any) -> None:
    clock.at(NOW)
    made = site.grown()
    headers = {"Authorization": f"Bearer {tokens.create(made.me, 'test', list(SCOPES), NOW)}"}
    with transaction() as session:
        cells = placing.places(session)
        harmless = placing.fill(session, cells, placing.words())
    before = {path: client.get(f"/api/v1{path}", headers=headers).json for path in READ}
    with transaction() as session:
        hostile = placing.fill(session, cells, placing.hostile(seed=2))
    said = {harmless[cell]: hostile[cell] for cell in cells}
    found: set[str] = set()
    for path, old in before.items():
        answer = client.get(f"/api/v1{path}", headers=headers)
        assert answer.mimetype == "application/json" and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.json == _with(old, said, found), path
    assert len(found) > 20


def _with(value: Any, said: dict[str, str], found: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _with(each, said, found) for name, each in value.items()}
    if isinstance(value, list):
        return [_with(each, said, found) for each in value]
    if not isinstance(value, str):
        return value
    found |= {word for word in placing.MARK.findall(value) if word in said}
    return placing.MARK.sub(lambda word: said.get(word[0], word[0]), value)
