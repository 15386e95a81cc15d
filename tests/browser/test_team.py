"""What the artist's team does: moderate, pick, publish the drop, export, open a contest, invite."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import expect
from sqlalchemy import func, select

from contests.models import Contest
from contests.submissions.models import ModerationAct
from preorders.models import Drop
from tests.browser.clicks import Hand, code_for, link_for
from tests.browser.keys import tab_to
from tests.browser.looks import faults
from tests.browser.pages import TEAM
from tests.browser.site import Site
from tests.browser.test_fan import ADDRESS
from voting.models import Pick
from webapp.accounts.models import TeamMember
from webapp.boot.demo.people import ZONE

Window = Callable[..., Any]


def test_a_moderator_approves_with_one_key_and_takes_it_back(site: Site, window: Window) -> None:
    hand = Hand(window("jonas", viewport={"width": 1280, "height": 800}))
    acts = select(func.count()).select_from(ModerationAct).where(ModerationAct.act == "approve")
    before = site.one(acts)
    hand.page.goto(f"{TEAM}/moderation")
    expect(hand.page.locator("#item-title")).to_be_focused()
    title = hand.page.locator("#item-title").inner_text()
    hand.press("a")
    expect(hand.page.locator("#item-title").or_(hand.page.locator(".empty"))).not_to_have_text(title)
    assert site.one(acts) == before + 1
    assert hand.own.clicks == 1
    hand.press("u")
    expect(hand.page.locator("#item-title")).to_have_text(title)


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


def test_staff_export_what_they_see_with_two_clicks(site: Site, window: Window) -> None:
    hand = Hand(window("selma"))
    drop = site.one(select(Drop.id).where(Drop.slug == "club-tee"))
    hand.page.goto(f"{TEAM}/drops/{drop}/orders")
    hand.tap(hand.page.locator("summary", has_text="Export"))
    with hand.page.expect_download() as download:
        hand.click("button", re.compile("CSV$"))
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) > 10
    assert hand.own.clicks == 2


def test_an_artist_opens_a_contest_through_the_wizard(site: Site, window: Window) -> None:
    page = window("aino")
    page.goto(TEAM)
    page.get_by_role("link", name="New contest").click()
    page.get_by_label("Title of the contest").fill("Rain jacket patch")
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/brief")
    page.get_by_role("textbox").first.fill("A patch that likes rain. **Round**, at most three inks.")
    page.get_by_role("button", name="Save and preview").click()
    expect(page.locator("#brief-preview + .prose strong")).to_have_text("Round")
    for step in ("products", "rights", "schedule", "review"):
        page.get_by_role("button", name="Save and go on").click()
        page.wait_for_url(f"**/{step}")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/c/*")
    expect(page.locator("#status")).to_contain_text("Published")
    slug = site.one(select(Contest.slug).where(Contest.title == "Rain jacket patch", Contest.published_at.is_not(None)))
    stranger = window()
    stranger.goto(f"/c/{slug}")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Rain jacket patch")


def test_an_operator_invites_somebody_who_joins_the_team(site: Site, window: Window) -> None:
    address = "staff@example.org"
    page = window("olive")
    page.goto("/operator")
    page.get_by_role("listitem").filter(has_text="Kelo").get_by_role("link", name="Invite").click()
    page.get_by_label("E-mail address").fill(address)
    page.locator("label.choice", has_text="Merch staff").click()
    page.get_by_role("button", name="Send the invitation").click()
    guest = window()
    guest.goto(link_for(site.mailbox, address, "/invitation/"))
    assert faults(guest) == []
    guest.get_by_role("main").get_by_role("link", name="Sign in").click()
    guest.get_by_label("Your e-mail address").fill(address)
    guest.get_by_role("button", name="Mail me a code").click()
    guest.get_by_role("textbox").fill(code_for(site.mailbox, address))
    guest.get_by_role("button", name="Accept").click()
    guest.wait_for_url("**/team/**")
    member = select(func.count()).select_from(TeamMember).where(TeamMember.role == "merch_staff")
    assert site.one(member) == 2


def test_a_signed_in_fan_changes_the_address_of_their_mail(site: Site, window: Window) -> None:
    page = window("noor")
    page.goto("/settings")
    page.locator("#email input[type=email]").fill("noor.new@example.org")
    page.get_by_role("button", name="Mail a code to the new address").click()
    page.wait_for_url("**/settings/email/code")
    assert faults(page) == []
