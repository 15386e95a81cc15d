"""Rows to load a site with, written straight into its database: fans with tokens, a vote, an open call, a drop."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, create_engine, insert
from sqlalchemy.orm import Session

from contests import rights
from contests.models import Contest
from contests.submissions.models import Revision, Submission
from preorders.models import Drop, Product, Variant
from webapp.accounts.login import hash_of
from webapp.accounts.models import ApiToken, Artist, Person, SessionRow, TeamMember
from webapp.accounts.tokens import PREFIX, SCOPES
from webapp.boot import tables
from webapp.infra.engines import install_hooks

tables.load()  # foreign keys are resolved by name
DAY = timedelta(days=1)
SEED = "s" * 64
WIDTHS = (240, 360, 480, 720, 1080)


@dataclass(frozen=True)
class Scene:
    """What was written: people by id, the codes of the designs that can be voted for, and one variant on sale."""

    people: list[int]
    codes: list[str]
    design_ids: list[int]
    contest_id: int
    variant_id: int
    rights_hash: str
    vote: str = "the-vote"
    call: str = "the-call"
    drop: str = "the-drop"

    def token(self, number: int) -> str:
        """The API token of a person."""
        return token_of(number % len(self.people))


def engine_of(url: str) -> Engine:
    """An engine on a site's database, with the product's own settings of SQLite."""
    engine = create_engine(url)
    install_hooks(engine)
    return engine


def token_of(number: int) -> str:
    """The API token of the n-th person."""
    return f"{PREFIX}scene-{number:06d}"


def session_of(number: int) -> str:
    """The token in the cookie of the n-th person."""
    return f"scene-session-{number:06d}"


def fill(engine: Engine, people: int = 100, designs: int = 48, cap: int | None = None, hearts: int = 5) -> Scene:
    """Write the scene into an empty, migrated database."""
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        ids = add_people(session, people, now)
        artist = Artist(slug="the-band", name="The Band", created_at=now)
        session.add(artist)
        session.flush()
        for role in ("artist", "merch_staff", "moderator"):
            session.add(TeamMember(artist_id=artist.id, person_id=ids[0], role=role, since=now))
        voting = add_contest(session, artist.id, ids[0], "the-vote", now - 3 * DAY, now - DAY, hearts)
        add_contest(session, artist.id, ids[0], "the-call", now - DAY, now + 3 * DAY, hearts)
        codes, design_ids = add_designs(session, voting, ids[0], designs, now)
        variant = _drop(session, artist.id, cap, now)
        return Scene(ids, codes, design_ids, voting, variant, rights.hash_of(rights.DEFAULTS))


def add_people(session: Session, count: int, now: datetime, first: int = 0) -> list[int]:
    """Write fans with tokens and sessions, numbered from `first`; return their ids."""
    rows = [
        {"email": f"fan{n}@example.org", "display_name": f"Fan {n}", "age_band": "18+", "created_at": now - 30 * DAY}
        for n in range(first, first + count)
    ]
    ids = list(session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), rows))
    tokens: list[dict[str, Any]] = []
    sessions: list[dict[str, Any]] = []
    for number, person_id in enumerate(ids, first):
        kept = {"person_id": person_id, "created_at": now}
        # `last_used_at` is set: the first use of a token would write it down otherwise.
        used = {"name": "scene", "scopes": list(SCOPES), "last_used_at": now}
        tokens.append({**kept, "token_hash": hash_of(token_of(number)), **used})
        lives = {"fresh_until": now + DAY, "last_seen_at": now}
        sessions.append({**kept, "token_hash": hash_of(session_of(number)), **lives})
    session.execute(insert(ApiToken), tokens)
    session.execute(insert(SessionRow), sessions)
    return ids


def add_contest(
    session: Session, artist: int, by: int, slug: str, opens: datetime, voting: datetime, hearts: int
) -> int:
    """Write a published contest whose phases begin then; return its id."""
    row = Contest(
        artist_id=artist,
        slug=slug,
        title=slug.replace("-", " ").capitalize(),
        brief_md="Draw **something** for us.",
        preset="tee",
        rights=dict(rights.DEFAULTS),
        rights_hash=rights.hash_of(rights.DEFAULTS),
        timezone="UTC",
        hearts=hearts,
        designs_per_fan=10,
        opens_at=opens,
        voting_at=voting,
        picking_at=voting + 30 * DAY,
        decide_by=voting + 40 * DAY,
        seed=SEED,
        seed_hash=hashlib.sha256(SEED.encode()).hexdigest(),
        created_at=opens - DAY,
        created_by=by,
        published_at=opens - DAY,
        published_by=by,
        voting_told_at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    return row.id


def add_designs(
    session: Session, contest: int, author: int, count: int, now: datetime, first: int = 0
) -> tuple[list[str], list[int]]:
    """Write designs that can be voted for, their codes numbered from `first`; return their codes and ids."""
    codes, ids = [], []
    for number in range(first, first + count):
        code = f"{number:05d}"
        design = Submission(
            contest_id=contest,
            author_id=author,
            code=code,
            title=f"Design number {number}",
            alt="Four squares of ink on dark cloth",
            state="approved",
            rights_hash="h",
            created_at=now - 2 * DAY,
            submitted_at=now - 2 * DAY,
            approved_at=now - 2 * DAY,
        )
        session.add(design)
        session.flush()
        picture = Revision(
            submission_id=design.id,
            number=1,
            original_key=f"originals/{number}",
            original_sha256="0" * 64,
            bytes=1,
            width=2400,
            height=3000,
            state="done",
            renditions=[_size(number, width) for width in WIDTHS],
            placeholder=number % 64,
            created_at=now - 2 * DAY,
            done_at=now - 2 * DAY,
        )
        session.add(picture)
        session.flush()
        design.current_revision_id = picture.id
        codes.append(code)
        ids.append(design.id)
    return codes, ids


def _size(number: int, width: int) -> dict[str, Any]:
    stem = f"renditions/{number % 256:02x}/{number:064x}-r1-{width}"
    return {"w": width, "h": width * 5 // 4, "avif": f"{stem}.avif", "jpeg": f"{stem}.jpg"}


def _drop(session: Session, artist: int, cap: int | None, now: datetime) -> int:
    drop = Drop(
        artist_id=artist,
        slug="the-drop",
        title="The drop",
        currency="EUR",
        timezone="UTC",
        edition_cap=cap,
        per_person=50,
        opens_at=now - DAY,
        closes_at=now + 20 * DAY,
        created_at=now - DAY,
        published_at=now - DAY,
        open_told_at=now - DAY,
    )
    session.add(drop)
    session.flush()
    product = Product(drop_id=drop.id, position=0, kind="tee", title="Tee", price_minor=2900)
    session.add(product)
    session.flush()
    variant = Variant(drop_id=drop.id, product_id=product.id, sku="TEE-M", size="M", colour="Night")
    session.add(variant)
    session.flush()
    return variant.id
