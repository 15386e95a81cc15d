"""What is served of pictures: renditions to everybody, originals to the team, nothing else to nobody."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from contests.submissions import jobs, media
from contests.submissions.queries import RevisionRow
from tests.contests.submissions.stage import Stage, another_fan, design, sent_in
from tests.pictures import png
from webapp.infra.storage import storage
from webapp.infra.templating import picture_url

# The forms and words of pages; what they read and write is tested on both kinds of database with the services.
pytestmark = pytest.mark.one_db


@pytest.fixture
def made(stage: Stage) -> RevisionRow:
    """A finished revision."""
    submission_id = sent_in(stage)
    latest = design(submission_id).latest
    assert latest is not None
    assert jobs.process(latest.id)
    revision = design(submission_id).revision
    assert revision is not None
    return revision


def test_a_rendition_is_served_for_ever_and_can_do_nothing(made: RevisionRow, client: Any) -> None:
    for kind, content_type in (("avif", "image/avif"), ("jpeg", "image/jpeg")):
        key = made.renditions[0][kind]
        answer = client.get(picture_url(key))
        assert answer.status_code == 200
        assert answer.data == storage().get(key)
        assert answer.headers["Content-Type"] == content_type
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Disposition"] == "inline"
        assert "Set-Cookie" not in answer.headers
        again = client.get(picture_url(key), headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == answer.headers["ETag"]


def test_what_caches_keep_for_everybody_bears_nobodys_cookie(
    made: RevisionRow, client: Any, sign_in: Any, stage: Stage
) -> None:
    """A page prolongs the session with its cookie; a picture must not, though the same browser asks for it."""
    sign_in(client, stage.fan)
    assert "Set-Cookie" in client.get("/settings").headers
    for status, known in ((200, {}), (304, {"If-None-Match": made.renditions[0]["jpeg"].rpartition("/")[2]})):
        known = {name: f'"{value}"' for name, value in known.items()}
        answer = client.get(picture_url(made.renditions[0]["jpeg"]), headers=known)
        assert answer.status_code == status and "public" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "")


def test_the_share_card_is_served(made: RevisionRow, client: Any) -> None:
    answer = client.get(picture_url(made.share_card_key or ""))
    with Image.open(io.BytesIO(answer.data)) as card:
        assert card.size == (1200, 630)


@pytest.mark.parametrize(
    "path",
    [
        "{original}",
        "renditions/../{original}",
        "renditions/%2e%2e/{original}",
        "renditions/ab/{sha}-r1-240.jpg",
        "renditions/{two}/{sha}-r1-241.jpg",
        "renditions/{two}/{sha}-r1-240.html",
        "renditions/{two}/{sha}-r1-240.jpg\n",
        "share/{two}/{sha}-r1-240.jpg/..",
        "../secret_key",
        "",
    ],
)
def test_nothing_else_is_served(made: RevisionRow, client: Any, path: str) -> None:
    sha = made.original_sha256
    two = sha[:2] if sha[:2] != "ab" else "ac"
    key = path.format(original=made.original_key, sha=sha, two=two)
    assert client.get(f"/media/{key}").status_code == 404


def test_originals_go_to_the_team_for_ten_minutes(
    app: Any, stage: Stage, made: RevisionRow, new_client: Any, sign_in: Any, clock: Any
) -> None:
    moderator, fan, other = new_client(), new_client(), new_client()
    sign_in(moderator, stage.moderator)
    sign_in(fan, stage.fan)
    sign_in(other, another_fan(stage.now))
    link = link_for(app, stage.moderator, made.id)
    answer = moderator.get(link)
    assert (answer.status_code, answer.data) == (200, png())
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer.headers["Cache-Control"]
    assert fan.get(link).status_code == 404, "the link is one person's"
    assert other.get(link_for(app, other_id(other), made.id)).status_code == 404, "not of the team"
    assert moderator.get(link + "x").status_code == 404
    assert new_client().get(link).status_code in (302, 401, 404)
    clock.advance(minutes=11)
    assert moderator.get(link).status_code == 410


def link_for(app: Any, person_id: int, revision_id: int) -> str:
    """The link as a page of that person holds it."""
    from flask_login import login_user

    from webapp.accounts.login import Stranger

    class Somebody(Stranger):
        id = person_id
        is_active = is_authenticated = True

        def get_id(self) -> str:
            return "1"

    with app.test_request_context():
        login_user(Somebody())
        return media.original_url(revision_id)


def other_id(client: Any) -> int:
    """Who the client is signed in as."""
    from sqlalchemy import select

    from webapp.accounts.login import TOKEN, hash_of
    from webapp.accounts.models import SessionRow
    from webapp.infra.db import db

    with client.session_transaction() as stored:
        token = stored[TOKEN]
    return int(db.session.scalars(select(SessionRow.person_id).where(SessionRow.token_hash == hash_of(token))).one())
