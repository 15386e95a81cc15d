"""A contest, its artist and its fans, for tests on designs; and a look at what is stored."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contests import rights
from contests.models import Contest
from contests.submissions import queries, service
from contests.submissions.queries import DesignRow
from tests.pictures import png
from webapp.accounts import store as people
from webapp.infra.db import db, transaction

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Stage:
    """Ids of what a test plays with; the contest takes designs for seven days from `now`, votes for seven more."""

    artist: int
    contest: int
    slug: str
    fan: int
    moderator: int
    now: datetime


def set_up(now: datetime, **contest: Any) -> Stage:
    """Make an artist with a moderator, a running contest and a fan of age."""
    number = next(_numbers)
    with transaction() as session:
        moderator = people.add_person(session, f"mod{number}@example.org", "Mo", now, age_band="18+")
        fan = people.add_person(session, f"fan{number}@example.org", "Fay", now, age_band="18+")
        artist = people.add_artist(session, f"artist-{number}", "The Tides", now)
        people.add_member(session, artist, moderator, "moderator", now)
        row = Contest(**{**_contest(artist, moderator, number, now), **contest})
        session.add(row)
        session.flush()
        return Stage(artist, row.id, row.slug, fan, moderator, now)


def another_fan(now: datetime, **fields: Any) -> int:
    """Make one more fan of age."""
    with transaction() as session:
        address = f"other{next(_numbers)}@example.org"
        return people.add_person(session, address, "Ola", now, **{"age_band": "18+", **fields})


def sent_in(stage: Stage, data: bytes | None = None, author: int | None = None, **words: Any) -> int:
    """Send a design in; return its id. Its picture waits for a worker."""
    begun = service.begin(stage.contest, author or stage.fan, data or png(), "art.png", stage.now)
    submit(stage, begun.submission_id, author, **words)
    return begun.submission_id


def submit(stage: Stage, submission_id: int, author: int | None = None, **words: Any) -> None:
    """Submit a draft with good words."""
    good = {"title": "Whale", "alt": "A whale that sings at night", "description": "", "ai_use": "none"}
    agreed = {"rights_hash": rights.hash_of(rights.DEFAULTS)}
    service.submit(submission_id, author or stage.fan, now=stage.now, **{**good, **agreed, **words})


def design(submission_id: int) -> DesignRow:
    """The design as it stands in the database now."""
    db.session.rollback()
    found = queries.by_id(db.session(), submission_id)
    assert found is not None
    return found


def _contest(artist: int, person: int, number: int, now: datetime) -> dict[str, Any]:
    return {
        "artist_id": artist,
        "slug": f"tour-tee-{number}",
        "title": "Tour tee",
        "preset": "tee",
        "rights": dict(rights.DEFAULTS),
        "rights_hash": rights.hash_of(rights.DEFAULTS),
        "timezone": "Europe/Helsinki",
        "opens_at": now - timedelta(days=1),
        "voting_at": now + timedelta(days=7),
        "picking_at": now + timedelta(days=14),
        "decide_by": now + timedelta(days=21),
        "seed": "s" * 64,
        "seed_hash": "h" * 64,
        "created_at": now,
        "created_by": person,
        "published_at": now,
        "published_by": person,
    }
