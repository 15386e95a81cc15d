"""Rows for the pages: an artist with a team, contests in a wanted phase, designs with finished pictures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from contests.models import Contest
from contests.phases import Phase
from contests.submissions.models import ModerationAct, Revision, Submission
from webapp.accounts.models import Artist, Person, TeamMember
from webapp.infra.db import transaction

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
# How many days before NOW each date of a contest lies, so that it stands in the phase.
_BEGUN = {
    Phase.UPCOMING: (-1, -2, -3, -4),
    Phase.SUBMITTING: (1, -1, -2, -3),
    Phase.VOTING: (2, 1, -1, -2),
    Phase.FINAL: (3, 2, -1, -2),
    Phase.PICKING: (3, 2, 1, -1),
    Phase.DECIDED: (4, 3, 2, 1),
    Phase.LAPSED: (4, 3, 2, 1),
    Phase.CANCELLED: (2, 1, -1, -2),
    Phase.DRAFT: (-1, -2, -3, -4),
}


def person(name: str = "Fan", **fields: Any) -> int:
    """Insert a person; return the id."""
    with transaction() as session:
        row = Person(display_name=name, email=f"{name}@example.org".lower(), created_at=NOW, **fields)
        session.add(row)
        session.flush()
        return row.id


def artist(slug: str = "aino", colour: str = "#FFC83D", **members: int) -> int:
    """Insert an artist; keywords are roles and who holds them."""
    with transaction() as session:
        row = Artist(slug=slug, name=slug.capitalize(), brand_colour=colour, bio_md="Songs.", created_at=NOW)
        session.add(row)
        session.flush()
        for role, person_id in members.items():
            session.add(TeamMember(artist_id=row.id, person_id=person_id, role=role, since=NOW))
        return row.id


def contest(artist_id: int, by: int, phase: Phase = Phase.VOTING, slug: str = "tee", **fields: Any) -> int:
    """Insert a contest that stands in `phase` at NOW; return the id."""
    opens, voting, picking, decide = (NOW - days * DAY for days in _BEGUN[phase])
    values: dict[str, Any] = {
        "title": f"The {slug}",
        "brief_md": "Draw **something** for us.",
        "prize": "Your design on a shirt",
        "preset": "tee",
        "rights": {},
        "timezone": "Europe/Helsinki",
        "opens_at": opens,
        "voting_at": voting,
        "picking_at": picking,
        "decide_by": decide,
        "final_at": NOW - DAY if phase is Phase.FINAL else None,
        "seed": "s",
        "seed_hash": "f" * 64,
        "published_at": None if phase is Phase.DRAFT else NOW - 9 * DAY,
        "decided_at": NOW if phase is Phase.DECIDED else None,
        "cancelled_at": NOW if phase is Phase.CANCELLED else None,
        "cancel_reason": "The tour is off." if phase is Phase.CANCELLED else None,
    }
    with transaction() as session:
        row = Contest(artist_id=artist_id, slug=slug, created_at=NOW - 10 * DAY, created_by=by, **{**values, **fields})
        session.add(row)
        session.flush()
        return row.id


def designs(contest_id: int, author_id: int, count: int, **fields: Any) -> list[int]:
    """Insert public designs with pictures; return their ids."""
    with transaction() as session:
        first = session.query(Submission).count()
        rows = [_design(contest_id, author_id, first + i, fields) for i in range(count)]
        session.add_all(rows)
        session.flush()
        revisions = [_revision(row.id) for row in rows]
        session.add_all(revisions)
        session.flush()
        for row, revision in zip(rows, revisions, strict=True):
            row.current_revision_id = revision.id
        return [row.id for row in rows]


def change(submission_id: int, **values: Any) -> str:
    """Set columns of a design; return its code."""
    with transaction() as session:
        row = session.get_one(Submission, submission_id)
        for name, value in values.items():
            setattr(row, name, value)
        return row.code


def hidden(submission_id: int, artist_id: int, moderator_id: int, reason: str) -> str:
    """Hide a design as a moderator does; return its code."""
    with transaction() as session:
        session.add(
            ModerationAct(
                at=NOW,
                artist_id=artist_id,
                moderator_id=moderator_id,
                subject_kind="submission",
                subject_id=submission_id,
                act="hide",
                reason=reason,
                state_before="approved",
            )
        )
    return change(submission_id, state="hidden")


def _design(contest_id: int, author_id: int, number: int, fields: dict[str, Any]) -> Submission:
    values = {"title": f"Design {number}", "alt": f"A drawing, number {number}", **fields}
    return Submission(
        contest_id=contest_id,
        author_id=author_id,
        code=f"{number:05d}",
        state="approved",
        rights_hash="h",
        created_at=NOW - 5 * DAY,
        submitted_at=NOW - 5 * DAY,
        approved_at=NOW - 5 * DAY,
        **values,
    )


def _revision(submission_id: int) -> Revision:
    return Revision(
        submission_id=submission_id,
        number=1,
        original_key=f"originals/{submission_id}",
        original_sha256="0" * 64,
        bytes=1,
        width=480,
        height=600,
        state="done",
        renditions=[{"w": 480, "h": 600, "avif": key("avif"), "jpeg": key("jpg")}],
        share_card_key=key("jpg").replace("renditions", "share"),
        created_at=NOW - 5 * DAY,
        done_at=NOW - 5 * DAY,
    )


def key(ending: str) -> str:
    """Return a well-formed storage key of a rendition."""
    return f"renditions/ab/ab{'0' * 62}-r1-480.{ending}"
