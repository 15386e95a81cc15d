"""Production does not start with a secret that is missing, weak, or one that everybody knows; no fault repeats one."""

from __future__ import annotations

import pytest

from webapp.infra.settings import BadSettings, Settings

GOOD = {
    "FANMADE_ENV": "production",
    "FANMADE_BASE_URL": "https://merch.example.org",
    "FANMADE_SECRET_KEY": "9f2b7c4d1e8a6053" * 4,
    "FANMADE_DATABASE_URL": "postgresql+psycopg://fanmade:correct-horse@database/fanmade",
    "FANMADE_REDIS_URL": "redis://redis:6379/0",
    "FANMADE_STORAGE_URL": "file:///srv/fanmade/files",
    "FANMADE_MAIL_URL": "smtp://user:correct-horse@mail.example.org:587",
    "FANMADE_MAIL_FROM": "Fanmade <hello@merch.example.org>",
}


def faults(**changed: str) -> list[str]:
    try:
        Settings.from_env(GOOD | changed)
    except BadSettings as bad:
        return bad.faults
    return []


def test_good_ones_are_taken() -> None:
    assert faults() == []
    assert faults(FANMADE_SECRET_KEY_FALLBACKS="0a1b2c3d4e5f6789" * 2 + " , " + "fedcba9876543210" * 2) == []
    kept = Settings.from_env(GOOD | {"FANMADE_SECRET_KEY_FALLBACKS": "0a1b2c3d4e5f6789" * 2})
    assert kept.secret_key_fallbacks == ("0a1b2c3d4e5f6789" * 2,)
    assert "9f2b7c4d" not in repr(kept)
    assert "0a1b2c3d" not in repr(kept)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FANMADE_SECRET_KEY", ""),
        ("FANMADE_SECRET_KEY", "short"),
        ("FANMADE_SECRET_KEY", "a" * 64),
        ("FANMADE_SECRET_KEY", "changeme" * 3),
        ("FANMADE_SECRET_KEY_FALLBACKS", "short"),
        ("FANMADE_SECRET_KEY_FALLBACKS", "9f2b7c4d1e8a6053" * 4),
        ("FANMADE_DATABASE_URL", "postgresql+psycopg://fanmade:password@database/fanmade"),
        ("FANMADE_DATABASE_URL", "postgresql+psycopg://fanmade:Change%2DMe@database/fanmade"),
        ("FANMADE_REDIS_URL", "redis://:changeme@redis:6379/0"),
        ("FANMADE_MAIL_URL", "smtp://user:password@mail.example.org:587"),
        ("FANMADE_METRICS_TOKEN", "short"),
        ("FANMADE_BASE_URL", "http://merch.example.org"),
    ],
)
def test_each_of_these_stops_the_start_and_says_which(name: str, value: str) -> None:
    found = faults(**{name: value})
    assert [fault.split(":")[0] for fault in found] == [name]
    assert len(value) < 8 or value not in found[0]
    if name not in ("FANMADE_BASE_URL", "FANMADE_METRICS_TOKEN", "FANMADE_SECRET_KEY_FALLBACKS"):
        assert not faults(**{name: value, "FANMADE_ENV": "embedded"}), "what is played with at home may be weak"
