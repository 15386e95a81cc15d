"""Notices: told once, in the inbox and by mail as people wish, and the way out."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.web import end_reading
from webapp.accounts import store as people
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_
from webapp.notices import kinds, queries, store, unsubscribing
from webapp.notices.models import Notice

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
PICKED = kinds.Kind("test-picked", N_("%(title)s was picked"), N_("%(title)s won."), N_("See it"), title=N_("A pick"))
SHIPPED = kinds.Kind("test-shipped", N_("On its way"), N_("It ships."), N_("See it"), transactional=True)
QUIET = kinds.Kind("test-quiet", N_("A reply"), N_("Somebody answered."), N_("Read"), mail=False)
PARAMS = {"path": "/c/tour", "title": "Sea <b>wolf</b>"}


@pytest.fixture(autouse=True)
def test_kinds(app, monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(PICKED, SHIPPED, QUIET)


@pytest.fixture
def fan(app):
    def make(name, **fields):
        with transaction() as session:
            return people.add_person(session, f"{name}@example.org", name, NOW, **fields)

    return make


def tell(recipients, kind=PICKED, dedupe="pick:1", **params):
    with transaction() as session:
        return store.notify(session, recipients, kind.name, dedupe, {**PARAMS, **params}, NOW)


def mailed():
    end_reading()
    return sorted(db.session.scalars(select(mail.OutgoingMail.address)).all())


def test_everybody_is_told_once_whatever_is_run_twice(fan, smtp, clock):
    aino, maya = fan("aino"), fan("maya")
    assert tell([aino, maya, aino]) == 2
    assert tell([maya, aino]) == 0
    late = fan("late")
    assert tell([aino, maya, late]) == 1
    assert tell([aino], dedupe="pick:2") == 1
    assert tell([aino], kind=SHIPPED, dedupe="pick:1") == 1
    mail.drain()
    assert len(smtp.to("aino@")) == 3
    assert len(smtp.to("maya@")) == len(smtp.to("late@")) == 1
    assert len(db.session.scalars(select(Notice)).all()) == 5


def test_what_rolls_back_is_not_told(fan):
    someone = fan("aino")

    def use_case():
        with transaction() as session:
            store.notify(session, [someone], PICKED.name, "pick:1", PARAMS, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        use_case()
    assert mailed() == []
    assert tell([someone]) == 1


def test_suspended_and_erased_people_hear_nothing(fan):
    gone = [fan("a", suspended_at=NOW), fan("b", erased_at=NOW), 9999]
    assert tell(gone) == 0
    assert mailed() == []


@pytest.mark.ordinarily("sqlite")
def test_a_thousand_are_told_in_one_go(fan):
    with transaction() as session:
        crowd = [people.add_person(session, f"f{n}@example.org", "", NOW) for n in range(1000)]
    assert tell(crowd) == 1000
    assert len(mailed()) == 1000


def test_preferences_decide_about_mail_and_not_about_the_inbox(fan, client, sign_in):
    someone = fan("aino")
    sign_in(client, someone)
    page = client.get("/inbox/preferences").get_data(as_text=True)
    assert chosen(page, "test-picked") == "at-once"
    assert chosen(page, "test-quiet") == "never"
    wanted = {"test-picked": "never", "test-quiet": "at-once", "test-shipped": "never", "test-unknown": "daily"}
    assert client.post("/inbox/preferences", data=wanted).status_code == 302
    assert client.post("/inbox/preferences", data={"test-quiet": "hourly"}).status_code == 302
    for kind in (PICKED, SHIPPED, QUIET):
        assert tell([someone], kind=kind) == 1
    kept = db.session.scalars(select(mail.OutgoingMail.params)).all()
    assert sorted(params["kind"] for params in kept) == ["test-quiet", "test-shipped"]


def test_the_mail_speaks_plainly_and_has_one_button(fan, smtp, clock):
    tell([fan("aino")])
    mail.drain()
    [message] = smtp.messages
    assert message["Subject"] == "Sea <b>wolf</b> was picked"
    html = message.get_body(("html",)).get_content()
    assert "<b>wolf" not in html
    assert "http://localhost/c/tour" in html
    assert "http://localhost/c/tour" in message.get_body(("plain",)).get_content()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def chosen(page, kind):
    return re.search(rf'name="{kind}">.*?value="([\w-]+)" selected', page, re.DOTALL)[1]


def unsubscribe_path(message):
    return re.fullmatch(r"<http://localhost(/unsubscribe/[\w.-]+)>", message["List-Unsubscribe"]).group(1)


@pytest.mark.ordinarily("sqlite")
def test_one_click_unsubscribe_as_mail_programs_do_it(csrf, fan, smtp, clock, new_client):
    someone, other = fan("aino"), fan("maya")
    tell([someone, other])
    mail.drain()
    path = unsubscribe_path(smtp.to("aino@")[0])
    for _ in range(2):  # scanners
        page = new_client().get(path)
        assert page.status_code == 200
        assert "<form" in page.get_data(as_text=True)
    end_reading()
    assert queries.preferences(db.session, someone) == {}
    for _ in range(2):
        answer = new_client().post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    end_reading()
    assert queries.preferences(db.session, someone) == {PICKED.name: "never"}
    tell([someone, other], dedupe="pick:2")
    tell([someone], kind=SHIPPED)
    mail.drain()
    assert [len(smtp.to("aino@")), len(smtp.to("maya@"))] == [2, 2]


def test_tokens_are_bound_to_their_person_and_kind(app, fan, client):
    token = unsubscribing.url(fan("aino"), PICKED.name).rpartition("/")[2]
    for forged in (token[:-2], token + "x", "x", token.replace(token[3], "z", 1) + "1"):
        assert client.get(f"/unsubscribe/{forged}").status_code == 404
        assert client.post(f"/unsubscribe/{forged}").status_code == 404


def test_transactional_mail_offers_no_way_out(fan, smtp, clock):
    tell([fan("aino")], kind=SHIPPED)
    mail.drain()
    assert smtp.messages[0]["List-Unsubscribe"] is None


def test_the_inbox_is_read_by_get_and_marked_by_post(fan, client, sign_in):
    someone, other = fan("aino"), fan("maya")
    for number in range(35):
        tell([someone, other], dedupe=f"pick:{number}")
    sign_in(client, someone)
    for _ in range(2):
        page = client.get("/inbox").get_data(as_text=True)
        assert page.count('class="is-new"') == 30
    assert "35" in client.get("/inbox/unread").get_data(as_text=True)
    assert "&lt;b&gt;wolf" in page
    older = re.search(r'href="(/inbox\?before=\d+)"', page).group(1)
    assert client.get(older).get_data(as_text=True).count('class="is-new"') == 5
    newest = re.search(r'name="up_to" value="(\d+)"', page).group(1)
    tell([someone], dedupe="meanwhile")
    client.post("/inbox/read", data={"up_to": newest})
    end_reading()
    assert queries.unread(someone) == 1
    assert queries.unread(other) == 35


def test_the_masthead_asks_for_the_badge_quietly(fan, client, sign_in):
    aino = fan("aino")
    tell([aino])
    sign_in(client, aino)
    page = client.get("/inbox").text
    asks = re.search(r'<span hx-get="/inbox/unread" hx-trigger="every 60s"[^>]*>(.*?)</a>', page, re.DOTALL)
    assert asks
    assert '<span class="count">1<span class="visually-hidden"> new</span></span>' in asks[1]
    assert "aria-live" not in asks[0]
    assert client.get("/inbox/unread").text.startswith('<span class="count">1')
    client.post("/sign-out")
    assert client.get("/inbox/unread").text.strip() == ""
    assert 'hx-get="/inbox/unread"' not in client.get("/sign-in").text


def test_strangers_have_nothing_unread_and_no_inbox(client):
    assert client.get("/inbox").status_code == 302
    assert client.get("/inbox/unread").get_data(as_text=True).strip() == ""
    assert 'class="count"' not in client.get("/sign-in").get_data(as_text=True)


def test_an_old_notice_of_a_vanished_kind_does_not_break_the_inbox(fan, client, sign_in):
    someone = fan("aino")
    with transaction() as session:
        for kind, params in (("vanished", {"path": "/x"}), (PICKED.name, {"path": "/y"})):
            session.add(Notice(recipient_id=someone, kind=kind, dedupe=kind, params=params, at=NOW))
    sign_in(client, someone)
    assert client.get("/inbox").status_code == 200


def test_unknown_kinds_are_found_at_start_up_and_when_sent(app, fan, monkeypatch):
    with pytest.raises(kinds.UnknownKind):
        tell([fan("aino")], kind=kinds.Kind("nobody-knows", "", "", ""))
    with pytest.raises(ValueError):
        kinds.register(kinds.Kind(PICKED.name, "Another", "", ""))
    kinds.register(PICKED)
    kinds.check()
    monkeypatch.setattr(kinds, "_used", {"nobody-knows"})
    with pytest.raises(kinds.UnknownKind):
        kinds.check()


@pytest.mark.one_db
@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "", "c/tour"])
def test_a_button_leads_to_this_site(fan, path):
    with pytest.raises(ValueError):
        tell([fan("aino")], path=path)
