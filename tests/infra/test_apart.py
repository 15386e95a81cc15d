"""What a growing installation sets: another place for its pictures, a pooler before its database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from bench.scene import engine_of, fill
from tests.databases import Databases
from webapp.boot.app import create_app
from webapp.infra import security
from webapp.infra.db import db
from webapp.infra.settings import BadSettings, Settings

EMBEDDED = {"FANMADE_SECRET_KEY": "0123456789abcdef" * 4}


def _settings(**given: str) -> Settings:
    return Settings.from_env({**EMBEDDED, **{f"FANMADE_{name}": value for name, value in given.items()}})


@pytest.mark.parametrize(
    "url", ["cdn.example.org", "ftp://cdn.example.org", "https://", "https://a.example; script-src *", "https://a b/c"]
)
def test_an_address_of_pictures_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadSettings, match="FANMADE_MEDIA_URL"):
        _settings(MEDIA_URL=url)


def test_the_policy_names_where_pictures_are_and_nothing_else() -> None:
    assert security.policy(_settings().media_url) == security.CSP
    apart = security.policy(_settings(MEDIA_URL="https://cdn.example.org:8443/media/").media_url)
    assert apart == security.CSP.replace("blob:", "blob: https://cdn.example.org:8443")


@pytest.mark.timeout(300)
def test_pictures_are_where_the_settings_say(redis_url: str, databases: Databases, tmp_path: Path) -> None:
    address = databases.fresh("sqlite")
    scene = fill(engine_of(address), people=2, designs=3)
    settings = _settings(
        DATA=str(tmp_path),
        DATABASE_URL=address,
        REDIS_URL=redis_url,
        MEDIA_URL="https://cdn.example.org/media",
    )
    app = create_app(settings)
    client = app.test_client()
    page = client.get(f"/c/{scene.vote}/designs")
    assert 'srcset="https://cdn.example.org/media/renditions/' in page.text and '"/media/' not in page.text
    assert "img-src 'self' blob: https://cdn.example.org;" in page.headers["Content-Security-Policy"]
    card = client.get(f"/api/v1/designs/{scene.codes[0]}").json
    assert card["renditions"][0]["jpeg"].startswith("https://cdn.example.org/media/renditions/")


@pytest.mark.parametrize(("pooled", "threshold"), [("off", 5), ("on", None)])
def test_behind_a_pooler_nothing_is_prepared(
    databases: Databases, redis_url: str, tmp_path: Path, pooled: str, threshold: int | None
) -> None:
    address = databases.shared("postgres")
    settings = _settings(DATA=str(tmp_path), DATABASE_URL=address, REDIS_URL=redis_url, DATABASE_POOLED=pooled)
    app = create_app(settings)
    with app.app_context():
        engine: Engine = db.engine
        with engine.connect() as connection:
            assert connection.connection.dbapi_connection.prepare_threshold == threshold  # type: ignore[union-attr]
        engine.dispose()
