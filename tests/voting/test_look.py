"""The pages of voting in a real browser: no fault of accessibility, nothing wider than a small phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.browser import looks
from tests.voting import make
from voting import service

pytestmark = pytest.mark.one_db


@pytest.fixture
def address(app) -> Iterator[str]:
    """The application, served on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def faults(browser: Any, axe: Any, client: Any, address: str, path: str) -> list[str]:
    """What is wrong with the page: everything in light, and in dark what a theme can change."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme="light")
    found = client.get_cookie("fanmade")
    context.add_cookies([{"name": "fanmade", "value": found.value, "url": address}])
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if "Content Security" in message.text else None)
    assert page.goto(address + path).status == 200, path
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    errors += [*axe(page), *([f"{wide} px too wide"] if wide > 0 else [])]
    page.emulate_media(color_scheme="dark")
    errors += [f"dark: {each}" for each in looks.faults(page, looks.COLOURS)]
    context.close()
    return [f"{path}: {each}" for each in errors]


@pytest.mark.whole  # an ordinary run has tests/browser/test_every_page.py, which looks at each of them in the demo
def test_pages_are_accessible_in_both_themes(address, browser, axe, client, sign_in, clock):
    clock.at(make.NOW)
    made = make.scene(designs=5, hearts=1, shortlist_size=2)
    sign_in(client, made.boss)
    service.cast(made.designs[0], made.boss, "gallery", make.NOW)
    paths = [f"/c/{made.slug}/{page}" for page in ("vote", "ballot", "result")]
    seen = [each for path in paths for each in faults(browser, axe, client, address, path)]
    make.counted(made)
    clock.at(made.closes + timedelta(hours=1))
    desk = f"/team/{made.artist_slug}/contests/{made.contest_id}/pick"
    finalist = client.get(f"/c/{made.slug}/result", headers={"Accept": "application/json"}).json["rounds"][0][
        "shortlist"
    ][0]
    paths = [f"/c/{made.slug}/result", desk, f"{desk}?blind=0&colour=1", f"{desk}/{finalist}"]
    seen += [each for path in paths for each in faults(browser, axe, client, address, path)]
    assert seen == []
