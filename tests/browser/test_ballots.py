"""Ballots of every kind on a phone: one tap a choice, by keys, without script, and in a hall without network."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from contests.models import Contest
from tests.browser.clicks import Hand
from tests.browser.pages import code_in
from tests.browser.site import Site
from tests.browser.test_weight import first_view
from tests.live import accessibility_faults
from voting.models import Ballot, BallotVersion, Round

Window = Callable[..., Any]
STARS, RANK, PAIRS = "grove-poster", "winter-hoodie", "bark-tote"
KB = 1024


def ballot(site: Site, slug: str, key: str) -> tuple[int, list[Any]]:
    """The version and the choices of somebody's ballot in the present round of a contest."""
    contest = select(Contest.id).where(Contest.slug == slug).scalar_subquery()
    poll = select(Round.id).where(Round.contest_id == contest).order_by(Round.kind).limit(1).scalar_subquery()
    mine = select(Ballot.id).where(Ballot.round_id == poll, Ballot.voter_id == site.person(key)).scalar_subquery()
    versions = BallotVersion.ballot_id == mine
    last = select(BallotVersion.choices).where(versions).order_by(BallotVersion.version.desc()).limit(1)
    version = site.one(select(BallotVersion.version).where(versions).order_by(BallotVersion.version.desc()).limit(1))
    return int(version or 0), list(site.one(last) or [])


def waiting(page: Any) -> int:
    """How many votes wait in this browser."""
    return int(page.evaluate("JSON.parse(localStorage.getItem('fanmade.votes') || '[]').length"))


def test_stars_from_a_poster_take_one_tap_and_can_be_taken_back(site: Site, window: Window) -> None:
    code, hand = code_in(site, STARS, 3), Hand(window("noor"))
    hand.page.goto(f"/D/{code}")
    hand.click("radio", "4 stars")
    expect(hand.page.get_by_role("radio", name="4 stars")).to_be_checked()
    expect(hand.page.locator("#status")).to_contain_text("Saved.")
    assert [stars for _, stars in ballot(site, STARS, "noor")[1]] == [4]
    assert hand.own.clicks == 1
    hand.page.reload()
    expect(hand.page.get_by_role("radio", name="4 stars")).to_be_checked()
    hand.click("button", "No opinion")
    expect(hand.page.locator("#status")).to_contain_text("No opinion any more.")
    assert ballot(site, STARS, "noor")[1] == []


def test_three_taps_make_an_order_and_the_focus_stays_on_what_moves(site: Site, window: Window) -> None:
    page = window("noor")
    page.goto(f"/c/{RANK}/vote")
    for remove in range(page.locator("[data-slots] [data-code]").count()):
        page.get_by_role("button", name=re.compile("^Remove")).first.click()
        assert remove < 3
    for place in (1, 2, 3):
        page.locator("[data-pool] .rank-add").first.click()
        expect(page.locator("#status")).to_contain_text(f"in place {place}.")
    expect(page.locator("p[data-saved]")).to_have_text("Saved.")
    before = ballot(site, RANK, "noor")[1]
    assert len(before) == 3
    up = page.get_by_role("button", name=re.compile("^Up")).nth(1)
    title = page.locator("[data-slots] [data-code]").nth(1).get_attribute("data-title")
    up.click()
    expect(page.locator("#status")).to_contain_text(f"“{title}” is in place 1.")
    page.wait_for_function(
        "title => document.activeElement.closest('[data-code]')?.dataset.title.includes(title)", arg=title
    )
    site.until(lambda: ballot(site, RANK, "noor")[1] == [before[1], before[0], before[2]])
    page.locator("[data-pool] .rank-add").first.click()
    expect(page.locator("#status")).to_contain_text("Your list is full")
    page.reload()
    assert page.locator("[data-slots] [data-code]").first.get_attribute("data-title") == title


def test_seven_pairs_without_network_survive_a_restart_and_arrive_once(
    site: Site, window: Window, browser: Any, tmp_path: Any
) -> None:
    page = window("kelpie")
    page.goto(f"/c/{PAIRS}/vote")
    page.context.set_offline(True)
    for number in range(1, 8):
        expect(page.locator("[data-step]")).to_have_text(str(number))
        page.locator("[data-pair]:visible .option").nth(number % 2).click()
        if number == 3:
            page.get_by_role("button", name="Undo").click()
            expect(page.locator("[data-step]")).to_have_text("3")
            page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", name="7 done, 7 more?")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Saved on your phone")
    assert waiting(page) == 7
    kept = tmp_path / "browser.json"
    page.context.storage_state(path=str(kept))
    page.context.close()
    assert ballot(site, PAIRS, "kelpie") == (0, [])
    opened = window(
        storage_state=str(kept)
    )  # the same browser, started anew, on a page that has nothing to do with votes
    opened.goto("/terms")
    site.until(lambda: waiting(opened) == 0)
    version, pairs = ballot(site, PAIRS, "kelpie")
    assert (version, len(pairs)) == (6, 6), "one version for each pair, none for the skip"
    opened.goto(f"/c/{PAIRS}/vote")
    expect(opened.get_by_role("heading", name="7 done, 7 more?")).to_be_visible()


def test_stars_and_an_order_without_network_the_last_tap_counts(site: Site, window: Window) -> None:
    code, page = code_in(site, STARS, 5), window("bram")
    page.goto(f"/D/{code}")
    page.context.set_offline(True)
    for name in ("2 stars", "5 stars", "3 stars"):
        page.get_by_role("radio", name=name).click()
    assert waiting(page) == 1
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_role("radio", name="3 stars")).to_be_checked()
    site.until(lambda: waiting(page) == 0)
    assert ballot(site, STARS, "bram") == (1, [[ballot(site, STARS, "bram")[1][0][0], 3]])
    page.goto(f"/c/{RANK}/vote")
    first = ballot(site, RANK, "bram")
    page.context.set_offline(True)
    for _ in range(page.locator("[data-slots] [data-code]").count()):
        page.get_by_role("button", name=re.compile("^Remove")).first.click()
    for _ in range(2):
        page.locator("[data-pool] .rank-add").last.click()
    shown = [each.get_attribute("data-code") for each in page.locator("[data-slots] [data-code]").all()]
    assert waiting(page) == 1
    page.context.set_offline(False)
    site.until(lambda: waiting(page) == 0)
    version, order = ballot(site, RANK, "bram")
    assert (version, len(order)) == (first[0] + 1, 2), "the whole order went once"
    page.reload()
    assert [each.get_attribute("data-code") for each in page.locator("[data-slots] [data-code]").all()] == shown


def test_what_the_server_refuses_is_told_and_dropped_and_an_old_token_is_fetched_anew(
    site: Site, window: Window
) -> None:
    page = window("kelpie")
    page.goto("/terms")
    page.evaluate(
        """address => localStorage.setItem('fanmade.votes', JSON.stringify([
          {key: 'x', action: address, body: 'stars=3', at: 1}]))""",
        f"{site.url}/designs/{code_in(site, 'low-tide-tour-tee', 2)}/stars",
    )
    page.reload()
    expect(page.locator("#status")).to_contain_text("Fans vote in another way in this round")
    assert waiting(page) == 0
    page.goto(f"/D/{code_in(site, STARS, 1)}")
    page.get_by_role("radio", name="1 star").click()
    expect(page.locator("#status")).to_contain_text("Saved.")
    page.route("**/csrf", lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Hall wi-fi</h1>"))
    page.reload()
    page.get_by_role("radio", name="2 stars").click()
    expect(page.locator("#status")).to_contain_text("Saved on your phone")
    assert waiting(page) == 1
    page.unroute("**/csrf")
    site.until(lambda: waiting(page) == 0)


def test_keys_vote_and_can_be_switched_off(site: Site, window: Window) -> None:
    page = window("milja", viewport={"width": 1280, "height": 900})
    page.goto(f"/c/{PAIRS}/vote")
    page.keyboard.press("1")
    expect(page.locator("[data-step]")).to_have_text("2")
    page.keyboard.press("j")
    expect(page.locator("[data-step]")).to_have_text("3")
    page.keyboard.press("u")
    expect(page.locator("[data-step]")).to_have_text("2")
    page.keyboard.press("?")
    page.get_by_label("Keys are on").uncheck()
    page.keyboard.press("2")
    expect(page.locator("[data-step]")).to_have_text("2")
    page.get_by_label("Keys are on").check()
    page.goto(f"/c/{RANK}/vote")
    page.locator("[data-pool] .rank-add, [data-slots] button:enabled").first.focus()
    page.keyboard.press("j")
    # The keys come with the first press of one, over the network.
    page.wait_for_function("() => document.activeElement.closest('[data-code]')")
    page.goto(f"/D/{code_in(site, STARS, 4)}")
    page.get_by_role("radio", name="0 stars").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.value === '1'")
    page.keyboard.press("4")
    expect(page.get_by_role("radio", name="4 stars")).to_be_checked()


def test_without_script_every_kind_takes_one_tap(site: Site, window: Window) -> None:
    page = window("iiris", java_script_enabled=False)
    page.goto(f"/c/{STARS}/vote")
    title = page.locator("h1").inner_text()
    page.locator(".star[value='5']").click()
    assert page.locator("h1").inner_text() != title
    assert [stars for _, stars in ballot(site, STARS, "iiris")[1]] == [5]
    page.goto(f"/c/{RANK}/vote")
    version, order = ballot(site, RANK, "iiris")
    page.locator("[name=remove]:visible, .rank-add:visible").first.click()
    assert ballot(site, RANK, "iiris")[0] == version + 1
    assert ballot(site, RANK, "iiris")[1] != order
    page.goto(f"/c/{PAIRS}/vote")
    page.locator(".option").first.click()
    expect(page.locator("[data-step]")).to_have_text("2")
    page.locator("form[data-undo] button").click()
    expect(page.locator("[data-step]")).to_have_text("1")
    assert ballot(site, PAIRS, "iiris")[1] == []


@pytest.mark.parametrize("path", [f"/c/{STARS}/vote", f"/c/{RANK}/vote", f"/c/{PAIRS}/vote"])
def test_pages_are_light_fit_a_small_phone_and_have_no_barriers(site: Site, window: Window, path: str) -> None:
    page = window("noor", color_scheme="dark", device_scale_factor=2)
    weight = first_view(page, path)
    assert weight.of("script") <= 5 * KB
    assert weight.of() <= 100 * KB
    assert accessibility_faults(page) == []
    small = page.evaluate(
        """() => [...document.querySelectorAll('.star, .option, .rank-add, .rank-moves button, .dock a, .dock button')]
          .filter(each => each.offsetParent && !each.closest('[hidden]')).map(each => each.getBoundingClientRect())
          .filter(box => box.width < 47 || box.height < 47).length"""
    )
    assert small == 0
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
