"""Everything by keyboard alone, on the smallest phone: the focus is seen, and never lies under the dock."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.keys import tab_to, walked
from tests.browser.pages import TEAM
from tests.browser.site import Site
from tests.browser.test_fan import ADDRESS, WALL, not_voted_for, votes_for
from tests.pictures import corners, saved

Window = Callable[..., Any]
SMALL = {"viewport": {"width": 320, "height": 640}}


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("kelpie", f"/c/{WALL}/designs"),
        ("kelpie", f"/c/{WALL}"),
        ("kelpie", f"/c/{WALL}/vote"),
        ("kelpie", "/c/winter-hoodie/ballot"),
        ("kelpie", "/drops/club-tee"),
        ("kelpie", "/settings"),
        ("jonas", f"{TEAM}/moderation"),
        ("selma", f"{TEAM}/drops"),
    ],
)
def test_each_stop_of_the_tab_key_can_be_seen(site: Site, window: Window, who: str, path: str) -> None:
    page = window(who, **SMALL)
    page.goto(path)
    stops, faults = walked(page)
    assert faults == []
    assert stops > 5


def test_a_heart_is_given_in_the_gallery(site: Site, window: Window) -> None:
    page = window("kelpie", **SMALL)
    page.goto(f"/c/{WALL}/designs?show=hearts")
    name = page.locator("button.heart[aria-pressed=true]").first.get_attribute("aria-label")
    heart = page.get_by_role("button", name=name)
    tab_to(page, heart)
    page.keyboard.press("Space")
    expect(heart).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Space")
    expect(heart).to_have_attribute("aria-pressed", "true")


def test_a_design_is_voted_for(site: Site, window: Window) -> None:
    code, page = not_voted_for(site, "kelpie"), window("kelpie", **SMALL)
    page.goto(f"/D/{code}")
    tab_to(page, page.locator(".dock button[aria-pressed]"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Voted")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Hearts left")
    assert votes_for(site, code, "kelpie@demo.invalid") == 1
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Vote", exact=True)).to_be_visible()


def test_a_design_is_sent_in(site: Site, window: Window, tmp_path: Path) -> None:
    art, page = tmp_path / "buoy.png", window("noor", **SMALL)
    art.write_bytes(saved(corners(640, 800), "PNG"))
    page.goto("/c/songbook-cover/enter")
    picker = page.locator("input[type=file]")
    tab_to(page, picker)
    picker.set_input_files(art)  # the system's own window opens on Space; what it does is not ours
    tab_to(page, page.get_by_role("button", name="Go on"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/draft")
    tab_to(page, page.get_by_label("Title"))
    page.keyboard.type("Buoy at noon")
    tab_to(page, page.get_by_label("What would you tell a friend on the phone?"))
    page.keyboard.type("A red buoy under a high sun")
    for name in (re.compile("I made this"), re.compile("I agree to the rights card")):
        tab_to(page, page.get_by_role("checkbox", name=name))
        page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Send it in"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/D/\w{5}$"))


def test_a_preorder_is_placed(site: Site, window: Window) -> None:
    page = window("kelpie", **SMALL)
    page.goto("/drops/club-tee")
    tab_to(page, page.locator("input[name=size]:not([disabled])").first)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Preorder").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/preorder?**")
    for label, text in ADDRESS.items():
        tab_to(page, page.get_by_label(label).first)
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
    tab_to(page, page.get_by_label("Country"))
    page.keyboard.type("Finland")
    tab_to(page, page.get_by_role("button", name="Confirm the preorder"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is yours.")).to_be_visible()
