"""The story's second half: the pick, the undo, the drop, the first order.

It comes last of all that share its site: it moves the clock and decides what other tests want undecided.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import expect
from sqlalchemy import select

from contests.models import Contest
from preorders.models import Drop
from tests.browser.clicks import Hand
from tests.browser.keys import tab_to
from tests.browser.looks import faults
from tests.browser.pages import TEAM
from tests.browser.site import Site
from tests.browser.test_fan import ADDRESS
from voting.models import Pick
from webapp.boot.demo.people import ZONE

Window = Callable[..., Any]


def test_from_the_pick_to_the_first_order(site: Site, window: Window) -> None:
    _pick_by_keyboard_and_undo(site, window)
    picked = _pick(site, window)
    _publish(site, window)
    _order(site, window)
    page = window()
    page.goto("/c/night-ferry-poster/result")
    expect(page.get_by_text(picked).first).to_be_visible()


def _pick_by_keyboard_and_undo(site: Site, window: Window) -> None:
    contest = site.one(select(Contest.id).where(Contest.slug == "night-ferry-poster"))
    page = window("aino", viewport={"width": 320, "height": 640})
    page.goto(f"{TEAM}/contests/{contest}/pick")
    tab_to(page, page.get_by_role("link", name="Pick B").first)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("textbox"))
    page.keyboard.type("Second thoughts are allowed.")
    tab_to(page, page.get_by_role("button", name="Confirm"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Undo"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Pick B").first).to_be_visible()


def _pick(site: Site, window: Window) -> str:
    """The artist picks with three clicks and sees how to undo; returns the title of the winner."""
    hand = Hand(window("aino"))
    hand.page.goto(TEAM)
    hand.click("link", "Pick the winner")
    hand.click("link", "Pick A")
    heading = hand.page.get_by_role("heading", level=1).inner_text()
    hand.page.get_by_role("textbox").fill("It hangs in the rain and still glows.")
    hand.click("button", "Confirm")
    expect(hand.page.get_by_role("button", name="Undo")).to_be_visible()
    expect(hand.page.get_by_text("Nobody is told yet.")).to_be_visible()
    assert faults(hand.page) == []
    assert hand.own.clicks == 3
    stranger = window()
    stranger.goto("/c/night-ferry-poster/result")
    assert stranger.get_by_text("Not decided yet").is_visible(), "before the ten minutes are over nobody knows"
    return heading.partition(": ")[2].rstrip("?")


def _publish(site: Site, window: Window) -> None:
    """Ten minutes later a drop waits, filled in; staff publish it with four clicks."""
    contest = select(Contest.id).where(Contest.slug == "night-ferry-poster").scalar_subquery()
    site.later(minutes=11)
    announced = select(Pick.announced_at).where(Pick.contest_id == contest, Pick.undone_at.is_(None))
    site.until(lambda: site.one(announced))
    site.until(lambda: site.one(select(Drop.id).where(Drop.contest_id == contest)))
    hand = Hand(window("selma"))
    hand.page.goto(TEAM)
    drafts = hand.page.get_by_role("region", name="Drops").get_by_role("listitem").filter(has_text="Draft")
    hand.tap(drafts.get_by_role("link", name="Open"))
    opens = hand.page.get_by_label("Preorders open")
    opens.fill((site.now() - timedelta(minutes=5)).astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%dT%H:%M"))
    hand.click("button", "Publish")
    expect(hand.page.get_by_role("link", name="See it as a fan")).to_be_visible()
    assert site.one(select(Drop.published_at).where(Drop.contest_id == contest)) is not None
    assert hand.own.clicks <= 4


def _order(site: Site, window: Window) -> None:
    """Everybody who took part is told that the drop is open; one of them orders."""
    page = window("milja")
    slug = site.one(
        select(Drop.slug).join(Contest, Contest.id == Drop.contest_id).where(Contest.slug == "night-ferry-poster")
    )
    site.until(lambda: f"/drops/{slug}" in page.goto("/inbox").text())
    page.goto(f"/drops/{slug}")
    assert faults(page) == []
    page.get_by_role("button", name="Preorder").first.click()
    for label, text in ADDRESS.items():
        page.get_by_label(label).first.fill(text)
    page.get_by_label("Country").select_option("FI")
    page.get_by_role("button", name="Confirm the preorder").click()
    expect(page.get_by_text("It is yours.")).to_be_visible()
