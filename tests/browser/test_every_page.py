"""Every page, in both themes, on a small phone, a phone and a desk: readable, reachable, not too wide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.looks import AXE, at_every_size
from tests.browser.pages import NOT_PAGES, STRANGER, all_pages
from tests.browser.site import Site
from tests.live import PLAIN_SCRIPT, another_browser
from tests.tiers import WHOLE

PEOPLE = (STRANGER, "milja", "bram", "aino", "jonas", "selma", "olive")


@pytest.fixture(scope="module")
def browser(browser: Any) -> Iterator[Any]:
    """A browser of these tests' own: all it has to do is to ask axe."""
    with another_browser(browser, PLAIN_SCRIPT) as started:
        yield started


def test_no_page_is_forgotten(site: Site) -> None:
    pages = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    pages = {endpoint for endpoint in pages if not endpoint.startswith(("api", "Api"))}
    visited = {page.endpoint for page in all_pages(site)} - {"404"}
    assert pages - visited - set(NOT_PAGES) == set()
    assert (visited | set(NOT_PAGES)) - pages == set()
    assert {page.who for page in all_pages(site)} <= set(PEOPLE)


@pytest.mark.timeout(300, func_only=True)  # some two hundred looks of axe; the site starts before the first
@pytest.mark.parametrize("who", PEOPLE, ids=str)
def test_every_page_is_accessible_in_both_themes_at_three_widths(
    site: Site, window: Callable[..., Any], who: str | None
) -> None:
    page, seen = window(who), []
    page.add_init_script(AXE)
    theirs = [each for each in all_pages(site) if each.who == who]
    for each in theirs:
        answer = page.goto(each.path)
        if answer.status != (404 if each.endpoint == "404" else 200):
            seen.append(f"{each.path} answers {answer.status}")
        seen += at_every_size(page, more=each is theirs[0] or WHOLE)
    assert not seen, "\n".join(seen)
