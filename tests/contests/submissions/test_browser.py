"""From a file on the phone to a design that was sent in, in a real browser on a running installation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.contests.submissions.stage import Stage, set_up
from tests.pictures import broken_idat, corners, jxl, saved

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def entered(live_server: Any, page: Any) -> Stage:
    """A running contest on the live server, whose fan is signed in with `page`."""
    from webapp.accounts import login
    from webapp.boot.app import create_app
    from webapp.infra.db import db, transaction
    from webapp.infra.settings import Settings
    from webapp.kernel.now import now

    app = create_app(Settings.from_env(live_server.supervisor.stack.environ))
    with app.app_context():
        stage = set_up(now())
        with transaction() as session:
            token = login.open_session(session, stage.fan, "test browser")
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        value = serializer.dumps({login.TOKEN: token, "_permanent": True})
        db.session.remove()
        db.engine.dispose()
    page.context.add_cookies([{"name": "fanmade", "value": value, "url": live_server.base_url}])
    return stage


def test_art_that_is_ready_is_sent_in_with_six_clicks_and_two_fields(
    page: Any, entered: Stage, axe: Any, tmp_path: Path
) -> None:
    art, clicks = tmp_path / "whale.png", 0
    art.write_bytes(saved(corners(900, 700), "PNG"))
    page.goto(f"/c/{entered.slug}/enter")
    assert axe(page) == []
    page.set_input_files("input[type=file]", art)
    clicks += 2  # open the picker, choose the file
    preview = page.locator("img[data-preview]")
    assert preview.bounding_box()["width"] >= 120
    page.get_by_role("button", name="Go on").click()
    clicks += 1
    page.wait_for_url("**/draft")
    page.get_by_label("Title").fill("Whale")
    page.get_by_label("What would you tell a friend on the phone?").fill("A whale that sings at night")
    page.get_by_text("I made this").click()
    page.get_by_text("I agree to the rights card").click()
    clicks += 2
    page.wait_for_selector('#picture-status[data-state="done"]', timeout=30_000)
    assert page.get_by_label("Title").input_value() == "Whale", "the picture arrived without a reload"
    assert page.locator("#picture-status img").bounding_box()["width"] >= 120
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(page) == []
    page.get_by_role("button", name="Send it in").click()
    clicks += 1
    page.wait_for_url(re.compile(r"/D/\w{5}$"))
    assert clicks <= 6


def test_a_refused_file_is_explained_and_another_one_taken(page: Any, entered: Stage, tmp_path: Path) -> None:
    phone, art = tmp_path / "photo.jpg", tmp_path / "art.png"
    phone.write_bytes(jxl())
    art.write_bytes(saved(corners(300, 300), "PNG"))
    page.goto(f"/c/{entered.slug}/enter")
    page.set_input_files("input[type=file]", phone)
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("This is a JPEG XL picture").first.wait_for()
    page.set_input_files("input[type=file]", art)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/draft")


def test_a_picture_that_fails_says_so_without_a_reload(page: Any, entered: Stage, axe: Any, tmp_path: Path) -> None:
    art = tmp_path / "broken.png"
    art.write_bytes(broken_idat())
    page.goto(f"/c/{entered.slug}/enter")
    page.set_input_files("input[type=file]", art)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_selector('#picture-status[data-state="failed"]', timeout=30_000)
    assert page.get_by_text("This file is damaged").is_visible()
    assert axe(page) == []
