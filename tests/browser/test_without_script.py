"""The same deeds in a browser that runs no script."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from contests.comments.models import Comment
from contests.submissions.models import Revision, Submission
from preorders.models import Preorder
from tests.browser.pages import code_in
from tests.browser.site import Site
from tests.browser.test_fan import not_voted_for, votes_for
from tests.pictures import corners, saved


@pytest.fixture
def plain(window: Callable[..., Any]) -> Callable[[str], Any]:
    """`plain("milja")` opens a window without script."""
    return lambda key: window(key, java_script_enabled=False)


def test_a_vote_is_given_and_taken_back(site: Site, plain: Callable[[str], Any]) -> None:
    code, page = not_voted_for(site, "kelpie"), plain("kelpie")
    page.goto(f"/D/{code}")
    page.get_by_role("button", name="Vote").click()
    expect(page.get_by_role("button", name="Voted")).to_be_visible()
    assert votes_for(site, code, "kelpie@demo.invalid") == 1
    page.get_by_role("button", name="Voted").click()
    expect(page.get_by_role("button", name="Vote", exact=True)).to_be_visible()
    assert votes_for(site, code, "kelpie@demo.invalid") == 0


def test_a_comment_is_written(site: Site, plain: Callable[[str], Any]) -> None:
    page, words = plain("bram"), "I would wear this to the sauna."
    page.goto(f"/D/{code_in(site, 'songbook-cover', 1)}")
    page.locator("#thread textarea").last.fill(words)
    page.locator("#thread form").last.get_by_role("button", name="Send").click()
    expect(page.locator(".comment").filter(has_text=words)).to_be_visible()
    assert site.one(select(func.count()).select_from(Comment).where(Comment.body_md == words)) == 1


def test_a_design_is_sent_in(site: Site, plain: Callable[[str], Any], tmp_path: Path) -> None:
    art, page = tmp_path / "kelp.png", plain("kelpie")
    art.write_bytes(saved(corners(640, 800), "PNG"))
    page.goto("/c/songbook-cover/enter")
    page.set_input_files("input[type=file]", art)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/draft")
    code = page.url.split("/")[-2]
    page.get_by_label("Title").fill("Kelp in the current")
    page.get_by_label("What would you tell a friend on the phone?").fill("Kelp that leans with the current")
    page.get_by_text("I made this").click()
    page.get_by_text("I agree to the rights card").click()
    page.get_by_role("button", name="Send it in").click()
    page.wait_for_url(re.compile(r"/D/\w{5}$"))
    state = select(Revision.state).join(Submission, Submission.id == Revision.submission_id)
    site.until(lambda: site.one(state.where(Submission.code == code)) == "done")
    page.reload()
    assert page.locator("main picture img").first.bounding_box()["width"] >= 120


def test_a_preorder_is_placed_and_cancelled(site: Site, plain: Callable[[str], Any]) -> None:
    page = plain("aino")
    page.goto("/drops/club-tee")
    page.locator("label.choice", has=page.locator("input[name=size]:not([disabled])")).first.click()
    page.get_by_role("button", name="Preorder").first.click()
    for label, text in {"Name": "Aino", "Street and number": "Quay 1", "Postcode": "00160", "City": "Oulu"}.items():
        page.get_by_label(label).first.fill(text)
    page.get_by_label("Country").select_option("FI")
    page.get_by_role("button", name="Confirm the preorder").click()
    expect(page.get_by_text("It is yours.")).to_be_visible()
    page.locator("summary", has_text="Cancel this order").click()
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.get_by_text("Your order is cancelled")).to_be_visible()
    state = select(Preorder.state).where(Preorder.person_id == site.person("aino")).order_by(Preorder.id.desc())
    assert site.one(state) == "cancelled"
