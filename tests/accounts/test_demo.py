"""One-click sign-in and the local mailbox: in embedded installations only, and only as invented people."""

import re
from dataclasses import replace

import pytest

from webapp.infra import mail
from webapp.infra.carriers import mailbox_folder

# The forms and words of pages; what they read and write is tested on both kinds of database with the services.
pytestmark = pytest.mark.one_db


@pytest.fixture
def demo(person):
    return person("aino@demo.invalid", "Aino", is_demo=True)


@pytest.fixture
def production(app):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], env="production")


def test_a_printed_link_shows_a_button_and_the_button_signs_in(client, demo):
    page = client.get(f"/dev/sign-in/{demo}").get_data(as_text=True)
    assert "Sign in as Aino" in page
    assert client.get("/settings").status_code == 302
    assert client.post("/dev/sign-in", data={"person": demo}).status_code == 302
    assert "Aino" in client.get("/settings").get_data(as_text=True)
    assert "Aino" in client.get("/dev/people").get_data(as_text=True)


def test_real_people_are_nobody_elses(client, person, demo):
    real = person("real@example.org", "Real")
    assert client.get(f"/dev/sign-in/{real}").status_code == 404
    for typed in (real, 999, "", "x", "-1", "9" * 30, "１"):
        assert client.post("/dev/sign-in", data={"person": typed}).status_code == 404
    assert "Real" not in client.get("/dev/people").get_data(as_text=True)


def test_production_has_none_of_this(production, client, demo):
    assert client.post("/dev/sign-in", data={"person": demo}).status_code == 404
    for path in ("/dev/people", f"/dev/sign-in/{demo}", "/dev/mail"):
        assert client.get(path).status_code == 404


def test_the_mailbox_is_read_in_the_browser(app, client):
    for letter in mailbox_folder(app.config["SETTINGS"]).glob("*.eml"):
        letter.unlink()  # of tests that moved the clock on: the latest are shown
    assert client.get("/dev/mail").status_code == 200
    client.post("/sign-in", data={"email": "aino@example.org"})
    mail.drain()
    page = client.get("/dev/mail?to=aino@").get_data(as_text=True)
    link = re.search(r'href="(/dev/mail/[^"?]+)"', page).group(1)
    assert re.search(r"\d{3} \d{3} is your code", client.get(link).get_data(as_text=True))
    shown = client.get(f"{link}/html")
    assert shown.headers["Content-Security-Policy"].startswith("sandbox ")
    assert "script" not in shown.headers["Content-Security-Policy"]
    assert "<h1" in shown.get_data(as_text=True)
    for foreign in ("/dev/mail/..%2F..%2Fsecret_key", "/dev/mail/x", "/dev/mail/20270301T120000-" + "a" * 36):
        assert client.get(foreign).status_code == 404


def test_links_of_a_text_live_and_its_markup_does_not(app, client, person, artist):
    from webapp.accounts import teams
    from webapp.kernel.now import now

    room = artist("evil", "<script>alert(1)</script>")
    teams.invite(room, "guest@example.org", "artist", person(), now())
    mail.drain()
    page = client.get("/dev/mail?to=guest@").get_data(as_text=True)
    link = re.search(r'href="(/dev/mail/[^"?]+)"', page).group(1)
    letter = client.get(link).get_data(as_text=True)
    assert "<script>alert" not in page + letter + client.get(f"{link}/html").get_data(as_text=True)
    assert re.search(r'<a href="http://localhost/invitation/[\w-]+">', letter)
