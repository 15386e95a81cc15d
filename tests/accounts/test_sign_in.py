"""Signing in by a code: the story, the limits, and what it must not tell."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from tests.accounts.conftest import NOW
from tests.web import end_reading
from webapp.accounts import hooks, service
from webapp.accounts.models import Consent, Person, SessionRow, SignInCode
from webapp.infra.db import db
from webapp.infra.mail import OutgoingMail
from webapp.infra.outbox import FactRow
from webapp.kernel.refusal import Refused

EMAIL = "aino@example.org"


def ask(client, email=EMAIL, **more):
    return client.post("/sign-in", data={"email": email, **more})


def test_first_code_makes_the_account_and_returns_to_what_one_did(client, last_code):
    answer = ask(client, next="/c/tour/designs?page=2")
    assert answer.headers["Location"] == "/sign-in/code"
    page = client.get("/sign-in/code").get_data(as_text=True)
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page

    answer = client.post("/sign-in/code", data={"code": last_code(EMAIL)})

    assert answer.headers["Location"] == "/c/tour/designs?page=2"
    assert client.get("/settings").status_code == 200
    row = db.session.scalars(select(Person)).one()
    assert row.email == EMAIL
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.kind, consent.given, len(consent.text_hash)) == ("terms", True, 64)
    assert db.session.scalars(select(FactRow.name)).all() == ["PersonRegistered"]


def test_second_time_it_is_the_same_account_however_spelled(client, new_client, last_code):
    for browser, spelling in ((client, EMAIL), (new_client(), " Aino@Example.ORG ")):
        ask(browser, spelling)
        assert browser.post("/sign-in/code", data={"code": last_code(EMAIL)}).status_code == 302
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1
    assert db.session.scalar(select(func.count()).select_from(SessionRow)) == 2
    assert db.session.scalars(select(FactRow.name)).all() == ["PersonRegistered"]


def test_known_and_unknown_addresses_get_the_same_answers(client, new_client, person):
    person(EMAIL)
    pages = []
    for browser, email in ((client, EMAIL), (new_client(), "nobody@example.org")):
        sent = ask(browser, email)
        shown = browser.get("/sign-in/code")
        wrong = browser.post("/sign-in/code", data={"code": "000000x"})
        texts = [page.get_data(as_text=True).replace(email, "…") for page in (sent, shown, wrong)]
        texts = [re.sub(r'name="csrf_token" value="[^"]+"', "", text) for text in texts]
        pages.append(([sent.status_code, shown.status_code, wrong.status_code], texts))
    for one, other in zip(pages[0][1], pages[1][1], strict=True):
        assert one.splitlines() == other.splitlines()
    assert pages[0][0] == pages[1][0]
    mails = db.session.execute(select(OutgoingMail.kind, OutgoingMail.locale)).all()
    assert mails == [("code", "en"), ("code", "en")]


def wrong_code(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06d}"


def test_five_wrong_codes_and_even_the_right_one_is_refused(app, last_code):
    service.request_code(EMAIL, NOW)
    right = last_code(EMAIL)
    for left in (4, 3, 2, 1):
        with pytest.raises(Refused) as refused:
            service.confirm_code(EMAIL, wrong_code(right), "", "", NOW)
        assert (refused.value.code, refused.value.details) == ("wrong-code", {"left": left})
    for code in (wrong_code(right), right):
        with pytest.raises(Refused) as refused:
            service.confirm_code(EMAIL, code, "", "", NOW)
        assert refused.value.code == "code-over"
    assert db.session.scalars(select(Person)).all() == []


def test_a_crowd_of_guesses_at_once_is_five_attempts(app, last_code):
    service.request_code(EMAIL, NOW)
    wrong = wrong_code(last_code(EMAIL))

    def guess(_):
        with app.app_context():
            try:
                service.confirm_code(EMAIL, wrong, "", "", NOW)
            except Refused as refused:
                return refused.details.get("left", -1) if refused.code == "wrong-code" else refused.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))
    assert sorted(answer for answer in answers if answer != "code-over") == [1, 2, 3, 4]
    end_reading()
    assert db.session.scalars(select(SignInCode.attempts)).one() == 5


def test_only_the_newest_code_counts_for_ten_minutes_once(app, last_code, clock):
    service.request_code(EMAIL, clock.now)
    old = last_code(EMAIL)
    service.request_code(EMAIL, clock.now)
    new = last_code(EMAIL)
    if old != new:
        with pytest.raises(Refused):
            service.confirm_code(EMAIL, old, "", "", clock.now)
    clock.advance(minutes=10)
    with pytest.raises(Refused) as refused:
        service.confirm_code(EMAIL, new, "", "", clock.now)
    assert refused.value.code == "code-over"
    service.request_code(EMAIL, clock.now)
    fresh = last_code(EMAIL)
    assert service.confirm_code(EMAIL, f"{fresh[:3]} {fresh[3:]}", "", "", clock.advance(minutes=9)).is_new
    with pytest.raises(Refused) as refused:
        service.confirm_code(EMAIL, fresh, "", "", clock.now)
    assert refused.value.code == "code-over"


def test_the_code_is_kept_as_a_keyed_hash_only(app, last_code):
    import hashlib

    service.request_code(EMAIL, NOW)
    code = last_code(EMAIL)
    kept = db.session.scalars(select(SignInCode.code_hash)).one()
    plain = {hashlib.sha256(text.encode()).hexdigest() for text in (code, EMAIL + code, f"sign-in{EMAIL}{code}")}
    assert code not in kept
    assert kept not in plain


def test_suspended_people_learn_it_only_after_the_code(client, person, last_code):
    person(EMAIL, suspended_at=NOW)
    assert ask(client).status_code == 302
    answer = client.post("/sign-in/code", data={"code": last_code(EMAIL)})
    assert answer.status_code == 422
    assert "suspended" in answer.get_data(as_text=True)
    assert client.get("/settings").status_code == 302


def test_a_revoked_session_is_a_stranger_at_once(client, person, sign_in):
    someone = person()
    sign_in(client, someone)
    assert client.get("/settings").status_code == 200
    client.post("/settings/sessions/revoke")
    assert client.get("/settings").status_code == 200
    assert client.post("/sign-out").status_code == 302
    assert client.get("/settings").status_code == 302


def test_sign_in_hooks_hear_of_the_device_and_may_lead_elsewhere(client, last_code, monkeypatch):
    heard = []
    hook = lambda person_id, device, now: heard.append((person_id, device)) or "/c/tour/ballot"  # noqa: E731
    monkeypatch.setattr(hooks, "ON_SIGN_IN", [hook])
    ask(client, next="/D/7K3QX")
    answer = client.post("/sign-in/code", data={"code": last_code(EMAIL)})
    assert answer.headers["Location"] == "/c/tour/ballot?next=/D/7K3QX", "and back to where they were"
    [(person_id, device)] = heard
    assert person_id == db.session.scalars(select(Person.id)).one()
    assert len(device) == 32


@pytest.mark.ordinarily("sqlite")
def test_forty_pupils_behind_one_address_all_get_in(app, rate_limits, new_client, last_code):
    for number in range(40):
        pupil, email = new_client(), f"pupil{number}@school.example.org"
        assert ask(pupil, email).status_code == 302
        assert pupil.post("/sign-in/code", data={"code": last_code(email)}).status_code == 302
        assert pupil.get("/settings").status_code == 200


def test_codes_to_one_address_are_limited_whoever_asks(app, rate_limits, new_client):
    answers = []
    for number in range(7):
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        answers.append(new_client().post("/sign-in", data={"email": EMAIL}, headers=headers))
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert ask(new_client(), "somebody@example.org").status_code == 302


@pytest.mark.ordinarily("sqlite")
def test_password_guesses_are_limited_for_known_and_unknown_alike(app, rate_limits, new_client, person):
    person(EMAIL)
    for email in (EMAIL, "nobody@example.org"):
        guess = {"email": email, "password": "not the password"}
        codes = [new_client().post("/sign-in/password", data=guess).status_code for _ in range(11)]
        assert codes == [422] * 10 + [429]


@pytest.mark.one_db
@pytest.mark.parametrize("typed", ["", "aino", "aino@", "a b@example.org", "a@" + "b" * 300])
def test_what_is_no_address_is_said_so(client, typed):
    answer = ask(client, typed)
    assert answer.status_code == 422
    assert db.session.scalars(select(SignInCode)).all() == []


def test_signed_in_people_are_sent_on(client, person, sign_in):
    sign_in(client, person())
    assert client.get("/sign-in?next=/inbox").headers["Location"] == "/inbox"
    assert client.get("/sign-in?again=1&next=/inbox").status_code == 200


def test_forms_need_their_token(csrf, client, person, sign_in):
    assert ask(client).status_code == 400
    sign_in(client, person())
    for path in ("/sign-out", "/language", "/settings/name", "/a/aino-lind/follow", "/settings/recovery-codes"):
        assert client.post(path).status_code == 400
    assert client.get("/settings").status_code == 200


def test_signing_in_costs_one_statement_a_page(client, person, artist, member, sign_in, app):
    from sqlalchemy import event

    someone, room = person(), artist()
    for role in ("artist", "moderator", "merch_staff"):
        member(room, someone, role)
    sign_in(client, someone)
    statements = []
    listen = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        assert client.get("/sign-in?next=/inbox").status_code == 302
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert len([text for text in statements if not text.startswith("BEGIN")]) == 1
