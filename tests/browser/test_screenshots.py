"""The pictures of README.md and docs: taken anew from the demo when FANMADE_SCREENSHOTS=1, else only looked for."""

from __future__ import annotations

import io
import os

import pytest
from PIL import Image
from sqlalchemy import select

from contests.models import Contest
from preorders.models import Drop
from tests import services
from tests.browser.pages import TEAM, code_in
from tests.browser.site import Site
from tests.browser.test_fan import WALL

FOLDER = services.ROOT / "docs" / "screenshots"
KEEP = os.environ.get("FANMADE_SCREENSHOTS") == "1"
LARGEST = 150 * 1024
VIEWS = {390: {"width": 390, "height": 844}, 1280: {"width": 1280, "height": 860}}
NAMES = ("home", "gallery", "design", "vote", "pick", "drop", "desk", "moderation")


def address(site: Site, name: str) -> tuple[str | None, str]:
    """Who looks, and where."""
    if name == "pick":
        picking = site.one(select(Contest.id).where(Contest.slug == "night-ferry-poster"))
        return "aino", f"{TEAM}/contests/{picking}/pick"
    if name == "desk":
        return "selma", f"{TEAM}/drops/{site.one(select(Drop.id).where(Drop.slug == 'club-tee'))}/orders"
    return {
        "home": (None, "/"),
        "gallery": ("kelpie", f"/c/{WALL}/designs"),
        "design": ("kelpie", f"/D/{code_in(site, WALL)}"),
        "vote": ("kelpie", f"/c/{WALL}/vote"),
        "drop": (None, "/drops/club-tee"),
        "moderation": ("jonas", f"{TEAM}/moderation"),
    }[name]


def packed(shot: bytes) -> bytes:
    """The same picture in so few colours that it weighs little; flat inks lose nothing by it."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


@pytest.mark.timeout(1200)  # the workers draw the whole demo first
@pytest.mark.parametrize("width", VIEWS)
@pytest.mark.parametrize("name", NAMES)
def test_the_documents_have_their_pictures(request: pytest.FixtureRequest, name: str, width: int) -> None:
    kept = FOLDER / f"{name}-{width}.png"
    if KEEP:
        kept.write_bytes(taken(request, name, width))
    with Image.open(kept) as stored:
        assert stored.size == (width, VIEWS[width]["height"])
    assert kept.stat().st_size <= LARGEST


def taken(request: pytest.FixtureRequest, name: str, width: int) -> bytes:
    """Look at the page on the running demo; the browser is started for this only."""
    site, window = request.getfixturevalue("site"), request.getfixturevalue("window")
    who, path = address(site, name)
    page = window(who, viewport=VIEWS[width], color_scheme="light", timezone_id="Europe/Helsinki")
    assert page.goto(path, wait_until="networkidle").status == 200
    return packed(page.screenshot())
