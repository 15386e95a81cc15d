"""Production does not start with a secret that is missing, weak, or one that everybody knows; no fault repeats one."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp.infra.secret_files import FILED, LARGEST
from webapp.infra.settings import VARIABLES, BadSettings, Settings

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


def test_each_secret_may_come_in_a_file(tmp_path: Path) -> None:
    said = GOOD | {
        "FANMADE_SECRET_KEY_FALLBACKS": "0a1b2c3d4e5f6789" * 2,
        "FANMADE_S3_KEY_ID": "a-key",
        "FANMADE_S3_SECRET": "a-secret",
        "FANMADE_STRIPE_KEY": "sk_test_1",
        "FANMADE_STRIPE_WEBHOOK_SECRET": "whsec_1",
        "FANMADE_METRICS_TOKEN": "sixteen characters",
        "FANMADE_COUNTERS_URL": "redis://:correct-horse@counters:6379/0",
        "FANMADE_REPLICA_URLS": "postgresql://fanmade:correct-horse@one/fanmade postgresql://fanmade:battery@two/fanmade",
        "FANMADE_SENTRY_DSN": "",
    }
    filed = {name: value for name, value in said.items() if name not in FILED}
    for name in FILED:
        if said[name]:
            (tmp_path / name).write_text(f"{said[name]}\n")
            filed[f"{name}_FILE"] = str(tmp_path / name)
    assert Settings.from_env(filed) == Settings.from_env(said)
    assert set(FILED) <= set(VARIABLES)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "can't be read"),
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xff" * 64, "UTF-8"),
        (b"9f2b7c4d1e8a6053" * 2 + b"\n" + b"9f2b7c4d1e8a6053" * 2, "more than one line"),
        (b"a" * (LARGEST + 1), "too large"),
    ],
)
def test_a_file_that_holds_no_secret_stops_the_start(tmp_path: Path, content: bytes | None, why: str) -> None:
    place = tmp_path / "key"
    if content is not None:
        place.write_bytes(content)
    found = faults(FANMADE_SECRET_KEY="", FANMADE_SECRET_KEY_FILE=str(place))
    assert found[0].startswith(f"FANMADE_SECRET_KEY_FILE: {place} ")
    assert why in found[0]
    assert "9f2b7c4d" not in "".join(found)


def test_two_places_for_one_secret_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("9f2b7c4d1e8a6053" * 2)
    found = faults(FANMADE_SECRET_KEY_FILE=str(tmp_path / "key"))
    assert found == ["FANMADE_SECRET_KEY_FILE: FANMADE_SECRET_KEY is set, too; keep one of them"]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"FANMADE_REPLICA_URLS": "postgres://one/fanmade  postgresql://two/fanmade"}, ""),
        ({"FANMADE_REPLICA_URLS": "mysql://one/fanmade"}, "only postgresql"),
        ({"FANMADE_REPLICA_URLS": "postgresql://one/f postgres://one/f"}, "twice"),
        ({"FANMADE_REPLICA_URLS": "postgresql://one/f", "FANMADE_DATABASE_URL": "postgres://one/f"}, "the primary"),
        ({"FANMADE_REPLICA_URLS": "postgresql://fan:changeme@one/f"}, "everybody knows"),
        ({"FANMADE_COUNTERS_URL": "redis+cluster://:a-long-word@a:6379,b:6379"}, ""),
        ({"FANMADE_COUNTERS_URL": "redis+cluster://a:6379,b"}, "a cluster is"),
        ({"FANMADE_COUNTERS_URL": "redis+cluster://:secret@a:6379"}, "everybody knows"),
        ({"FANMADE_REDIS_URL": "redis+cluster://a:6379"}, "must start with"),
    ],
)
def test_standbys_and_clusters_have_addresses_of_their_kind(said: dict[str, str], fault: str) -> None:
    found = faults(**said)
    assert len(found) == bool(fault) and all(fault in each for each in found)
    if "FANMADE_REPLICA_URLS" in said and not fault:
        read = Settings.from_env(GOOD | said).replica_urls
        assert read == ("postgresql+psycopg://one/fanmade", "postgresql+psycopg://two/fanmade")
