"""A new secret key, with the former one named: nobody is signed out, no link dies; without it all of that is over."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from structlog.testing import capture_logs

from tests.accounts.conftest import NOW
from tests.accounts.test_new_devices import told
from webapp.accounts import not_me, profile
from webapp.accounts.guardians import service as guardians
from webapp.accounts.guardians.models import Guardian
from webapp.accounts.my_data import receipts
from webapp.infra.db import db, transaction
from webapp.infra.mail.models import OutgoingMail
from webapp.newsletters import tokens
from webapp.notices import unsubscribing

pytestmark = pytest.mark.one_db
EMAIL = "aino@example.org"
NEW, NEWEST = "a second key, long enough to be taken for one", "and a third one, just as long as the others are"


@pytest.fixture
def turn(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`turn(NEW, former)`: the settings that an installation starts with after a change of keys."""

    def to(key: str, *former: str) -> None:
        monkeypatch.setitem(app.config, "SECRET_KEY", key)
        monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", list(former))
        monkeypatch.setitem(app.config, "WTF_CSRF_SECRET_KEY", [*reversed(former), key])

    monkeypatch.setitem(app.config, "WTF_CSRF_SECRET_KEY", [app.config["SECRET_KEY"]])
    return to


def signs_in(browser: Any, code: str) -> int:
    return int(browser.post("/sign-in/code", data={"code": code}).status_code)


@pytest.mark.usefixtures("csrf")
def test_browsers_stay_signed_in_and_forms_stay_good(
    app: Flask, new_client: Any, sign_in: Any, person: Any, turn: Any
) -> None:
    stays, sleeps, old = new_client(), new_client(), app.config["SECRET_KEY"]
    for browser in (stays, sleeps):
        sign_in(browser, person(f"{id(browser)}@example.org", "Aino", age_band="18+"))
    form = {"csrf_token": stays.get("/csrf").json["token"], "language": "fi"}
    turn(NEW, old)
    assert stays.post("/language", data=form).status_code == 302
    assert stays.get("/settings").status_code == 200
    turn(NEWEST, NEW)
    assert stays.get("/settings").status_code == 200, "its cookie was signed anew while the former key counted"
    assert sleeps.get("/settings").status_code == 302
    assert stays.post("/language", data=form).status_code == 400


def test_a_code_that_is_on_its_way_still_signs_in(
    app: Flask, new_client: Any, turn: Any, last_code: Any, person: Any, clock: Any
) -> None:
    clock.at(NOW)
    person(EMAIL, is_operator=True)  # who is told of every new device
    home, old = new_client(), app.config["SECRET_KEY"]
    home.post("/sign-in", data={"email": EMAIL})
    turn(NEW, old)
    assert signs_in(home, last_code(EMAIL)) == 302
    late = new_client()
    late.post("/sign-in", data={"email": EMAIL})
    code = last_code(EMAIL)
    turn(NEWEST)
    late.post("/sign-in", data={"email": "somebody@example.org"})
    with late.session_transaction() as kept:
        kept["signing_in"] = {"email": EMAIL, "next": "/"}
    assert signs_in(late, code) == 422, "without the former key its hash says nothing"


def test_a_known_device_is_known_by_each_key_in_turn(
    app: Flask, new_client: Any, turn: Any, last_code: Any, person: Any, clock: Any
) -> None:
    clock.at(NOW)
    person(EMAIL, is_operator=True)
    home, key = new_client(), app.config["SECRET_KEY"]

    def enters() -> int:
        clock.advance(minutes=10)
        home.post("/sign-in", data={"email": EMAIL, "again": "1"})
        assert signs_in(home, last_code(EMAIL)) == 302
        return len(told())

    assert enters() == 1
    for next_key in (NEW, NEWEST):  # each time only the last key is named
        turn(next_key, key)
        assert enters() == 1, "its mark and its cookie have moved along"
        key = next_key
    turn("one more that nobody announced, long enough too")
    assert enters() == 2


def test_recovery_codes_stay_good(app: Flask, client: Any, person: Any, turn: Any) -> None:
    one, other = profile.new_recovery_codes(person(EMAIL))[:2]
    turn(NEW, app.config["SECRET_KEY"])
    assert client.post("/sign-in/recovery", data={"email": EMAIL, "code": one}).status_code == 302
    turn(NEW)
    client.post("/sign-out")
    assert client.post("/sign-in/recovery", data={"email": EMAIL, "code": other}).status_code == 422


def test_links_of_mails_stay_good(app: Flask, client: Any, person: Any, turn: Any) -> None:
    person_id, old = person(EMAIL), app.config["SECRET_KEY"]
    with app.test_request_context():
        path = unsubscribing.url(person_id, "drop-opened").removeprefix("http://localhost")
        into, out, receipt = tokens.way_in(3, 1), tokens.way_out(3, 7), receipts.token(9)
        stranger = not_me._signer().dumps(12)

    def read() -> list[object]:
        with app.test_request_context():
            return [tokens.read_in(into), tokens.read_out(out), receipts.read(receipt)]

    turn(NEW, "a key that was never used here, of no importance", old)
    assert read() == [(3, 1), (3, 7), 9]
    assert not_me._signer().loads(stranger) == 12
    assert client.post(path).status_code == 200
    assert receipts.token(9) != receipt
    turn(NEW)
    assert read() == [None, None, None]
    assert client.post(path).status_code == 404


def test_a_guardians_link_opens_and_the_next_mail_names_one_that_does(
    app: Flask, client: Any, person: Any, turn: Any, clock: Any
) -> None:
    clock.at(NOW)
    young, old = person(EMAIL, "Aino", age_band="13-15"), app.config["SECRET_KEY"]
    with transaction() as session:
        from webapp.accounts.guardians import store

        store.name_guardian(session, young, "parent@example.org", NOW)

    def mailed() -> str:
        """The link of a mail that is asked for now."""
        clock.advance(hours=1)
        with transaction() as session:
            guardian = guardians.queries.of_person(session, young)
            assert guardian is not None
            store.write(session, guardian, [], clock.now, again=f"{clock.now:%H}")
        newest = select(OutgoingMail.params).where(OutgoingMail.kind == "guardian").order_by(OutgoingMail.id.desc())
        return str(db.session.scalars(newest).first()["path"])

    first = mailed()
    turn(NEW, old)
    assert mailed() == first, "the link in yesterday's mail stays the one that opens"
    assert client.get(first).status_code == 200
    turn(NEWEST)
    second = mailed()
    assert second != first
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    with transaction() as session:
        session.execute(update(Guardian).values(expires_at=NOW - timedelta(days=1)))
    assert client.get(second).status_code == 410


def test_the_present_key_signs(app: Flask, client: Any, turn: Any) -> None:
    turn(NEW, app.config["SECRET_KEY"])
    client.get("/sign-in")
    client.get("/csrf")
    cookie = client.get_cookie("fanmade")
    turn(NEW)
    assert app.session_interface.get_signing_serializer(app).loads(cookie.value)["csrf_token"]
    assert re.fullmatch(
        r"[0-9a-f]{40}", app.session_interface.get_signing_serializer(app).loads(cookie.value)["csrf_token"]
    )


def test_signing_out_clears_what_the_browser_keeps(client: Any, person: Any, sign_in: Any) -> None:
    sign_in(client, person(EMAIL))
    assert client.post("/sign-out").headers["Clear-Site-Data"] == '"storage"'


def test_sign_ins_are_logged_without_an_address(client: Any, person: Any, last_code: Any) -> None:
    with capture_logs() as lines:
        client.post("/sign-in", data={"email": EMAIL})
        assert signs_in(client, "000000") == 422
        assert signs_in(client, last_code(EMAIL)) == 302
        client.post("/sign-in/password", data={"email": EMAIL, "password": "not the one"})
        client.get("/operator")
    told = [line for line in lines if line["event"] in ("signed in", "sign-in refused", "not theirs")]
    assert [(line["event"], line.get("way")) for line in told] == [
        ("sign-in refused", "code"),
        ("signed in", None),
        ("sign-in refused", "password"),
        ("not theirs", None),
    ]
    assert told[0]["address"] == told[2]["address"]
    assert EMAIL not in str(lines)
    assert "not the one" not in str(lines)
