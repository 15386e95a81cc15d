"""A backup holds database and files of one moment and restores into either database."""

import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from contests.models import Contest
from tests.databases import Databases
from voting.models import Round
from webapp.accounts.models import Artist, Person
from webapp.boot import backup
from webapp.boot.app import create_app
from webapp.infra.db import db, transaction
from webapp.infra.settings import Settings
from webapp.infra.storage import storage

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def _fill() -> None:
    with transaction() as session:
        person = Person(email="ä@example.org", display_name="Ääni 🌊", is_operator=True, created_at=AT)
        artist = Artist(slug="tide", name="Tide", created_at=AT)
        session.add_all([person, artist])
        session.flush()
        contest = Contest(
            artist_id=artist.id, slug="tee", title="Tee", preset="tee", rights={"text": "ours"}, timezone="UTC",
            seed="s", seed_hash="h", created_at=AT, created_by=person.id,
        )  # fmt: skip
        session.add(contest)
        session.flush()
        session.add(
            Round(contest_id=contest.id, kind="open", budget=5, sealed_at=AT, closed_at=AT, result={"votes": 3})
        )
        session.add(Round(contest_id=contest.id, kind="final", budget=3))
    storage().put("renditions/ab/abc-720.avif", b"picture")


def test_a_backup_comes_back_whole_on_either_database(app: Flask, databases: Databases, tmp_path: Path) -> None:
    _fill()
    manifest = backup.write(tmp_path / "b.tar")
    assert manifest["tables"]["people"] == 1
    for kind in ("sqlite", "postgres"):
        settings = Settings(
            data=tmp_path / kind,
            database_url=databases.fresh(kind),
            redis_url=app.config["SETTINGS"].redis_url,
            storage_url=f"file://{tmp_path / kind / 'files'}",
            secret_key="x" * 40,
        )
        other = create_app(settings)
        with other.app_context():
            backup.read(tmp_path / "b.tar")
            person = db.session.scalars(select(Person)).one()
            assert (person.display_name, person.created_at, person.is_operator) == ("Ääni 🌊", AT, True)
            assert storage().get("renditions/ab/abc-720.avif") == b"picture"
            rounds = db.session.execute(select(Round.kind, Round.result, Round.result.is_(None)).order_by(Round.id))
            assert [tuple(row) for row in rounds] == [("open", {"votes": 3}, False), ("final", None, True)]
            with transaction() as session:  # ids go on after the last one
                session.add(Person(email="b@example.org", created_at=AT))
            with pytest.raises(backup.BadBackup, match="already holds people"):
                backup.read(tmp_path / "b.tar")
            db.session.remove()
            db.engine.dispose()


def test_a_damaged_backup_is_refused_before_anything_is_written(app: Flask, tmp_path: Path) -> None:
    _fill()
    good, bad = tmp_path / "good.tar", tmp_path / "bad.tar"
    backup.write(good)
    with tarfile.open(good) as source, tarfile.open(bad, "w") as target:
        for member in source.getmembers():
            data = source.extractfile(member)
            if data is not None and not member.name.startswith("files/"):
                target.addfile(member, data)
    with pytest.raises(backup.BadBackup, match="missing"):
        backup.verify(bad)
    (tmp_path / "no.tar").write_bytes(good.read_bytes()[:2000])
    with pytest.raises(backup.BadBackup, match="not a whole backup"):
        backup.verify(tmp_path / "no.tar")


def test_one_altered_byte_is_noticed(app: Flask, tmp_path: Path) -> None:
    _fill()
    file = tmp_path / "b.tar"
    backup.write(file)
    data = bytearray(file.read_bytes())
    at = data.find(b"picture")
    data[at] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(backup.BadBackup, match="altered"):
        backup.verify(file)
