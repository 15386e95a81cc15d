"""A design on its products: what is loaded first, sliding by link, trying a colour on in the order form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.pages import code_in
from tests.browser.site import Site

Window = Callable[..., Any]
SEEN = """() => {
  const strip = document.querySelector('.worn-strip'), box = strip.getBoundingClientRect();
  const middle = each => { const at = each.getBoundingClientRect(); return (at.left + at.right) / 2; };
  return [...strip.children].findIndex(each => Math.abs(middle(each) - (box.left + box.right) / 2) < 2) + 1;
}"""


def shows(page: Any, number: int) -> None:
    page.wait_for_function(f"() => ({SEEN})() === {number}")


def test_the_strip_slides_by_its_links_and_says_where_it_is(site: Site, window: Window) -> None:
    page = window()
    page.goto(f"/D/{code_in(site, 'low-tide-tour-tee')}", wait_until="networkidle")
    first = page.locator(".worn-strip img").first
    assert "/media/mockups/" in first.evaluate("img => img.currentSrc")
    assert first.get_attribute("fetchpriority") == "high"
    assert first.get_attribute("alt").endswith(", on: Tour tee, Black")
    assert page.locator(".worn-strip img").count() == 1, "what is beside it waits"
    shows(page, 1)
    links = page.get_by_role("navigation", name="Try it on").get_by_role("link")
    assert links.all_inner_texts() == ["Tour tee, Black", "Tour tee, Natural", "The art"]
    links.last.click()
    shows(page, 3)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.worn-strip img')].filter(img => img.currentSrc).length === 3"
    )
    page.wait_for_function("() => document.querySelector('.worn-links a:last-child').ariaCurrent === 'true'")
    assert page.locator(".worn-links [aria-current]").count() == 1
    assert "#" not in page.url
    page.get_by_role("list", name="Pictures of this design").focus()
    page.keyboard.press("ArrowLeft")
    shows(page, 2)


def test_without_script_the_links_jump(site: Site, window: Window) -> None:
    page = window(java_script_enabled=False)
    page.goto(f"/D/{code_in(site, 'low-tide-tour-tee')}")
    page.get_by_role("link", name="The art").click()
    strip, art = page.locator(".worn-strip"), page.locator("#worn-3")
    site.until(lambda: abs(strip.bounding_box()["x"] - art.bounding_box()["x"]) < 4)


def test_a_colour_is_tried_on_as_it_is_chosen(site: Site, window: Window) -> None:
    page = window()
    page.goto("/drops/club-tee")
    shows(page, 1)
    page.get_by_role("radio", name="Natural").check(force=True)
    shows(page, 2)
