"""Two proofs of who is on a team, where the operator asks for them; never of fans."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from webapp.accounts import factors, profile
from webapp.accounts.models import ApiToken, Person, SessionRow
from webapp.accounts.secrets_kept import password_hash
from webapp.infra.db import db

pytestmark = pytest.mark.one_db
EMAIL, SECRET = "aino@example.org", "four words in a row"
TEAM = "/team/aino-lind/people"


@pytest.fixture
def asked(app: Any) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], team_proofs=2)


@pytest.fixture
def boss(person: Any, artist: Any, member: Any) -> int:
    made = person(EMAIL, password_hash=password_hash(SECRET), age_band="18+")
    member(artist("aino-lind"), made, "artist")
    return int(made)


def by_code(client: Any, last_code: Any, email: str = EMAIL, **more: str) -> Any:
    client.post("/sign-in", data={"email": email, **more})
    return client.post("/sign-in/code", data={"code": last_code(email)})


def by_password(client: Any, **more: str) -> Any:
    return client.post("/sign-in/password", data={"email": EMAIL, "password": SECRET, **more})


def refused(client: Any, path: str = TEAM) -> bool:
    answer = client.get(path)
    return bool(answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/second"))


def test_one_proof_is_enough_where_nobody_asks_for_two(boss, client, last_code) -> None:
    by_code(client, last_code)
    assert client.get(TEAM).status_code == 200


def test_a_code_alone_opens_no_team_and_a_password_after_it_does(asked, boss, client, last_code) -> None:
    by_code(client, last_code)
    assert refused(client) and refused(client, "/team/aino-lind")
    page = client.get(f"/sign-in/second?next={TEAM}").get_data(as_text=True)
    assert "/sign-in/password" in page
    assert client.post(TEAM, data={}).status_code in (302, 405)
    said = client.get(TEAM, headers={"Accept": "application/json"})
    assert (said.status_code, said.json["code"]) == (403, "second-proof")
    assert by_password(client, next=TEAM).headers["Location"] == TEAM
    assert client.get(TEAM).status_code == 200
    assert client.get("/sign-in/second").headers["Location"] == "/"


def test_a_password_alone_opens_none_and_a_code_after_it_does(asked, boss, client, last_code) -> None:
    by_password(client)
    assert refused(client)
    by_code(client, last_code, again="1")
    assert client.get(TEAM).status_code == 200


def test_the_same_proof_twice_is_one_and_an_old_one_none(asked, boss, client, last_code, clock) -> None:
    by_password(client)
    by_password(client)
    assert refused(client)
    clock.advance(hours=2)
    by_code(client, last_code, again="1")
    assert refused(client), "the password was shown two hours ago"


def test_what_another_person_showed_in_this_browser_is_nobody_elses(asked, boss, client, person, last_code) -> None:
    person("fan@example.org")
    by_code(client, last_code, "fan@example.org")
    by_password(client)
    assert refused(client)
    client.post("/sign-out")
    by_code(client, last_code)
    assert refused(client)


def test_operators_too_and_fans_never(asked, person, new_client, last_code) -> None:
    person("op@example.org", is_operator=True)
    person("fan@example.org")
    operator, fan = new_client(), new_client()
    by_code(operator, last_code, "op@example.org")
    by_code(fan, last_code, "fan@example.org")
    assert refused(operator, "/operator")
    assert fan.get("/settings").status_code == 200
    assert fan.post("/settings/password", data={"password": "seven kettles sing"}).status_code == 302
    assert fan.get("/operator").status_code == 404, "that there is such a page is said to nobody else"


def test_who_reads_the_mail_alone_changes_no_other_proof(asked, boss, client, last_code) -> None:
    before = db.session.scalar(select(Person.password_hash).where(Person.id == boss))
    by_code(client, last_code)
    for path, data in (
        ("/settings/password", {"remove": "1"}),
        ("/settings/password", {"password": "seven kettles sing"}),
        ("/settings/recovery-codes", {}),
        ("/settings/email", {"email": "eve@example.org"}),
        ("/settings/tokens", {"name": "x", "scopes": "staff"}),
    ):
        answer = client.post(path, data=data)
        assert answer.headers.get("Location", "").startswith("/sign-in/second"), path
    db.session.rollback()
    assert db.session.scalar(select(Person.password_hash).where(Person.id == boss)) == before
    assert db.session.scalar(select(func.count()).select_from(ApiToken)) == 0


def test_the_first_second_proof_is_made_with_one(asked, client, person, artist, member, last_code) -> None:
    me = person(EMAIL, age_band="18+")
    member(artist("aino-lind"), me, "moderator")
    by_code(client, last_code)
    page = client.get(f"/sign-in/second?next={TEAM}").get_data(as_text=True)
    assert "/settings/passkeys" in page
    assert client.post("/settings/password", data={"password": SECRET}).status_code == 302
    assert refused(client)
    by_password(client)
    assert client.get(TEAM).status_code == 200


def test_a_passkey_is_two_and_a_recovery_code_is_one(app: Any) -> None:
    for shown, strong in (
        (["passkey"], True),
        (["code", "recovery"], True),
        (["recovery"], False),
        (["", "code"], False),
    ):
        with app.test_request_context():
            from flask import session

            session[factors.PROOFS] = shown
            assert factors.is_strong() is strong, shown


def test_the_operator_forgets_what_was_lost(asked, boss, client, last_code, clock) -> None:
    by_password(client)
    by_code(client, last_code, again="1")
    profile.forget_factors(EMAIL, clock.now)
    assert client.get("/settings").status_code == 302
    db.session.rollback()
    assert db.session.scalar(select(Person.password_hash).where(Person.id == boss)) is None
    open_ones = select(func.count()).select_from(SessionRow).where(SessionRow.revoked_at.is_(None))
    assert db.session.scalar(open_ones) == 0
