"""A device never seen before: who is told, and the button that ends its session."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from tests.web import end_reading
from webapp.accounts.devices import device_of
from webapp.accounts.models import KnownDevice, SessionRow
from webapp.accounts.roles import device_name
from webapp.infra.db import db
from webapp.infra.mail import OutgoingMail

EMAIL = "aino@example.org"
PHONE = "Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "


@pytest.fixture
def enter(last_code):
    def sign_in(browser, email=EMAIL):
        browser.post("/sign-in", data={"email": email, "again": "1"})
        answer = browser.post("/sign-in/code", data={"code": last_code(email)}, headers={"User-Agent": PHONE})
        assert answer.status_code == 302
        return browser

    return sign_in


def told():
    end_reading()
    rows = db.session.execute(
        select(OutgoingMail.address, OutgoingMail.params).where(OutgoingMail.kind == "new-session")
    )
    return [(row.address, row.params) for row in rows]


@pytest.mark.ordinarily("sqlite")
def test_a_fan_is_told_of_the_first_new_device_and_can_disown_it(client, new_client, enter):
    enter(client)  # makes the account
    assert told() == []
    thief = enter(new_client())
    [(address, params)] = told()
    assert (address, params["browser"], params["system"]) == (EMAIL, "Firefox", "Android")
    for browser in (enter(client), enter(thief), enter(new_client())):
        assert browser.get("/settings").status_code == 200
    assert len(told()) == 1, "a known device, or a third one, is not told again"

    mailbox = new_client()
    for _ in range(2):  # scanners
        assert "Firefox on Android" in mailbox.get(params["path"]).text
    assert mailbox.post(params["path"] + "x").status_code == 410
    assert thief.get("/settings").status_code == 200
    page = mailbox.post(params["path"])
    assert page.status_code == 200
    assert "That browser is signed out" in page.text
    assert thief.get("/settings").status_code == 302, "though it has signed in again since: the link names the device"
    assert client.get("/settings").status_code == 200


def test_the_disowned_session_ends_and_its_device_is_a_stranger_again(client, new_client, person, enter, clock):
    person(EMAIL, tell_sign_ins=True)
    enter(client)
    thief = enter(new_client())
    path = told()[-1][1]["path"]
    end_reading()
    before = db.session.scalar(select(func.count()).select_from(KnownDevice))
    assert new_client().post(path).status_code == 200
    assert thief.get("/settings").status_code == 302
    assert client.get("/settings").status_code == 200
    end_reading()
    assert db.session.scalar(select(func.count()).select_from(KnownDevice)) == before - 1
    enter(thief)
    assert len(told()) == 3, "who asks for it is told of each"
    clock.advance(days=31)
    assert new_client().get(told()[-1][1]["path"]).status_code == 410


@pytest.mark.ordinarily("sqlite")
def test_teams_are_told_of_each_new_device_and_asking_for_codes_tells_nobody(new_client, person, artist, member, enter):
    someone = person(EMAIL)
    member(artist(), someone, "moderator")
    for _ in range(3):
        enter(new_client())
    assert len(told()) == 3
    new_client().post("/sign-in", data={"email": EMAIL})
    assert len(told()) == 3


def test_signing_in_again_ends_the_session_it_follows(client, enter, clock):
    clock.at(datetime.now(UTC))
    enter(client)
    clock.advance(hours=2)
    enter(client)
    end_reading()
    open_ones = select(func.count()).select_from(SessionRow).where(SessionRow.revoked_at.is_(None))
    assert db.session.scalar(open_ones) == 1
    page = client.get("/settings").text
    assert "Firefox on Android" in page
    assert PHONE not in page


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (PHONE, ("Firefox", "Android")),
        (WINDOWS + "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", ("Edge", "Windows")),
        (WINDOWS + "Chrome/131.0.0.0 Safari/537.36", ("Chrome", "Windows")),
        (MAC + "Version/18.1 Safari/605.1.15", ("Safari", "Mac")),
        (IPHONE + "Version/18.1 Mobile/15E148 Safari/604.1", ("Safari", "iPhone")),
        (IPHONE + "CriOS/131.0.0.0 Mobile/15E148 Safari/604.1", ("Chrome", "iPhone")),
        (IPHONE + "Mobile/15E148 Instagram 355.0.0.0", ("Instagram", "iPhone")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", ("Firefox", "Linux")),
        ("curl/8.9.1", ("", "")),
    ],
)
def test_devices_have_names(user_agent, device):
    assert device_of(user_agent) == device


@pytest.mark.one_db
def test_half_known_devices_have_names_too(app):
    with app.test_request_context():
        assert [device_name(each) for each in ("curl/8", "Something on Android", "Firefox/133")] == [
            "Unknown browser",
            "A browser on Android",
            "Firefox",
        ]
