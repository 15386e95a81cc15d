"""Small factories for rounds: people, a contest in a phase, designs everybody can see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from contests.models import Contest, ContestProduct
from contests.submissions.models import Revision, Submission
from webapp.accounts import store as accounts
from webapp.infra.db import transaction
from webapp.kernel.codes import short_code

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
SEED = "a seed that was fixed before"
_numbers = count(1)


@dataclass
class Scene:
    """A contest in its voting phase at NOW, with its artist, designers and designs."""

    contest_id: int
    slug: str
    artist_id: int
    artist_slug: str
    boss: int
    designers: list[int] = field(default_factory=list)
    designs: list[int] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    closes: datetime = NOW + timedelta(days=2)
    decide_by: datetime = NOW + timedelta(days=9)


def person(name: str = "", **fields: Any) -> int:
    """Make somebody and return the id."""
    number = next(_numbers)
    with transaction() as session:
        return accounts.add_person(session, f"p{number}@example.org", name or f"Fan {number}", NOW, **fields)


def people(how_many: int) -> list[int]:
    """Make several."""
    return [person() for _ in range(how_many)]


def scene(designs: int = 3, hearts: int = 5, shortlist_size: int = 2, **dates: Any) -> Scene:
    """Make a contest in its voting phase at NOW; `dates` replace the contest's."""
    number, boss = next(_numbers), person("The Artist")
    slug = f"tour-tee-{number}"
    with transaction() as session:
        artist_id = accounts.add_artist(session, f"band-{number}", "The Band", NOW)
        accounts.add_member(session, artist_id, boss, "artist", NOW)
        when = {
            "opens_at": NOW - timedelta(days=20),
            "voting_at": NOW - timedelta(days=2),
            "picking_at": NOW + timedelta(days=2),
            "decide_by": NOW + timedelta(days=9),
        } | dates
        contest = Contest(
            artist_id=artist_id,
            slug=slug,
            title=f"Tour tee {number}",
            preset="tee",
            rights={},
            timezone="Europe/Helsinki",
            hearts=hearts,
            shortlist_size=shortlist_size,
            seed=SEED,
            seed_hash=hashlib.sha256(SEED.encode()).hexdigest(),
            created_at=NOW,
            created_by=boss,
            published_at=NOW - timedelta(days=21),
            published_by=boss,
            **when,
        )
        session.add(contest)
        session.flush()
        session.add(
            ContestProduct(
                contest_id=contest.id,
                position=0,
                kind="tee",
                title="Tee",
                colours=[{"name": "Night", "hex": "#1D1035"}, {"name": "Sun", "hex": "#FFC83D"}],
                sizes=["M"],
                print_width_cm=30,
                print_height_cm=40,
                price_minor=2900,
                currency="EUR",
            )
        )
        made = Scene(contest.id, slug, artist_id, f"band-{number}", boss)
    made.closes, made.decide_by = when["picking_at"], when["decide_by"]
    for _ in range(designs):
        design(made)
    return made


def design(made: Scene, author: int | None = None) -> int:
    """Add a public design with a finished picture; return its id."""
    author = author or person()
    with transaction() as session:
        row = Submission(
            contest_id=made.contest_id,
            author_id=author,
            code=short_code(6),
            title=f"Design {next(_numbers)}",
            alt="A drawn fox",
            description="Drawn on the night bus.",
            state="approved",
            rights_hash="x",
            created_at=NOW,
            submitted_at=NOW,
            approved_at=NOW,
        )
        session.add(row)
        session.flush()
        revision = Revision(
            submission_id=row.id,
            number=1,
            original_key="o",
            original_sha256="o",
            bytes=1,
            state="done",
            renditions=[{"w": 360, "h": 450, "avif": "renditions/a.avif", "jpeg": "renditions/a.jpg"}],
            report={},
            created_at=NOW,
        )
        session.add(revision)
        session.flush()
        row.current_revision_id = revision.id
        made.designers.append(author)
        made.designs.append(row.id)
        made.codes.append(row.code)
        return row.id


def vote(made: Scene, *counts: int) -> list[int]:
    """Let the n-th design get that many votes, from as many voters as the most wanted needs; return the voters."""
    from voting import service

    voters = people(max(counts, default=0))
    for submission_id, votes in zip(made.designs, counts, strict=False):
        for voter in voters[:votes]:
            service.cast(submission_id, voter, "gallery", NOW)
    return voters


def counted(made: Scene, *counts: int) -> list[int]:
    """Vote, then close the open round well after its end; return the voters."""
    from voting import closing, service

    voters = vote(made, *counts)
    round_id = closing.round_to_close(made.contest_id, "open")
    assert round_id
    assert service.close(round_id, made.closes + timedelta(minutes=11))
    return voters


def set_state(round_id: int, voters: list[int], state: str) -> None:
    """Let somebody bring the ballots of voters to a state, with the acts that say so."""
    from sqlalchemy import select

    from voting.integrity import acting
    from voting.integrity.acting import Who
    from voting.models import Ballot

    who = Who("other", "Because.", person_id=person("A moderator"))
    with transaction() as session:
        mine = (Ballot.round_id == round_id, Ballot.voter_id.in_(voters))
        ballots = list(session.scalars(select(Ballot.id).where(*mine)))
        for step in ("held", state) if state == "rejected" else (state,):
            acting.move(session, round_id, ballots, step, who, NOW)
