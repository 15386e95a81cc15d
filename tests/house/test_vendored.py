"""The vendored browser files are those of the manifest, licensed, and within their budgets."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "webapp" / "static"
VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
PACKAGE = json.loads((ROOT / "package.json").read_text())
FRAME = ["js/say.js", "js/outbox.js", "js/fanmade.js"]
"""The scripts of every page."""


@pytest.mark.parametrize("path", sorted(MANIFEST["files"]))
def test_file_is_the_one_that_was_vendored(path: str) -> None:
    digest = hashlib.sha384((ROOT / path).read_bytes()).digest()
    assert MANIFEST["files"][path] == "sha384-" + base64.b64encode(digest).decode()


def test_no_file_stands_beside_the_manifest_unlisted() -> None:
    found = {
        file.relative_to(ROOT).as_posix()
        for folder in (VENDOR, ROOT / "tests" / "vendor")
        for file in folder.rglob("*")
        if file.is_file()
    }
    assert found - {"webapp/static/vendor/manifest.json"} == set(MANIFEST["files"]) - {"webapp/static/icons.svg"}


def test_manifest_was_made_from_the_pinned_versions() -> None:
    assert MANIFEST["versions"] == PACKAGE["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in MANIFEST["versions"].values())


def test_lock_agrees_and_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text()
    lock = json.loads(text)
    assert lock["packages"][""]["devDependencies"] == PACKAGE["devDependencies"]
    assert '"resolved"' not in text


@pytest.mark.parametrize("name", ["htmx.txt", "lucide.txt", "bricolage-grotesque-OFL.txt", "figtree-OFL.txt"])
def test_licence_is_shipped(name: str) -> None:
    assert len((VENDOR / "licences" / name).read_text()) > 300


def test_latin_fonts_fit_their_budget() -> None:
    assert sum(file.stat().st_size for file in (VENDOR / "fonts").glob("*-latin.woff2")) <= 35_000


@pytest.mark.parametrize(
    ("paths", "limit"),
    [
        (["css/fanmade.css"], 12_000),
        ([*FRAME, "js/votes.js"], 5 * 1024),
        ([*FRAME, "js/rank.js"], 5 * 1024),
        ([*FRAME, "js/pairs.js"], 5 * 1024),
        (["js/puzzle.js"], 1_024),
        (["js/say.js", "js/fanmade.js", "js/upload.js", "vendor/htmx.min.js"], 25_000),
        (["js/say.js", "js/fanmade.js", "built/studio.js"], 25_000),
        (["icons.svg"], 5_000),
    ],
)
def test_compressed_size_fits_its_budget(paths: list[str], limit: int) -> None:
    assert sum(len(gzip.compress((STATIC / path).read_bytes(), mtime=0)) for path in paths) <= limit


def test_the_bundle_is_made_of_the_sources_as_they_are() -> None:
    digest = hashlib.sha256()
    for file in sorted((STATIC / "js" / "studio").iterdir(), key=lambda file: file.name):
        digest.update(file.read_bytes())
    banner = (STATIC / "built" / "studio.js").read_text().partition("\n")[0]
    assert banner.endswith(digest.hexdigest()), "the studio's modules have changed: make bundle"


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    known = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    templates = [
        file for folder in ("webapp", "contests", "voting", "preorders") for file in (ROOT / folder).rglob("*.html")
    ]
    used = {name for file in templates for name in re.findall(r'\bicon\("([a-z0-9-]+)"', file.read_text())}
    assert used, "no template names an icon: this test looks in the wrong place"
    assert used <= known
