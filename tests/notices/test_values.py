"""Dates, money and words in notices: written when read, in the reader's language and on their clock."""

from datetime import UTC, datetime

import pytest
from flask_babel import force_locale

from webapp.accounts import store as people
from webapp.infra import mail
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_
from webapp.notices import kinds, store, values

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
SALE = kinds.Kind("test-sale", N_("Open until %(until)s"), N_("It costs %(price)s: %(items)s."), N_("See it"))
PARAMS = {
    "path": "/drops/tee",
    "until": values.at(NOW, "Europe/Helsinki"),
    "price": values.money(2990, "EUR"),
    "items": [values.word("%(count)s × %(piece)s", count=2, piece="Tee 100%"), "a card"],
}


@pytest.fixture(autouse=True)
def sale(app, monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(SALE)


def said(zone="", locale="en", **params):
    with force_locale(locale):
        return kinds.words(SALE.name, {**PARAMS, **params, kinds.ZONE: zone})


def test_a_moment_stands_on_the_reader_s_clock_or_says_whose_clock_it_is():
    assert said().subject == "Open until Sun 22 Nov 2026, 20:00 (Helsinki)"
    assert said(zone="America/New_York").subject == "Open until Sun 22 Nov 2026, 13:00"
    assert said(until=values.at(NOW, "UTC")).subject == "Open until Sun 22 Nov 2026, 18:00 UTC"
    assert said(until=values.at(NOW, "Asia/Tokyo", day=True)).subject == "Open until 23 Nov 2026"
    assert said(until=values.at(None, "UTC")).subject == "Open until"


def test_the_same_notice_is_written_in_each_reader_s_way():
    assert said().line == "It costs €29.90: 2 × Tee 100%; a card."
    finnish = said(locale="fi")
    assert "29,90\xa0€" in finnish.line
    assert "22.11.2026 klo 20.00" in finnish.subject
    assert "(Helsinki)" in finnish.subject


def test_plain_params_of_older_notices_still_speak():
    old = said(until="2026-11-22", price="29.90", items="a tee")
    assert (old.subject, old.line) == ("Open until 2026-11-22", "It costs 29.90: a tee.")


@pytest.mark.parametrize(
    "broken", [{"at": "soon", "zone": "UTC"}, {"at": "2026-11-22"}, {"minor": "x", "currency": "EUR"}]
)
def test_a_value_that_makes_no_sense_does_not_break_the_inbox(broken):
    assert said(until=broken).subject == "Something happened"


@pytest.mark.parametrize(("zone", "hour"), [("", "20:00 (Helsinki)"), ("Europe/London", "18:00")])
def test_inbox_and_mail_say_the_same(app, client, sign_in, smtp, clock, zone, hour):
    clock.at(NOW)
    with transaction() as session:
        aino = people.add_person(session, "aino@example.org", "Aino", NOW, timezone=zone)
        store.notify(session, [aino], SALE.name, "sale:1", PARAMS, NOW)
    sign_in(client, aino)
    page = client.get("/inbox").text
    mail.drain()
    (letter,) = smtp.to("aino@")
    until = f"Open until Sun 22 Nov 2026, {hour}"
    assert letter["Subject"] == until
    assert f">{until}" in page
    for part in (page, letter.get_body(("plain",)).get_content(), letter.get_body(("html",)).get_content()):
        assert "It costs €29.90: 2 × Tee 100%; a card." in part


def test_variants_are_one_notice_and_one_preference(client, sign_in, clock):
    near = kinds.Kind("test-near", N_("Yours is open"), N_("It is."), N_("See it"), variant_of=SALE.name)
    kinds.register(near)
    with transaction() as session:
        aino = people.add_person(session, "aino@example.org", "Aino", NOW)
        maya = people.add_person(session, "maya@example.org", "Maya", NOW)
        assert store.notify(session, [aino], near.name, "sale:1", PARAMS, NOW) == 1
        assert store.notify(session, [aino, maya], SALE.name, "sale:1", PARAMS, NOW) == 1
        store.prefer(session, maya, SALE.name, "never", NOW)
        assert store.notify(session, [maya], near.name, "sale:2", PARAMS, NOW) == 1
        assert session.query(mail.OutgoingMail).filter_by(recipient_id=maya).count() == 1
    sign_in(client, aino)
    assert "Yours is open" in client.get("/inbox").text
    page = client.get("/inbox/preferences").text
    assert 'name="test-sale"' in page
    assert 'name="test-near"' not in page
