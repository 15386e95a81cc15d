"""Links of mails act only after a button: opening them, signed in or not, leaves every table as it was."""

from __future__ import annotations

import re

from sqlalchemy import select

from tests.accounts.conftest import NOW
from tests.web import end_reading
from webapp.accounts import service, teams
from webapp.accounts.my_data import service as my_data
from webapp.infra.db import Base, db
from webapp.infra.mail import OutgoingMail
from webapp.infra.mail.rendering import parts
from webapp.notices import gallery, unsubscribing

SITE = "http://localhost"
SEEN = {"sessions": {"last_seen_at"}}  # columns that say when somebody was here


def whole_database():
    """Every row of every table, but for what says when somebody was here."""
    end_reading()
    found = {}
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in SEEN.get(table.name, set())]
        found[table.name] = sorted(map(repr, db.session.execute(select(*columns))))
    db.session.rollback()
    return found


def links_in(*texts):
    return {address for text in texts for address in re.findall(rf'{SITE}/[^\s"<>]+', text)}


def real_mails(person, room):
    """Mails with links that open something: what was sent by use cases, not examples."""
    teams.invite(room, "guest@example.org", "moderator", person, NOW)
    service.request_code("aino@example.org", NOW)
    for device in ("a" * 32, "b" * 32):
        service.enter_known(person, "Firefox", device, NOW)
    my_data.ask_export(person, NOW)
    end_reading()
    rows = db.session.execute(select(OutgoingMail.kind, OutgoingMail.params)).all()
    assert {"invitation", "new-session", "code"} <= {row.kind for row in rows}
    return {address for row in rows for address in links_in(*parts(row.kind, row.params, "en")[1:])}


def test_opening_any_link_of_any_mail_leaves_the_database_as_it_was(
    csrf, client, new_client, person, artist, sign_in, clock
):
    clock.at(NOW)
    someone, room = person("aino@example.org"), artist()
    real = real_mails(someone, room) | {unsubscribing.url(someone, "comment")}
    examples = {address for name in gallery.every() for address in links_in(*gallery.example(name, "en")[1:])}
    assert len(real) >= 3
    sign_in(client, someone)
    stranger, before, opened = new_client(), whole_database(), {}
    clock.advance(minutes=30)  # so that somebody who is signed in would be seen anew
    for address in sorted(real | examples):
        path = address.removeprefix(SITE).replace("&amp;", "&")
        opened[address] = [browser.get(path).status_code for browser in (stranger, client)]
    assert whole_database() == before
    assert all(status < 500 for pair in opened.values() for status in pair), opened
    pages = [address for address in real if "/not-me/" in address or "/invitation/" in address]
    assert len(pages) == 2
    assert [opened[address] for address in pages] == [[200, 200]] * 2
