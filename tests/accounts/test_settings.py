"""What people change about themselves."""

import re

import pytest
from sqlalchemy import select

from tests.accounts.conftest import NOW
from tests.web import end_reading
from webapp.accounts import profile, service
from webapp.accounts.ages import service as ages
from webapp.accounts.models import Consent, Follow, Person, RecoveryCode
from webapp.infra.db import db
from webapp.infra.mail import OutgoingMail
from webapp.kernel.refusal import Refused

EMAIL = "aino@example.org"


@pytest.fixture
def aino(person, client, sign_in):
    someone = person(EMAIL)
    sign_in(client, someone)
    return someone


def row(person_id):
    end_reading()
    return db.session.get(Person, person_id)


def test_name_and_place(aino, client):
    assert client.post("/settings/name", data={"display_name": "  Aino "}).status_code == 302
    refused = client.post("/settings/name", data={"display_name": "Moderator"})
    assert refused.status_code == 422
    assert "mistaken for somebody else" in refused.get_data(as_text=True)
    place = {"locale": "fi", "timezone": "Europe/Helsinki", "country": "fi", "tell_sign_ins": "y"}
    assert client.post("/settings/place", data=place).status_code == 302
    assert client.post("/settings/place", data={**place, "timezone": "Mars/Olympus"}).status_code == 422
    kept = row(aino)
    assert (kept.display_name, kept.locale, kept.timezone, kept.country, kept.tell_sign_ins) == (
        "Aino", "fi", "Europe/Helsinki", "FI", True,
    )  # fmt: skip


def test_an_artists_name_is_for_the_artists_own(aino, artist, member):
    room = artist("aino-lind", "Aino Lind")
    with pytest.raises(Refused):
        profile.change_name(aino, "Ainо Lind".replace("о", "o"))
    member(room, aino)
    assert profile.change_name(aino, "Aino Lind") == "Aino Lind"


def test_address_changes_by_a_code_to_the_new_one_and_the_old_one_is_told(aino, client, new_client, sign_in, last_code):
    other = new_client()
    sign_in(other, aino)
    assert client.post("/settings/email", data={"email": "new@example.org"}).status_code == 302
    assert row(aino).email == EMAIL
    assert client.post("/settings/email/code", data={"code": "12"}).status_code == 422
    assert client.post("/settings/email/code", data={"code": last_code("new@example.org")}).status_code == 302
    assert row(aino).email == "new@example.org"
    told = db.session.execute(select(OutgoingMail.address, OutgoingMail.kind).order_by(OutgoingMail.id)).all()
    assert told == [("new@example.org", "code"), (EMAIL, "email-changed")]
    assert client.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 302


def test_a_code_to_change_the_address_is_no_code_to_sign_in(aino, client, last_code):
    client.post("/settings/email", data={"email": "new@example.org"})
    with pytest.raises(Refused):
        service.confirm_code("new@example.org", last_code("new@example.org"), "", "", NOW)


def test_an_address_of_somebody_else_is_refused(aino, client, person, last_code):
    person("taken@example.org")
    client.post("/settings/email", data={"email": "taken@example.org"})
    answer = client.post("/settings/email/code", data={"code": last_code("taken@example.org")})
    assert answer.status_code == 422
    assert row(aino).email == EMAIL


@pytest.mark.ordinarily("postgres")
def test_password_is_set_used_and_taken_away(aino, client, new_client):
    assert client.post("/settings/password", data={"password": "short"}).status_code == 422
    assert client.post("/settings/password", data={"password": "four words in a row"}).status_code == 302
    assert row(aino).password_hash.startswith("$argon2id$")
    browser = new_client()
    wrong = browser.post("/sign-in/password", data={"email": EMAIL, "password": "four words in a raw"})
    assert wrong.status_code == 422
    right = {"email": EMAIL, "password": "four words in a row", "next": "//evil.example"}
    assert browser.post("/sign-in/password", data=right).headers["Location"] == "/"
    assert browser.get("/settings").status_code == 200
    client.post("/settings/password", data={"remove": "1"})
    assert new_client().post("/sign-in/password", data=right).status_code == 422


def test_recovery_codes_are_shown_once_and_work_once(aino, client, new_client):
    page = client.post("/settings/recovery-codes").get_data(as_text=True)
    codes = re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", page)
    assert len(set(codes)) == 10
    kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert not {code.replace("-", "") for code in codes} & set(kept)
    typed = {"email": EMAIL, "code": codes[0].lower()}
    assert new_client().post("/sign-in/recovery", data=typed).status_code == 302
    assert new_client().post("/sign-in/recovery", data=typed).status_code == 422
    assert (
        new_client().post("/sign-in/recovery", data={**typed, "email": "b@example.org", "code": codes[1]}).status_code
        == 422
    )
    assert "Unused: 9." in client.get("/settings").get_data(as_text=True)
    client.post("/settings/recovery-codes")
    assert new_client().post("/sign-in/recovery", data={**typed, "code": codes[1]}).status_code == 422


def test_what_is_grave_needs_a_fresh_sign_in(aino, client, clock):
    from datetime import UTC, datetime

    clock.at(datetime.now(UTC))
    clock.advance(hours=2)
    for path in ("/settings/email", "/settings/password", "/settings/recovery-codes", "/settings/tokens"):
        assert client.post(path, data={"email": "x@example.org"}).status_code == 403
    page = client.get("/settings").get_data(as_text=True)
    assert "Sign in again" in page


def test_others_sessions_are_not_ones_own(aino, client, person, new_client, sign_in):
    from webapp.accounts.models import SessionRow

    other = new_client()
    stranger = person("b@example.org")
    sign_in(other, stranger)
    foreign = db.session.scalars(select(SessionRow.id).where(SessionRow.person_id == stranger)).one()
    assert client.post(f"/settings/sessions/{foreign}/revoke").status_code == 404
    assert other.get("/settings").status_code == 200


def test_the_first_answer_about_age_stands(aino, client, app):
    assert client.get("/age?next=/c/tour/enter").status_code == 200
    assert client.post("/age", data={"band": "25"}).status_code == 422
    answer = client.post("/age", data={"band": "13-15", "next": "/c/tour/enter"})
    asks = answer.headers["Location"]  # between 13 and 15 the country decides something
    assert asks == "/age/country?next=/c/tour/enter" and client.get(asks).status_code == 200
    answer = client.post("/age/country", data={"country": "", "next": "/c/tour/enter"})
    assert answer.headers["Location"] == "/c/tour/enter" and row(aino).country is None
    client.post("/age", data={"band": "18+"})
    assert not ages.tell(aino, "18+", NOW)
    assert row(aino).age_band == "13-15"
    assert db.session.scalars(select(Consent.kind)).all() == ["age:13-15"]
    profile.correct_age_band(EMAIL, "16-17", NOW)
    assert row(aino).age_band == "16-17"


def test_age_is_asked_of_those_who_have_not_answered(app, person):
    from flask_login import login_user

    from webapp.accounts import guards, login

    for fields, asked in (({}, True), ({"age_band": "18+"}, False)):
        with app.test_request_context():
            someone = db.session.get(Person, person(f"{asked}@example.org", **fields))
            login_user(login.value_of(someone, {}, 1, NOW))
            answer = guards.require_age("/c/tour/enter")
        assert (answer.headers["Location"] if answer else None) == ("/age?next=/c/tour/enter" if asked else None)


def test_follow_with_and_without_news_by_mail(aino, client, artist):
    artist()
    assert client.post("/a/aino-lind/follow", data={"newsletter": "1", "next": "/a/aino-lind"}).status_code == 302
    assert client.post("/a/aino-lind/follow", data={"newsletter": "1", "next": "/a/aino-lind"}).status_code == 302
    assert len(db.session.scalars(select(Follow)).all()) == 1
    client.post("/a/aino-lind/unfollow", data={"next": "/"})
    assert client.post("/a/nobody/follow").status_code == 404
    end_reading()
    assert db.session.scalars(select(Follow)).all() == []
    assert db.session.scalars(select(Consent.given).order_by(Consent.id)).all() == [True, False]


def test_language_of_strangers_and_of_people(aino, client, new_client):
    browser = new_client()
    answer = browser.post("/language", data={"language": "fi", "next": "https://evil.example"})
    assert answer.headers["Location"] == "/"
    assert '<html lang="fi">' in browser.get("/sign-in").get_data(as_text=True)
    client.post("/language", data={"language": "fi"})
    client.post("/language", data={"language": "xx"})
    assert row(aino).locale == "fi"


def test_new_sign_ins_are_told_to_those_who_asked(person, client, last_code):
    person(EMAIL, tell_sign_ins=True)
    client.post("/sign-in", data={"email": EMAIL})
    client.post("/sign-in/code", data={"code": last_code(EMAIL)})
    assert db.session.scalars(select(OutgoingMail.kind).order_by(OutgoingMail.id)).all() == ["code", "new-session"]
