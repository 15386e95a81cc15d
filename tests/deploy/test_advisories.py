"""No pinned version is one of which a weakness is known: compared with tools/advisories.toml, without the net."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LIST = tomllib.loads((ROOT / "tools" / "advisories.toml").read_text())
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.M)


def known(pins: str) -> list[str]:
    """Return a line for each pin that an advisory names."""
    return [
        f"{name}=={version}: {each['id']}, {each['about']}; affected: {each['affected']}"
        for name, version in PIN.findall(pins)
        for each in LIST["packages"].get(canonicalize_name(name), ())
        if Version(version) in SpecifierSet(each["affected"], prereleases=True)
    ]


@pytest.mark.parametrize("file", ["run.txt", "production.txt", "dev.txt"])
def test_no_pin_has_a_known_weakness(file: str) -> None:
    pins = (ROOT / "requirements" / file).read_text()
    assert len(PIN.findall(pins)) > 60
    assert not known(pins), "\n".join(["upgrade these (make lock ARGS=--upgrade):", *known(pins)])


def test_the_comparison_finds_what_it_should() -> None:
    found = known(
        "gunicorn==21.2.0 \\\n    --hash=x\nPillow==9.0.0 ; python_version > '3'\nurllib3==2.6.0\nflask==3.1.3\n"
    )
    assert {line.split(":")[0] for line in found} == {"gunicorn==21.2.0", "Pillow==9.0.0", "urllib3==2.6.0"}
    assert "urllib3==2.6.0: CVE-2026-44432" in "\n".join(found)


def test_the_list_is_well_made() -> None:
    pinned = {canonicalize_name(name) for name, _ in PIN.findall((ROOT / "requirements" / "dev.txt").read_text())}
    assert set(LIST["packages"]) <= pinned, "packages that are not installed any more"
    for name, weaknesses in LIST["packages"].items():
        assert name == canonicalize_name(name)
        for each in weaknesses:
            assert re.fullmatch(r"(CVE-\d{4}-\d{4,}|GHSA(-[a-z0-9]{4}){3}|PYSEC-\d{4}-\d+)", each["id"])
            assert SpecifierSet(each["affected"])
    assert LIST["checked"] <= datetime.now(UTC).date()


@pytest.mark.one_db
def test_the_doctor_notes_an_old_list_and_says_how_the_site_is_reached(app: Flask, clock: Any) -> None:
    from webapp.boot.commands import doctor

    clock.at(datetime.combine(LIST["checked"], time(), UTC) + timedelta(days=180))
    assert doctor._advisories() == f"pins compared with the list of {LIST['checked']}"
    clock.advance(days=2)
    assert "look again" in doctor._advisories()
    assert "no TLS" in doctor._doors()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], base_url="https://a.example", secret_key_fallbacks=("x",))
    assert "no proxy is trusted" in doctor._doors()
    assert "1 former keys" in doctor._keys()
