"""What the artist's team does: moderate, pick, publish the drop, export, open a contest, invite."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import expect
from sqlalchemy import func, select

from contests.models import Contest
from contests.submissions.models import ModerationAct
from preorders.models import Drop
from tests.browser.clicks import Hand, code_for, link_for
from tests.browser.looks import faults
from tests.browser.pages import TEAM
from tests.browser.site import Site
from webapp.accounts.models import TeamMember

Window = Callable[..., Any]


def test_a_moderator_approves_with_one_key_and_takes_it_back(site: Site, window: Window) -> None:
    hand = Hand(window("jonas", viewport={"width": 1280, "height": 800}))
    acts = select(func.count()).select_from(ModerationAct).where(ModerationAct.act == "approve")
    before = site.one(acts)
    hand.page.goto(f"{TEAM}/moderation")
    expect(hand.page.locator("#item-title")).to_be_focused()
    title = hand.page.locator("#item-title").inner_text()
    with hand.page.expect_navigation():  # and for the script that hears the next key
        hand.press("a")
    expect(hand.page.locator("#item-title").or_(hand.page.locator(".empty"))).not_to_have_text(title)
    assert site.one(acts) == before + 1
    assert hand.own.clicks == 1
    taken_back = select(func.count()).select_from(ModerationAct).where(ModerationAct.undoes_id.is_not(None))
    undone = site.one(taken_back)
    with hand.page.expect_navigation():
        hand.press("u")
    assert site.one(taken_back) == undone + 1
    # It waits again, before or behind what others sent in meanwhile.
    for _ in range(20):
        if hand.page.locator("#item-title").inner_text() == title:
            break
        with hand.page.expect_navigation():
            hand.press("s")
    expect(hand.page.locator("#item-title")).to_have_text(title)


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


def test_staff_export_with_a_template_of_their_own_with_two_clicks(site: Site, window: Window) -> None:
    page = window("selma")
    drop = site.one(select(Drop.id).where(Drop.slug == "club-tee"))
    page.goto(f"{TEAM}/drops/{drop}/exports?template=size-run")
    page.locator("summary", has_text="Keep as a template").click()
    page.locator("#template-name").fill("For the printer")
    page.get_by_role("button", name="Keep", exact=True).click()
    hand = Hand(page)
    page.goto(f"{TEAM}/drops/{drop}/orders?size=M")
    hand.tap(page.locator("summary", has_text="Export"))
    with page.expect_download() as download:
        hand.click("button", re.compile("^For the printer"))
    assert "sku" in download.value.path().read_text("utf-8-sig").splitlines()[0]
    assert hand.own.clicks == 2


def test_staff_act_on_many_orders_with_three_clicks(site: Site, window: Window) -> None:
    hand = Hand(window("selma"))
    drop = site.one(select(Drop.id).where(Drop.slug == "club-tee"))
    hand.page.goto(f"{TEAM}/drops/{drop}/orders")
    hand.tap(hand.page.locator("input[name=which]"))
    hand.click("button", "Send the confirmation again")
    hand.page.wait_for_url("**/bulk?**")
    hand.click("button", "Send the confirmation again")
    hand.page.wait_for_url("**/batches/*")
    expect(hand.page.get_by_text("Done.")).to_be_visible()
    assert hand.own.clicks == 3


def test_staff_publish_a_drafted_drop_with_at_most_four_clicks(site: Site, window: Window) -> None:
    page = window("selma")
    page.goto(f"{TEAM}/drops/new")
    opens = site.now().replace(microsecond=0, tzinfo=None)
    for label, text in {"Title": "Beanie", "Price": "19.00"}.items():
        page.get_by_label(label).first.fill(text)
    page.get_by_label("Preorders open").fill(f"{opens:%Y-%m-%dT%H:%M}")
    page.get_by_label("Preorders close").fill(f"{opens + timedelta(days=20):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Draft it").click()
    expect(page.get_by_text("Drafted.")).to_be_visible()
    hand = Hand(page)
    page.goto(f"{TEAM}/drops")
    hand.click("link", "Beanie")
    hand.click("button", "Publish")
    expect(page.get_by_text("Published.")).to_be_visible()
    assert hand.own.clicks <= 4


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
