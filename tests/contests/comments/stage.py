"""A public design and people around it, for tests on comments and moderation."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contests import rights
from contests.comments.models import Comment
from contests.models import Contest
from contests.submissions.models import Revision, Submission
from webapp.accounts import store as people
from webapp.infra.db import db, transaction
from webapp.kernel.codes import short_code

_numbers = itertools.count(1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stage:
    """Ids; the contest is in its voting phase at `now`, and everybody's account is a month old."""

    artist: int
    slug: str
    contest: int
    designer: int
    fan: int
    moderator: int
    design: int
    code: str
    now: datetime


def set_up(now: datetime, **contest: Any) -> Stage:
    """Make an artist with a moderator, a contest, a designer with a public design, and a fan."""
    number = next(_numbers)
    moderator, designer, fan = (person(now, name) for name in ("Mo", "Dee", "Fay"))
    with transaction() as session:
        artist = people.add_artist(session, f"band-{number}", "The Tides", now)
        people.add_member(session, artist, moderator, "moderator", now)
        made = Contest(**{**_contest(artist, moderator, number, now), **contest})
        session.add(made)
        session.flush()
        contest_id = made.id
    design, code = add_design(contest_id, designer, now, "approved")
    return Stage(artist, f"band-{number}", contest_id, designer, fan, moderator, design, code, now)


def person(now: datetime, name: str = "Fay", **fields: Any) -> int:
    """Make somebody of age whose account is a month old, unless told otherwise."""
    address = f"{name.lower()}{next(_numbers)}@example.org"
    values = {"age_band": "18+", **fields}
    with transaction() as session:
        return people.add_person(session, address, name, values.pop("created", now - 30 * DAY), **values)


def add_design(contest_id: int, author: int, now: datetime, state: str = "pending") -> tuple[int, str]:
    """Write a design that was sent in, its picture finished; return its id and code."""
    with transaction() as session:
        design = Submission(
            contest_id=contest_id, author_id=author, code=short_code(), title="Whale", alt="A whale at night",
            state=state, rights_hash="r", created_at=now, submitted_at=now,
            approved_at=now if state == "approved" else None,
        )  # fmt: skip
        session.add(design)
        session.flush()
        picture = Revision(
            submission_id=design.id, number=1, original_key="o", original_sha256="0" * 64, bytes=1, width=4,
            height=5, state="done", created_at=now, done_at=now, dhash="0" * 16,
            renditions=[{"w": 240, "h": 300, "avif": "a.avif", "jpeg": "a.jpg"}],
        )  # fmt: skip
        session.add(picture)
        session.flush()
        design.current_revision_id = picture.id
        return design.id, design.code


def state_of(comment_id: int) -> str:
    """The state of a comment in the database now."""
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get(Comment, comment_id)
    assert found is not None
    return found.state


def _contest(artist: int, author: int, number: int, now: datetime) -> dict[str, Any]:
    return {
        "artist_id": artist,
        "slug": f"tour-{number}",
        "title": "Tour tee",
        "preset": "tee",
        "rights": dict(rights.DEFAULTS),
        "rights_hash": "r",
        "timezone": "UTC",
        "opens_at": now - 20 * DAY,
        "voting_at": now - DAY,
        "picking_at": now + 7 * DAY,
        "decide_by": now + 14 * DAY,
        "seed": "s",
        "seed_hash": "h",
        "created_at": now - 30 * DAY,
        "created_by": author,
        "published_at": now - 30 * DAY,
    }
