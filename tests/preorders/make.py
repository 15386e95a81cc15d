"""Rows to begin a story with: people, an artist, a contest with a winner, a drop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from contests.models import Contest, ContestProduct
from contests.submissions.models import Revision, Submission
from preorders import queries
from preorders.models import Drop
from preorders.rows import Catalogue
from preorders.service import Contact, Item, NewProduct, add_bundle, add_product
from voting.models import Pick
from webapp.accounts import store as accounts
from webapp.accounts.models import Person
from webapp.infra.db import db, transaction

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOME = Contact("Aino Ahola", "Kirkkokatu 1 A 2", "00170", "Helsinki", "FI", "+358401234567", "Leave it at the door")


@dataclass(frozen=True)
class Story:
    """A contest whose winner was picked."""

    artist_id: int
    staff_id: int
    designer_id: int
    contest_id: int
    submission_id: int
    pick_id: int


def person(name: str = "Fan", **fields: Any) -> int:
    """Insert a person of age; return the id."""
    with transaction() as session:
        number = session.query(Person).count() + 1
        fields = {"age_band": "18+", **fields}
        return accounts.add_person(session, f"{name.lower()}{number}@example.org", f"{name} {number}", NOW, **fields)


def people(count: int, name: str = "buyer") -> list[int]:
    """Insert many fans in one transaction."""
    with transaction() as session:
        rows = [Person(email=f"{name}{i}@example.org", created_at=NOW, age_band="18+") for i in range(count)]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def story(sizes: tuple[str, ...] = ("S", "M"), colours: tuple[str, ...] = ("Black", "Navy")) -> Story:
    """Insert an artist with staff, a decided contest on a tee, and its standing pick."""
    staff_id, designer_id, artist_person = person("Staff"), person("Designer"), person("Artist")
    with transaction() as session:
        artist_id = accounts.add_artist(session, "night-line", "Night Line", NOW)
        accounts.add_member(session, artist_id, staff_id, "merch_staff", NOW)
        contest = Contest(
            artist_id=artist_id,
            slug="tour-tee",
            title="Tour tee",
            preset="tee",
            rights={},
            timezone="Europe/Helsinki",
            opens_at=NOW - 40 * DAY,
            voting_at=NOW - 20 * DAY,
            picking_at=NOW - 10 * DAY,
            decide_by=NOW + 10 * DAY,
            seed="s",
            seed_hash="h",
            created_at=NOW - 50 * DAY,
            created_by=artist_person,
            published_at=NOW - 45 * DAY,
            decided_at=NOW,
        )
        session.add(contest)
        session.flush()
        session.add(
            ContestProduct(
                contest_id=contest.id,
                position=0,
                kind="tee",
                title="Tour tee",
                colours=[{"name": name, "hex": "#1D1035"} for name in colours],
                sizes=list(sizes),
                print_width_cm=30,
                print_height_cm=40,
                price_minor=2990,
                currency="EUR",
            )
        )
        submission = Submission(
            contest_id=contest.id,
            author_id=designer_id,
            code="7K3QX",
            title="Moth",
            alt="A moth around a lamp",
            state="approved",
            rights_hash="x",
            created_at=NOW - 30 * DAY,
            submitted_at=NOW - 30 * DAY,
        )
        session.add(submission)
        session.flush()
        revision = Revision(
            submission_id=submission.id,
            number=1,
            original_key="originals/1",
            original_sha256="0" * 64,
            bytes=1,
            state="done",
            width=400,
            height=500,
            renditions=[{"w": 240, "h": 300, "avif": "r/1.avif", "jpeg": "r/1.jpg"}],
            created_at=NOW,
            done_at=NOW,
        )
        session.add(revision)
        session.flush()
        submission.current_revision_id = revision.id
        pick = Pick(
            contest_id=contest.id,
            submission_id=submission.id,
            picked_by=artist_person,
            reason="The lamp.",
            picked_at=NOW,
            undo_until=NOW,
            announced_at=NOW,
        )
        session.add(pick)
        session.flush()
        return Story(artist_id, staff_id, designer_id, contest.id, submission.id, pick.id)


def drop(
    cap: int | None = 100, per_person: int = 5, bundle: bool = False, told: Story | None = None, **fields: Any
) -> int:
    """Insert an open drop of a tee in S and M, black and navy; with `bundle` an album and both for 4,500."""
    told = told or story()
    values = {
        "artist_id": told.artist_id,
        "slug": "tour-tee",
        "title": "Tour tee",
        "currency": "EUR",
        "timezone": "Europe/Helsinki",
        "edition_cap": cap,
        "per_person": per_person,
        "opens_at": NOW - DAY,
        "closes_at": NOW + 27 * DAY,
        "created_at": NOW - 2 * DAY,
    }
    with transaction() as session:
        row = Drop(**{**values, **fields, "published_at": None})
        session.add(row)
        session.flush()
        drop_id = row.id
    colours = [("Black", "#17151C"), ("Navy", "#1D2A4D")]
    tee = add_product(drop_id, told.staff_id, NewProduct("tee", "Tour tee", 2990, True, ("S", "M"), colours), NOW)
    if bundle:
        album = add_product(drop_id, told.staff_id, NewProduct("album", "Album", 2100, False), NOW)
        add_bundle(drop_id, told.staff_id, "Tee + album", 4500, {tee: 1, album: 1}, NOW)
    with transaction() as session:
        row = session.get_one(Drop, drop_id)
        row.published_at = fields.get("published_at", NOW - DAY)
    return drop_id


def catalogue(drop_id: int) -> Catalogue:
    """What the drop offers now."""
    found = queries.catalogue(db.session(), drop_id)
    db.session.rollback()
    return found


def tee(drop_id: int, size: str = "M", colour: str = "Black", quantity: int = 1) -> Item:
    """An item: the tee in a size and colour."""
    variant = catalogue(drop_id).products[0].variant(size, colour)
    assert variant
    return Item((variant.id,), None, quantity)


def bundle(drop_id: int, size: str = "M", quantity: int = 1) -> Item:
    """An item: the tee and the album."""
    offered = catalogue(drop_id)
    shirt = offered.products[0].variant(size, "Black")
    assert shirt
    return Item((shirt.id, offered.products[1].variants[0].id), offered.bundles[0].id, quantity)
