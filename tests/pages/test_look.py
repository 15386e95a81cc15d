"""The gallery in a real browser: more of it, and a vote. How each page looks is seen in tests/browser."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image

from tests.pages import make


@pytest.fixture(scope="session")
def gallery(live_server: Any) -> str:
    """Thirty designs with real pictures in the running installation; the address of a design."""
    from webapp.boot.app import create_app
    from webapp.infra.settings import Settings
    from webapp.infra.storage import storage

    real, make.NOW = make.NOW, datetime.now(UTC)
    app = create_app(Settings.from_env(live_server.supervisor.stack.environ))
    try:
        with app.app_context():
            for ending, kind in (("avif", "AVIF"), ("jpg", "JPEG")):
                data = io.BytesIO()
                Image.new("RGB", (480, 600), "#C8F04B").save(data, kind)
                storage().put(make.key(ending), data.getvalue())
            author = make.person("Lookout-Author")
            contest = make.contest(make.artist("lookout", artist=author), author, slug="lookout-tee")
            make.change(make.designs(contest, author, 30)[7], code="PAGE7")
    finally:
        make.NOW = real
    return "/D/PAGE7"


def test_show_more_goes_on_where_it_was(page, gallery):
    page.goto("/c/lookout-tee/designs")
    assert page.locator("#designs > li").count() == 24
    before = page.locator("#designs > li a").all_inner_texts()
    page.get_by_role("link", name="Show 6 more").click()
    page.locator("#designs > li").nth(29).wait_for()
    after = page.locator("#designs > li a").all_inner_texts()
    assert after[:24] == before
    assert len(set(after)) == 30
    assert "page=2" in page.url
    assert page.evaluate("document.activeElement.textContent") == after[24]
    assert page.get_by_text("That is all.").is_visible()


def test_a_strangers_vote_is_kept_and_asks_for_one_more_step(page, gallery):
    page.goto(gallery)
    vote = page.get_by_role("button", name="Vote", exact=True)
    vote.click()
    page.get_by_role("heading", name="Make it count").wait_for()
    assert page.get_by_label("E-mail address").is_visible()
    page.keyboard.press("Escape")
    page.reload()
    assert page.locator(".dock [aria-pressed=true]").count() == 1
    assert page.get_by_text("One more step makes it count").is_visible()
    assert page.get_by_role("heading", name="See three others, too").is_visible()
