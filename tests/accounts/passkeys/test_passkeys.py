"""Passkeys: made by who signed in freshly, once each challenge, and what they open."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from tests.accounts.passkeys.authenticator import PRESENT, Authenticator
from tests.web import end_reading
from webapp.accounts import hooks
from webapp.accounts.models import AuditLine, Person
from webapp.accounts.passkeys import rules
from webapp.accounts.passkeys.models import Passkey
from webapp.accounts.passkeys.rules import Site, site_of
from webapp.infra.db import db, transaction
from webapp.infra.queue import connection

EMAIL = "aino@example.org"
ASK, ENTER, ADD = "/sign-in/passkey/question", "/sign-in/passkey", "/settings/passkeys"


@pytest.fixture
def aino(person, client, sign_in):
    someone = person(EMAIL, "Aino")
    sign_in(client, someone)
    return someone


@pytest.fixture
def key(aino, client):
    return added(client, Authenticator())


def added(client, device):
    answer = client.post(ADD, data=device.make(client.post(f"{ADD}/question").json))
    assert answer.status_code == 200, answer.text
    return device


def entering(browser, device, **more):
    return browser.post(
        ENTER, data={**device.use(browser.post(ASK).json), **more}, headers={"Accept": "application/json"}
    )


@pytest.mark.ordinarily("postgres")
def test_a_passkey_signs_in_without_an_address_and_what_a_stranger_did_counts(
    key, aino, client, new_client, monkeypatch
):
    heard = []
    monkeypatch.setattr(hooks, "ON_SIGN_IN", [lambda person_id, device, now: heard.append((person_id, device))])
    browser = new_client()
    question = browser.post(ASK).json
    assert question.get("allowCredentials", []) == []
    assert entering(browser, key, next="/inbox").json == {"next": "/inbox"}
    assert browser.get("/settings").status_code == 200
    assert [(person_id, len(device)) for person_id, device in heard] == [(aino, 32)]
    end_reading()
    row = db.session.scalars(select(Passkey)).one()
    assert (row.person_id, row.sign_count, row.transports, row.name) == (aino, 1, ["internal"], "Unknown browser")
    assert row.last_used_at
    assert str(aino) != key.handle
    assert entering(new_client(), key, next="//evil.example").json == {"next": "/"}
    assert db.session.scalars(select(AuditLine.action)).all() == ["passkey.add"]


def test_an_answer_opens_once_and_only_for_the_browser_that_asked(key, new_client, clock):
    clock.at(datetime.now(UTC))
    one, other = new_client(), new_client()
    answer = key.use(one.post(ASK).json)
    assert other.post(ENTER, data=answer).status_code == 422
    assert one.post(ENTER, data=answer).status_code == 200
    assert one.post(ENTER, data=answer).status_code == 422
    asked = one.post(ASK).json
    assert {connection().ttl(name) for name in connection().scan_iter("passkey:*")} <= {298, 299, 300}
    connection().flushdb()  # as after five minutes
    assert one.post(ENTER, data=key.use(asked)).status_code == 422


def test_known_unknown_and_forged_passkeys_are_answered_alike(key, new_client):
    unknown = Authenticator(handle=key.handle)
    forged = Authenticator(handle=key.handle, credential_id=key.credential_id, count=50)
    elsewhere = Authenticator(
        handle=key.handle, credential_id=key.credential_id, key=key.key, origin="http://evil.example", count=60
    )
    unseen = Authenticator(handle=key.handle, credential_id=key.credential_id, key=key.key, flags=PRESENT, count=70)
    stranger = Authenticator(handle="AAAA", credential_id=key.credential_id, key=key.key, count=80)
    answers = [entering(new_client(), each) for each in (unknown, forged, elsewhere, unseen, stranger)]
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.data for answer in answers}) == 1
    assert answers[0].json["code"] == "passkey-refused"


def test_a_passkey_that_counts_backwards_is_refused_and_said_so_unless_it_never_counts(key, client, new_client):
    assert entering(new_client(), key).status_code == 200
    copy = Authenticator(handle=key.handle, credential_id=key.credential_id, key=key.key, count=0)
    answer = entering(new_client(), copy)
    assert (answer.status_code, answer.json["code"]) == (403, "passkey-counted-back")
    never = added(client, Authenticator(counts=False))
    assert [entering(new_client(), never).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("column", ["suspended_at", "erased_at"])
def test_who_is_suspended_or_erased_stays_out(key, aino, new_client, column):
    with transaction() as session:
        session.execute(update(Person).where(Person.id == aino).values({column: datetime.now(UTC)}))
    assert entering(new_client(), key).json["code"] == "suspended"


def test_only_fresh_and_at_most_ten_and_only_ones_own(aino, client, new_client, person, sign_in, clock):
    clock.at(datetime.now(UTC))
    devices = [added(client, Authenticator()) for _ in range(rules.MOST)]
    assert client.post(f"{ADD}/question").status_code == 409
    assert len({device.handle for device in devices}) == 1
    first = db.session.scalars(select(Passkey.id).order_by(Passkey.id)).first()
    thief = new_client()
    sign_in(thief, person("b@example.org"))
    assert thief.post(f"{ADD}/{first}/remove").status_code == 404
    assert thief.post(f"{ADD}/{first}/name", data={"name": "mine"}).status_code == 404
    assert client.post(f"{ADD}/{first}/name", data={"name": "x" * 61}).status_code == 422
    assert client.post(f"{ADD}/{first}/name", data={"name": " my  phone "}).status_code == 302
    assert "my phone" in client.get(ADD).text
    clock.advance(hours=2)
    for path in (f"{ADD}/question", ADD, f"{ADD}/{first}/name", f"{ADD}/{first}/remove"):
        assert client.post(path).status_code == 403
    entering(client, devices[0])  # a passkey makes the sign-in fresh
    assert client.post(f"{ADD}/{first}/remove").status_code == 302
    assert entering(new_client(), devices[0]).status_code == 422


@pytest.mark.one_db
def test_nonsense_is_refused_in_words(aino, client):
    said = '{"response":{"clientDataJSON":%s}}'
    for credential in ("", "null", "[]", "{}", '{"response":[]}', said % '"!"', said % 7, "[" * 9000):
        for path in (ENTER, ADD):
            assert client.post(path, data={"credential": credential}).status_code == 422


@pytest.mark.one_db
def test_strange_bytes_within_a_good_challenge_are_refused(key, client):
    for cut in ("authenticatorData", "signature", "userHandle"):
        for strange in ("", "AAAA", 7, None):
            again = key.use(client.post(ASK).json)
            whole = json.loads(again["credential"])
            whole["response"] |= {cut: strange}
            said = client.post(ENTER, data={"credential": json.dumps(whole)})
            assert said.status_code in ((200, 422) if cut == "userHandle" and not strange else (422,)), (cut, strange)


@pytest.mark.one_db
def test_a_passkey_is_offered_once_after_a_code_to_who_has_none(app, new_client, last_code):
    def flashed():
        browser = new_client()
        browser.post("/sign-in", data={"email": EMAIL, "next": "/terms"})
        browser.post("/sign-in/code", data={"code": last_code(EMAIL)})
        return "/settings/passkeys?next=/terms" in browser.get("/terms").text

    assert [flashed(), flashed()] == [True, False]


def test_where_there_are_passkeys():
    assert site_of("https://merch.example.org", "inside:8000") == Site("merch.example.org", "https://merch.example.org")
    assert site_of("https://merch.example.org:8443", "x") == Site("merch.example.org", "https://merch.example.org:8443")
    assert site_of("http://merch.example.org", "merch.example.org") is None
    assert site_of("https://192.0.2.7", "192.0.2.7") is None
    assert site_of("http://localhost:8000", "localhost:8000") == Site("localhost", "http://localhost:8000")
    assert site_of("http://127.0.0.1:8000", "127.0.0.1:8000") is None
    assert site_of("http://127.0.0.1:8000", "localhost:8000") == Site("localhost", "http://localhost:8000")
    assert site_of("http://[::1]:8000", "localhost:8000") == Site("localhost", "http://localhost:8000")
