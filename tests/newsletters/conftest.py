"""An artist with a team, and people who asked for the newsletter."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from tests.pages import make
from tests.pages.make import NOW
from webapp.infra.db import transaction
from webapp.newsletters import writing
from webapp.newsletters.models import Letter, Subscription
from webapp.newsletters.segments import Segment

UNSENT = {"locale": "en", "zone": "UTC", "source": "artist", "text_hash": "h", "asked_at": NOW, "ended_by": ""}


class Room:
    """The artist `band`, its boss and staff, and ways to fill the newsletter."""

    slug = "band"

    def __init__(self) -> None:
        self.boss, self.staff, self.moderator = make.person("Boss"), make.person("Staff"), make.person("Mod")
        self.artist_id = make.artist("band", artist=self.boss, merch_staff=self.staff, moderator=self.moderator)

    def subscribe(self, address: str, person_id: int | None = None, confirmed: bool = True, **more: Any) -> int:
        """Insert a subscription; return its id."""
        values = {**UNSENT, "round": 1, "mails": 1, "confirmed_at": NOW if confirmed else None, **more}
        with transaction() as session:
            row = Subscription(artist_id=self.artist_id, address=address, person_id=person_id, **values)
            session.add(row)
            session.flush()
            return row.id

    def crowd(self, count: int) -> None:
        """Insert many confirmed subscriptions of strangers: fan0@example.org and so on."""
        values = {**UNSENT, "artist_id": self.artist_id, "round": 1, "mails": 1, "confirmed_at": NOW}
        with transaction() as session:
            session.execute(insert(Subscription), [{**values, "address": f"fan{n}@example.org"} for n in range(count)])

    def letter(self, segment: Segment | None = None, **more: Any) -> int:
        """Insert a draft that could go; return its id."""
        values: dict[str, Any] = {"subject": "It is here", "body_md": "The shirt is **printed**.", "locale": "en"}
        values |= {"created_at": NOW, "created_by": self.boss, "changed_at": NOW, "changed_by": self.boss}
        values |= {"segment": (segment or Segment()).as_dict(), **more}
        with transaction() as session:
            row = Letter(artist_id=self.artist_id, **values)
            session.add(row)
            session.flush()
            return row.id

    def send_off(self, letter_id: int, clock: Any) -> None:
        """Send a letter off and let the two minutes pass."""
        from webapp.infra.db import db
        from webapp.newsletters import queries

        row = queries.letter(db.session(), letter_id)
        assert row is not None
        writing.send_off(row, self.slug, row.version, self.boss, None, clock.now)
        clock.advance(minutes=2)


@pytest.fixture
def room(app: Flask, clock: Any) -> Room:
    """The room, the clock stopped at make.NOW, at noon."""
    clock.at(make.NOW)
    return Room()
