"""No door tells whether an address has an account: the same words, the same status, the same limits."""

from __future__ import annotations

import re
import secrets

import pytest

from tests.house.routes import rules
from webapp.accounts import secrets_kept, teams
from webapp.infra import keys
from webapp.infra.limits import limiter

KNOWN, UNKNOWN = "aino@example.org", "b0b0@example.org"
DOORS = {
    "/sign-in": {},
    "/sign-in/password": {"password": "four words in a row, but wrong"},
    "/sign-in/recovery": {"code": "AAAAA-BBBBB"},
    "/takedown": {"address": "NOTHING", "claimant": "A", "work": "B", "statement": "y"},
}


def said(browser, path, email, form):
    answers = [browser.post(path, data={"email": email, **form})]
    if path == "/sign-in":
        answers += [browser.get("/sign-in/code"), browser.post("/sign-in/code", data={"code": "000000"})]
    texts = [answer.text.replace(email, "…") for answer in answers]
    words = [re.sub(r'name="csrf_token" value="[^"]+"', "", text) for text in texts]
    return [(each.status_code, each.headers.get("Location"), text) for each, text in zip(answers, words, strict=True)]


@pytest.mark.one_db
@pytest.mark.parametrize("path", DOORS)
def test_each_door_answers_known_and_unknown_addresses_alike(app, new_client, person, path):
    person(KNOWN, password_hash=secrets_kept.password_hash("four words in a row"))
    answers = [said(new_client(), path, email, DOORS[path]) for email in (KNOWN, UNKNOWN)]
    assert answers[0] == answers[1]
    assert answers[0][0][0] in (302, 422)


@pytest.fixture
def patient(app, monkeypatch):
    """Let Redis answer late: a busy machine takes half a second, and then tries are counted in the process, anew."""
    pool = limiter.storage.storage.connection_pool
    for name in ("socket_connect_timeout", "socket_timeout"):
        monkeypatch.setitem(pool.connection_kwargs, name, 60)
    pool.disconnect()
    limiter.storage.hang_up()
    yield
    pool.disconnect()
    limiter.storage.hang_up()


@pytest.mark.one_db
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/password", "/sign-in/recovery"])
def test_each_door_closes_after_as_many_tries_for_both(
    app, rate_limits, patient, new_client, person, path, monkeypatch
):
    person(KNOWN)
    monkeypatch.setattr(secrets_kept, "password_fits", lambda *_: False)
    tries = {
        email: [new_client().post(path, data={"email": email, **DOORS[path]}).status_code for _ in range(11)]
        for email in (KNOWN, UNKNOWN)
    }
    assert tries[KNOWN] == tries[UNKNOWN]
    assert tries[KNOWN][-1] == 429


@pytest.mark.one_db
def test_a_password_is_hashed_for_both(app, new_client, person, monkeypatch):
    """The slow part is done whether there is an account or a password: time tells nothing."""
    person(KNOWN)
    verified = []

    class Watched:
        def verify(self, kept, typed):
            verified.append(kept[:9])
            return secrets_kept.PasswordHasher().verify(kept, typed)

    monkeypatch.setattr(secrets_kept, "_hasher", Watched())
    for email in (KNOWN, UNKNOWN):
        new_client().post("/sign-in/password", data={"email": email, "password": "nobody has this password"})
    assert verified == ["$argon2id"] * 2


@pytest.mark.one_db
def test_every_door_with_a_token_answers_all_wrong_ones_alike(app, new_client):
    """A token that was never made, one of another shape, one signed for another purpose: the same page, no clue."""
    with app.test_request_context():
        signed = keys.signer("another purpose").dumps({"id": 1})
    wrong = [secrets.token_urlsafe(32), secrets.token_urlsafe(32), "x", "0" * 500, signed]
    doors = [rule for rule in rules(app) if "token" in rule.arguments and "GET" in (rule.methods or ())]
    assert len(doors) > 6
    for rule in doors:
        answers = set()
        for token in wrong:
            page = new_client().get(re.sub("<[^>]*token>", token, rule.rule).replace("<said>", "yes"))
            text = re.sub(r'(content|value|href|action)="[^"]*"', "", page.text)
            # The way to sign in leads back to the address that was asked for, and is the same for all.
            answers.add((page.status_code, "" if page.status_code == 302 else text))
        assert len(answers) == 1, (rule.rule, {status for status, _ in answers})


@pytest.mark.one_db
def test_an_invitation_that_is_over_is_like_one_that_never_was(app, new_client, person, artist, clock):
    boss = person("boss@example.org")
    token = teams.invite(artist("aino-lind"), KNOWN, "moderator", boss, clock.now)
    clock.advance(days=400)
    found = [new_client().get(f"/invitation/{each}") for each in (token, "never-made")]
    assert [each.status_code for each in found] == [found[0].status_code] * 2
    words = [re.sub(r'(content|value|href|action)="[^"]*"', "", each.text) for each in found]
    assert words[0] == words[1]
