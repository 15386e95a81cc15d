"""Every kind of mail, in each language: a text part, one button, small, and no link that acts by being opened."""

import re
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.web import end_reading
from webapp.infra.db import db
from webapp.infra.i18n import LANGUAGES
from webapp.notices import gallery, letters, unsubscribing

pytestmark = pytest.mark.one_db
ROOT = Path(__file__).resolve().parents[2]


def test_the_gallery_holds_every_kind_there_are_templates_for(app):
    found = {path.name.removesuffix(".subject.txt") for path in ROOT.glob("*/**/templates/mail/*.subject.txt")}
    assert {"code", "notice", "digest", "suspended"} <= found
    assert found == set(letters.LETTERS)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_each_has_a_text_part_and_one_button_and_is_small(app, locale):
    for name in gallery.every():
        subject, text, html = gallery.example(name, locale)
        assert subject.strip(), name
        assert "Something happened" not in subject, f"{name}: the gallery can't fill it"
        assert len(html.encode()) <= 30 * 1024, name
        buttons = html.count('class="press-link"')
        assert buttons == (0 if name == "code" else 1), name
        for address in re.findall(r'href="([^"]+)"', html):
            assert address in text.replace("&", "&amp;"), f"{name}: {address} is missing in the text part"


def test_opening_any_link_of_any_mail_changes_nothing(csrf, app, new_client):
    links = {
        address for name in gallery.every() for address in re.findall(r'href="([^"]+)"', gallery.example(name, "en")[2])
    }
    writes = []

    def watch(conn, cursor, statement, *_):
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", statement, re.IGNORECASE):
            writes.append(statement)

    end_reading()
    event.listen(db.engine, "before_cursor_execute", watch)
    try:
        for address in sorted(links):
            assert address.startswith("http://localhost/"), address
            for _ in range(2):  # scanners
                assert new_client().get(address.removeprefix("http://localhost")).status_code < 500, address
        assert writes == []
        way_out = unsubscribing.url(1, "voting-open").removeprefix("http://localhost")
        assert new_client().get(way_out).status_code == 200
        assert writes == []
    finally:
        event.remove(db.engine, "before_cursor_execute", watch)
    assert any("/unsubscribe/" in address for address in links)


def test_the_pages_show_each_and_only_in_an_embedded_installation(app, client, monkeypatch):
    from dataclasses import replace

    page = client.get("/dev/mails").text
    assert page.count("/dev/mails/fi/") == len(gallery.every())
    assert "3 bytes" not in client.get("/dev/mails/en/code").text
    html = client.get("/dev/mails/fi/notice:voting-open/html")
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert 'lang="fi"' in html.text
    for path in ("/dev/mails/xx/code", "/dev/mails/en/nothing", "/dev/mails/en/notice:nothing"):
        assert client.get(path).status_code == 404
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], env="production"))
    assert client.get("/dev/mails").status_code == 404
