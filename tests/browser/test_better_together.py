"""From a fan's suggestion to a better version and a shared credit: by touch on a phone, and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from contests.models import Contest
from contests.submissions.credits.models import CreditShare
from contests.submissions.models import Revision, Submission
from tests.browser.keys import tab_to
from tests.browser.site import Site
from tests.pictures import corners, saved
from webapp.accounts.models import Person

Window = Callable[..., Any]
WALL = "harbour-bag"  # in its critique phase: comments and new versions, no votes yet


class Touch:
    """A thumb on glass."""

    options: dict[str, Any] = {"has_touch": True, "is_mobile": True}

    def press(self, target: Any) -> None:
        """Tap it."""
        target.tap()

    def write(self, target: Any, words: str) -> None:
        """Tap the field and write over what stands in it."""
        target.tap()
        target.fill(words)

    def point(self, form: Any) -> None:
        """Tap the picture a third from the left, and a quarter from the top."""
        picture = form.locator("[data-pin-picture] picture")
        box = picture.bounding_box()
        picture.tap(position={"x": box["width"] / 3, "y": box["height"] / 4})

    def slide(self, slider: Any) -> None:
        """Tap far on the right of it."""
        box = slider.bounding_box()
        slider.tap(position={"x": box["width"] * 0.9, "y": box["height"] / 2})


class Keys:
    """Tab, Enter, Space, arrows and letters: nothing else."""

    options: dict[str, Any] = {}

    def press(self, target: Any) -> None:
        """Walk there and press it."""
        tab_to(target.page, target)
        target.page.keyboard.press("Enter")

    def write(self, target: Any, words: str) -> None:
        """Walk there and type over what stands in it."""
        tab_to(target.page, target)
        target.page.keyboard.press("Control+A")
        target.page.keyboard.type(words)

    def point(self, form: Any) -> None:
        """Say the same place in numbers."""
        self.press(form.locator("summary"))
        self.write(form.get_by_label("From the left, in percent"), "33")
        self.write(form.get_by_label("From the top, in percent"), "25")

    def slide(self, slider: Any) -> None:
        """Push it to the right."""
        tab_to(slider.page, slider)
        for _ in range(20):
            slider.page.keyboard.press("ArrowRight")


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "way",
    [
        pytest.param(Touch(), id="touch"),
        pytest.param(Keys(), id="keyboard", marks=pytest.mark.whole),  # what keys reach, test_keyboard.py asks as well
    ],
)
def test_a_suggestion_is_pinned_accepted_credited_and_done_in_a_new_version(
    site: Site, window: Window, tmp_path: Path, way: Any, request: pytest.FixtureRequest
) -> None:
    code, designer, fan = a_design(site)
    words = f"A rounder handle, please: {request.node.callspec.id}"
    page = window(fan, **way.options)
    page.goto(f"/D/{code}")
    assert page.locator(".dock button[aria-pressed]").count() == 0, "no votes in this phase"
    way.press(page.locator("#suggestions > details > summary"))
    form = page.locator("form[data-suggest]")
    way.write(form.get_by_label("Your suggestion"), words)
    way.point(form)
    way.press(form.get_by_role("button", name="Send the suggestion"))
    mine = page.locator("li.suggestion", has_text=words)
    expect(mine).to_contain_text("Open")
    expect(mine).to_contain_text("33 percent from the left, 25 from the top")
    number = re.search(r"Suggestion (\d+)", mine.inner_text())
    assert number
    expect(page.locator(".pins").get_by_role("link", name=re.compile(rf"\b{number[1]}\b")).first).to_be_visible()

    desk = window(designer, **way.options)
    desk.goto(f"/D/{code}")
    theirs = desk.locator("li.suggestion", has_text=words)
    way.press(theirs.get_by_role("link", name="Accept"))
    way.write(desk.get_by_label("A word to them"), "Yes, rounder it is.")
    way.press(desk.get_by_role("button", name="Accept"))
    expect(theirs).to_contain_text("Accepted")

    page.goto("/credits")
    offered = page.get_by_role("listitem").filter(has=page.locator(f"a[href='/D/{code}']"))
    way.press(offered.get_by_role("button", name="Accept"))
    expect(page.get_by_text("It is yours: your name stands on the design now.")).to_be_visible()
    share = select(CreditShare.state).join(Submission, Submission.id == CreditShare.submission_id)
    assert site.one(share.where(Submission.code == code, CreditShare.role == "suggestion")) == "accepted"

    art = tmp_path / "rounder.png"
    art.write_bytes(saved(corners(640, 800), "PNG"))
    desk.goto(f"/D/{code}")
    way.press(desk.locator("summary", has_text="Send a new version"))
    desk.locator("form[action$='/revise'] input[type=file]").set_input_files(art)  # the system's own window
    way.press(desk.locator("form[action$='/revise'] button").last)
    done = select(Revision.number).join(Submission, Submission.current_revision_id == Revision.id)
    site.until(lambda: (site.one(done.where(Submission.code == code)) or 1) > 1, seconds=300)
    looked_at(site, code)
    desk.goto(f"/D/{code}")
    way.press(theirs.get_by_role("button", name=re.compile("Done in version")))
    expect(theirs).to_contain_text("Done in version")

    page.goto(f"/D/{code}")
    expect(page.locator("#credit")).to_contain_text("Suggested something that is in it")
    way.press(mine.get_by_role("link", name="Compare the versions"))
    upper = page.locator("[data-compare-top]")
    before = upper.evaluate("each => each.style.clipPath")
    way.slide(page.locator("#how-much"))
    assert upper.evaluate("each => each.style.clipPath") != before
    assert int(page.locator("#how-much").input_value()) > 60
    expect(page.locator("#beside")).to_be_visible()

    plain = window(java_script_enabled=False)
    plain.goto(page.url)
    expect(plain.locator("#how-much")).not_to_be_visible()
    shown = plain.locator("section[aria-labelledby=beside] img")
    assert shown.count() == 2
    assert len({shown.nth(each).get_attribute("src") for each in range(2)}) == 2


def looked_at(site: Site, code: str) -> None:
    """Let a moderator see the new picture, where its designer isn't trusted yet."""
    from contests.comments import moderation
    from webapp.infra.db import db

    waiting = site.one(select(Submission.id).where(Submission.code == code, Submission.state == "pending"))
    if waiting:
        with site.app.app_context():
            moderation.judge(waiting, site.person("jonas"), "approve", "", "", site.now())
            db.session.remove()


def a_design(site: Site) -> tuple[str, str, str]:
    """A design of one version whose credit nobody shares yet, so another one each time: (code, designer, fan)."""
    wall = select(Contest.id).where(Contest.slug == WALL).scalar_subquery()
    versions = select(Revision.submission_id).where(Revision.number > 1)
    known = (Submission.contest_id == wall, Submission.state == "approved", Submission.id.not_in(versions))
    known += (Submission.withdrawn_at.is_(None), Submission.current_revision_id.is_not(None))
    shared = select(CreditShare.submission_id)
    rows = select(Submission.code).join(Person, Person.id == Submission.author_id).order_by(Submission.id.desc())
    sent = select(Revision.submission_id).where(Revision.source == "upload")
    rows = rows.where(*known, Submission.id.not_in(shared), Submission.id.in_(sent), Person.age_band == "18+")
    code = str(site.one(rows))
    address = site.one(select(Person.email).join(Submission).where(Submission.code == code))
    designer = str(address).split("@")[0]
    return code, designer, "milja" if designer == "bram" else "bram"
