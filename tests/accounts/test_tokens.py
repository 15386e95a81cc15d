"""Personal tokens for the API."""

import re

import pytest
from sqlalchemy import select

from webapp.accounts import tokens
from webapp.accounts.models import ApiToken
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import NotFound, Refused


def test_a_token_is_shown_once_and_kept_as_a_hash(client, person, sign_in, artist, member, clock):
    from datetime import UTC, datetime

    clock.at(datetime.now(UTC))
    someone, room = person(), artist()
    member(room, someone, "merch_staff")
    sign_in(client, someone)
    assert client.post("/settings/tokens", data={"name": "x"}).status_code == 422
    page = client.post("/settings/tokens", data={"name": "Phone", "scopes": ["read", "vote"]}).get_data(as_text=True)
    token = re.search(r"fm_[\w-]{43}", page).group()
    assert token not in client.get("/settings/tokens").get_data(as_text=True)
    row = db.session.scalars(select(ApiToken)).one()
    assert token not in row.token_hash
    number = row.id

    bearer, scopes = tokens.api_person(token, clock.now)
    assert (bearer.id, scopes) == (someone, frozenset({"read", "vote"}))
    assert bearer.has_role(room, "merch_staff")
    db.session.expire_all()
    assert db.session.get(ApiToken, number).last_used_at == clock.now

    client.post(f"/settings/tokens/{number}/revoke")
    assert tokens.api_person(token, clock.now) is None


def test_tokens_of_suspended_people_and_nonsense_open_nothing(app, person, clock):
    from webapp.accounts import store

    someone = person()
    token = tokens.create(someone, "Phone", ["staff", "read"], clock.now)
    assert tokens.api_person(token, clock.now)[1] == {"read", "staff"}
    with transaction() as session:
        store.change_person(session, someone, suspended_at=clock.now)
    for text in (token, "", "fm_", "fm_" + "x" * 43, "\x00"):
        assert tokens.api_person(text, clock.now) is None


def test_scopes_are_known_words_and_tokens_ones_own(app, person, clock):
    someone, other = person(), person("b@example.org")
    for scopes in ([], ["everything"], ["read", "root"]):
        with pytest.raises(Refused):
            tokens.create(someone, "Phone", scopes, clock.now)
    tokens.create(someone, "Phone", ["read"], clock.now)
    number = db.session.scalars(select(ApiToken.id)).one()
    with pytest.raises(NotFound):
        tokens.revoke(other, number, clock.now)
