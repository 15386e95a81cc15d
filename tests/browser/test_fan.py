"""What a fan does on a phone, with the clicks and the fields it may take."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from contests.comments.models import Comment, Report
from contests.models import Contest
from contests.submissions.models import Submission
from preorders.models import Preorder
from tests.browser.clicks import Hand, code_for
from tests.browser.pages import code_in
from tests.browser.site import Site
from tests.pictures import corners, saved
from voting.models import Vote
from webapp.accounts.models import Person

Window = Callable[..., Any]
WALL = "low-tide-tour-tee"


def votes_for(site: Site, code: str, address: str) -> int:
    """How many counted votes the person with that address has on the design."""
    design = select(Submission.id).where(Submission.code == code).scalar_subquery()
    voter = select(Person.id).where(Person.email == address).scalar_subquery()
    return int(
        site.one(select(func.count()).select_from(Vote).where(Vote.submission_id == design, Vote.voter_id == voter))
    )


def not_voted_for(site: Site, key: str) -> str:
    """The code of a design in the running vote that this person has neither made nor given a heart."""
    wall = select(Contest.id).where(Contest.slug == WALL).scalar_subquery()
    given = select(Vote.submission_id).where(Vote.voter_id == site.person(key))
    others = select(Submission.code).where(Submission.contest_id == wall, Submission.author_id != site.person(key))
    return str(site.one(others.where(Submission.state == "approved", Submission.id.not_in(given))))


def test_a_fan_who_is_signed_in_votes_from_a_poster_with_one_click(site: Site, window: Window) -> None:
    code, hand = not_voted_for(site, "noor"), Hand(window("noor"))
    hand.page.goto(f"/D/{code}")
    hand.click("button", "Vote")
    expect(hand.page.get_by_role("button", name="Voted")).to_be_visible()
    expect(hand.page.locator("#status")).to_contain_text("Hearts left")
    assert votes_for(site, code, "noor@demo.invalid") == 1
    assert (hand.own.clicks, hand.own.fields) == (1, 0)


def test_a_stranger_votes_from_a_poster_with_two_clicks_and_two_fields(site: Site, window: Window) -> None:
    code, hand, address = code_in(site, WALL, 4), Hand(window()), "stranger@example.org"
    hand.page.goto(f"/D/{code.lower()}")
    hand.click("button", "Vote")
    sheet = hand.page.get_by_role("dialog", name="Make it count")
    expect(sheet).to_be_visible()
    hand.type("E-mail address", address)
    hand.click("button", "Send me the code")
    hand.page.wait_for_url("**/sign-in/code")
    hand.type(re.compile("code", re.I), code_for(site.mailbox, address))  # the sixth digit sends it
    hand.page.wait_for_url(f"**/D/{code}")
    expect(hand.page.get_by_role("button", name="Voted")).to_be_visible()
    assert votes_for(site, code, address) == 1
    assert (hand.own.clicks, hand.own.fields) == (2, 2)


def test_a_heart_in_the_gallery_is_given_and_taken_back(site: Site, window: Window) -> None:
    page = window("kelpie")
    page.goto(f"/c/{WALL}/designs")
    left = page.locator("[data-votes-left]").first
    before = int(left.inner_text())
    heart = page.locator("button.heart[aria-pressed=false]").first
    name = heart.get_attribute("aria-label")
    heart.click()
    expect(left).to_have_text(str(before - 1))
    page.reload()
    given = page.get_by_role("button", name=name)
    expect(given).to_have_attribute("aria-pressed", "true")
    given.click()
    expect(left).to_have_text(str(before))


def test_a_design_is_sent_in_with_six_clicks_and_four_fields(site: Site, window: Window, tmp_path: Path) -> None:
    art, hand = tmp_path / "whale.png", Hand(window("bram"))
    art.write_bytes(saved(corners(900, 1080), "PNG"))
    hand.page.goto("/c/songbook-cover")
    hand.click("link", "Enter a design")
    with hand.page.expect_file_chooser() as chooser:
        hand.tap(hand.page.locator("label.drop"))
    chooser.value.set_files(art)
    assert hand.page.locator("img[data-preview]").bounding_box()["width"] >= 120
    hand.click("button", "Go on")
    hand.page.wait_for_url("**/draft")
    hand.type("Title", "Whale above the pier")
    hand.type("What would you tell a friend on the phone?", "A whale that flies over a wooden pier")
    hand.tap(hand.page.get_by_text("I made this"))
    hand.tap(hand.page.get_by_text("I agree to the rights card"))
    expect(hand.page.locator("#picture-status")).to_have_attribute("data-state", "done", timeout=30_000)
    assert hand.page.locator("#picture-status img").bounding_box()["width"] >= 120
    hand.click("button", "Send it in")
    hand.page.wait_for_url(re.compile(r"/D/\w{5}$"))
    title = select(Submission.state).where(
        Submission.title == "Whale above the pier", Submission.submitted_at.is_not(None)
    )
    assert site.one(title) == "pending"
    assert hand.own.clicks <= 6
    assert hand.own.fields <= 4


def test_a_design_is_reported_with_two_taps(site: Site, window: Window) -> None:
    hand, code = Hand(window("kelpie")), code_in(site, WALL, 6)
    sent = select(func.count()).select_from(Report).where(Report.reporter_id == site.person("kelpie"))
    before = site.one(sent)
    hand.page.goto(f"/D/{code}")
    hand.tap(hand.page.get_by_role("main").get_by_role("link", name="Report", exact=True).first)
    hand.tap(hand.page.get_by_role("main").locator("form button").first)
    hand.page.wait_for_url(f"**/D/{code}")
    assert site.one(sent) == before + 1
    assert hand.own.clicks == 2


def test_a_comment_appears_without_a_reload(site: Site, window: Window) -> None:
    page = window("bram")
    page.goto(f"/D/{code_in(site, 'songbook-cover')}")
    page.evaluate("window.stayed = true")
    page.get_by_label("Your comment").fill("The **anchor** could be larger.")
    page.locator("#thread form").last.get_by_role("button", name="Send").click()
    expect(page.locator("#thread .comment").filter(has_text="The anchor could be larger.")).to_be_visible()
    assert page.evaluate("window.stayed")
    body = select(func.count()).select_from(Comment).where(Comment.body_md == "The **anchor** could be larger.")
    assert site.one(body) == 1


def test_a_fan_preorders_with_four_taps_and_eight_fields(site: Site, window: Window) -> None:
    hand = Hand(window("milja"))
    person, counted = site.person("milja"), select(func.count()).select_from(Preorder)
    before = site.one(counted.where(Preorder.person_id == person))
    hand.page.goto("/inbox")  # what the winner's voters are told stands here as in their mail, with the same link
    hand.tap(hand.page.locator("a[href='/drops/club-tee']").first)
    hand.tap(hand.page.locator("label.choice", has=hand.page.locator("input[name=size]:not([disabled])")).first)
    hand.click("button", "Preorder")
    hand.page.wait_for_url("**/preorder?**")
    for label, text in ADDRESS.items():
        hand.type(label, text)
    hand.own.fields += 1
    hand.page.get_by_label("Country").select_option("FI")
    hand.click("button", "Confirm the preorder")
    hand.page.wait_for_url("**/preorders/**")
    expect(hand.page.get_by_text("It is yours.")).to_be_visible()
    assert site.one(counted.where(Preorder.person_id == person)) == before + 1
    assert hand.own.clicks <= 4
    assert hand.own.fields <= 8


ADDRESS = {"Name": "Milja Meri", "Street and number": "Satamakatu 3", "Postcode": "00160", "City": "Helsinki"}


def test_from_the_result_it_is_four_taps_to_the_order(site: Site, window: Window) -> None:
    hand = Hand(window("kelpie"))
    hand.page.goto("/c/club-tee/result")  # where the mail to those who voted for the winner leads
    hand.tap(hand.page.get_by_role("link", name="Preorder").first)
    hand.tap(hand.page.locator("label.choice", has=hand.page.locator("input[name=size]:not([disabled])")).first)
    hand.click("button", "Preorder")
    hand.page.wait_for_url("**/preorder?**")
    for label, text in {**ADDRESS, "Name": "Kelpie Tom"}.items():
        hand.type(label, text)
    hand.own.fields += 1
    hand.page.get_by_label("Country").select_option("FI")
    hand.click("button", "Confirm the preorder")
    hand.page.wait_for_url("**/preorders/**")
    expect(hand.page.get_by_text("It is yours.")).to_be_visible()
    assert (hand.own.clicks, hand.own.fields) == (4, 5)


def test_a_vote_made_without_network_survives_a_reload_and_counts_once(site: Site, window: Window) -> None:
    code, page = not_voted_for(site, "iiris"), window("iiris")
    page.goto(f"/D/{code}")
    button = page.locator(".dock button[aria-pressed]")
    page.context.set_offline(True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true", timeout=1000)
    expect(page.locator("#status")).not_to_be_empty()
    assert votes_for(site, code, "iiris@demo.invalid") == 0
    page.route("**/csrf", lambda route: route.abort())  # pages come, votes still don't leave
    page.context.set_offline(False)
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert votes_for(site, code, "iiris@demo.invalid") == 0
    page.unroute("**/csrf")
    page.wait_for_function("() => localStorage.getItem('fanmade.votes') === '[]'", timeout=10_000)
    assert votes_for(site, code, "iiris@demo.invalid") == 1
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert votes_for(site, code, "iiris@demo.invalid") == 1


def test_the_mark_of_a_suggestion_stands_where_the_picture_was_tapped(site: Site, window: Window) -> None:
    page = window("bram")
    page.goto(f"/D/{code_in(site, WALL)}/suggest")
    picture = page.locator("[data-pin-picture] picture")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] / 4, "y": box["height"] * 3 / 4})
    mark, box = page.locator("[data-pin-here]").bounding_box(), picture.bounding_box()
    across, down = (mark["x"] + mark["width"] / 2 - box["x"], mark["y"] + mark["height"] / 2 - box["y"])
    assert (across, down) == pytest.approx((box["width"] / 4, box["height"] * 3 / 4), abs=box["height"] / 100)
    assert (page.locator("[name=x]").input_value(), page.locator("[name=y]").input_value()) == ("25", "75")
