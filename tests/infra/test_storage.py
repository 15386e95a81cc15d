"""The storage port: the same promises from a folder and from an S3-compatible bucket (a local double)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from moto.server import ThreadedMotoServer

from webapp.boot.app import create_app
from webapp.infra import storage
from webapp.infra.settings import Settings
from webapp.infra.storage import FolderStorage, S3Storage, Storage


@pytest.fixture(scope="module")
def bucket() -> Iterator[Settings]:
    """Settings that name a bucket of a local double."""
    import urllib.request

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/fanmade", method="PUT"), timeout=10).close()
    try:
        yield Settings(
            storage_url="s3://fanmade/site",
            s3_endpoint=endpoint,
            s3_region="us-east-1",
            s3_key_id="key",
            s3_secret="secret",
        )
    finally:
        server.stop()


@pytest.fixture(params=["folder", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path, bucket: Settings) -> Storage:
    made = storage.build(Settings(storage_url=f"file://{tmp_path}") if request.param == "folder" else bucket)
    assert isinstance(made, FolderStorage if request.param == "folder" else S3Storage)
    for key in list(made.keys()):
        made.delete(key)
    return made


def test_what_is_written_comes_back(files: Storage) -> None:
    files.put("originals/ab/abc", b"one")
    files.put("originals/ab/abc", b"one")
    files.put("renditions/ab/abc-240.avif", b"two")
    assert files.get("originals/ab/abc") == b"one"
    assert files.exists("renditions/ab/abc-240.avif")
    assert sorted(files.keys()) == ["originals/ab/abc", "renditions/ab/abc-240.avif"]
    assert list(files.keys("originals/")) == ["originals/ab/abc"]


def test_what_is_not_there_is_said(files: Storage) -> None:
    assert not files.exists("nothing")
    with pytest.raises(FileNotFoundError):
        files.get("nothing")
    files.delete("nothing")
    files.put("something", b"")
    files.delete("something")
    assert not files.exists("something")


def test_a_folder_never_leads_outside(tmp_path: Path) -> None:
    inside = FolderStorage(tmp_path / "files")
    (tmp_path / "secret").write_text("x")
    for key in ("../secret", "/etc/hostname", "a/../../secret"):
        with pytest.raises(FileNotFoundError):
            inside.get(key)


def test_a_bucket_says_what_a_public_picture_is_and_nothing_of_others(bucket: Settings) -> None:
    files = storage.build(bucket)
    assert isinstance(files, S3Storage)
    said = {}
    for key in ("renditions/ab/abc-r1-240.avif", "share/ab/abc-r1-card.jpg", "originals/ab/abc", "exports/a.jpg"):
        files.put(key, b"bytes")
        held = files.store.get(key).attributes
        said[key.partition("/")[0]] = (held.get("Content-Type"), held.get("Cache-Control"))
    for_ever = "public, max-age=31536000, immutable"
    assert said["renditions"] == ("image/avif", for_ever) and said["share"] == ("image/jpeg", for_ever)
    assert said["originals"][1] is None and said["exports"][1] is None


def test_the_site_serves_a_rendition_from_a_bucket(bucket: Settings, redis_url: str, tmp_path: Path) -> None:
    from dataclasses import replace

    name = "ab" * 32
    app: Flask = create_app(
        replace(
            bucket, data=tmp_path, database_url=f"sqlite:///{tmp_path}/x.db", redis_url=redis_url, secret_key="k" * 40
        )
    )
    with app.app_context():
        storage.storage().put(f"renditions/ab/{name}-r1-240.jpg", b"jpeg")
    answer = app.test_client().get(f"/media/renditions/ab/{name}-r1-240.jpg")
    assert (answer.status_code, answer.data) == (200, b"jpeg")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_listing_tells_size_and_age_and_a_file_can_be_moved(files: Storage) -> None:
    from datetime import UTC, datetime, timedelta

    files.put("renditions/ab/one", b"one")
    files.put("renditions/abc", b"three")
    files.put("rendi", b"two")
    assert [each.key for each in files.listing("renditions/ab/")] == ["renditions/ab/one"]
    assert sorted(each.key for each in files.listing("renditions/ab")) == ["renditions/ab/one", "renditions/abc"]
    found = files.look("renditions/ab/one")
    assert found and found.bytes == 3 and not found.half
    assert abs(datetime.now(UTC) - found.modified) < timedelta(minutes=2)
    files.move("renditions/ab/one", "lost/2027-01-01/renditions/ab/one")
    assert files.look("renditions/ab/one") is None
    assert files.get("lost/2027-01-01/renditions/ab/one") == b"one"
    with pytest.raises(FileNotFoundError):
        files.move("nothing", "something")


def test_what_a_dead_writer_left_is_listed_as_half_a_file_and_is_no_key(tmp_path: Path) -> None:
    files = FolderStorage(tmp_path)
    files.put("originals/ab/abc", b"one")
    (tmp_path / "originals/ab/.new-xyz").write_bytes(b"o")
    assert list(files.keys()) == ["originals/ab/abc"]
    assert [(each.key, each.half) for each in files.listing()] == [
        ("originals/ab/.new-xyz", True),
        ("originals/ab/abc", False),
    ]
