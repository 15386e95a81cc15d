"""The artist's portrait: taken by the same decoder as designs, shown on the page, changed by the artist alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.pictures import jpeg, jxl, png, turned
from tests.web import end_reading
from webapp.accounts import queries, store
from webapp.accounts.models import AuditLine
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
PAGE = "/team/tides/page"


@pytest.fixture
def artist(app: Any) -> int:
    with transaction() as session:
        return store.add_artist(session, "tides", "The Tides", NOW)


@pytest.fixture
def member(artist: int, new_client: Callable[[], Any], sign_in: Callable[..., None]) -> Callable[[str], Any]:
    """Makes somebody of the team with a role, signed in."""

    def make(role: str) -> Any:
        with transaction() as session:
            person = store.add_person(session, f"{role}@example.org", role, NOW)
            store.add_member(session, artist, person, role, NOW)
        client = new_client()
        sign_in(client, person)
        return client

    return make


def send(client: Any, data: bytes, name: str = "me.png") -> Any:
    return client.post(f"{PAGE}/portrait", data={"picture": (io.BytesIO(data), name)}, follow_redirects=True)


def shown(artist: int) -> str | None:
    end_reading()
    found = queries.artist(db.session(), artist)
    assert found
    return found.portrait_key


@pytest.mark.one_db
@pytest.mark.parametrize("data", [png(500, 500), turned(6, width=480, height=600), jpeg(64, 64)])
def test_a_portrait_is_made_kept_shown_and_logged(artist: int, member: Any, client: Any, data: bytes) -> None:
    before = set(storage().keys("originals/"))  # the folder outlives a test
    aino = member("artist")
    assert "portrait-picture" in aino.get(PAGE).text
    assert "Saved." in send(aino, data).text
    key = shown(artist)
    assert key
    assert key.startswith("renditions/")
    picture = client.get(f"/media/{key}")
    assert picture.mimetype == "image/jpeg"
    assert b"Exif" not in picture.data
    assert f'src="/media/{key}"' in client.get("/a/tides").text
    assert "artist.portrait" in db.session.scalars(select(AuditLine.action)).all()
    assert set(storage().keys("originals/")) == before
    send(aino, data)
    assert shown(artist) == key


def test_what_cannot_be_used_is_said_and_changes_nothing(artist: int, member: Any) -> None:
    aino = member("artist")
    send(aino, png(400, 400))
    before = shown(artist)
    assert "JPEG XL" in send(aino, jxl()).text
    assert "not a picture" in send(aino, b"hello there, this is a letter").text
    assert aino.post(f"{PAGE}/portrait").status_code == 422
    assert shown(artist) == before


def test_it_is_taken_off_again(artist: int, member: Any, client: Any) -> None:
    aino = member("artist")
    send(aino, png(400, 400))
    aino.post(f"{PAGE}/portrait", data={"remove": "y"})
    assert shown(artist) is None
    assert 'class="portrait"' not in client.get("/a/tides").text


def test_only_the_artist_changes_it(artist: int, member: Any, client: Any) -> None:
    for role in ("moderator", "merch_staff"):
        assert send(member(role), png()).status_code == 404
    assert client.post(f"{PAGE}/portrait").status_code in (302, 401)
    assert shown(artist) is None
