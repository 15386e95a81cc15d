"""A vote from a poster that a passkey makes count, with Chromium's own imitation of a phone's sensor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import services
from tests.browser.clicks import Hand
from tests.browser.site import Site
from tests.browser.test_fan import not_voted_for, votes_for
from tests.live import another_browser

Window = Callable[..., Any]
SENSOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="session")
def browser(browser: Any) -> Iterator[Any]:
    """A whole one: what has no windows has no passkeys."""
    try:
        services.chromium(whole=True)
    except services.Missing as missing:
        pytest.skip(str(missing))
    with another_browser(browser, whole=True) as own:
        yield own


def test_a_vote_counts_by_a_passkey_with_two_clicks_and_no_field(site: Site, window: Window, axe: Any) -> None:
    here = site.url.replace("127.0.0.1", "localhost")  # browsers give passkeys to names only
    code, page = not_voted_for(site, "bram"), window(base_url=here)
    page.context.add_cookies([{**site.cookie("bram"), "url": here}])
    phone = page.context.new_cdp_session(page)
    phone.send("WebAuthn.enable")
    sensor = phone.send("WebAuthn.addVirtualAuthenticator", {"options": SENSOR})["authenticatorId"]

    page.goto("/settings/passkeys")
    assert axe(page) == []
    page.get_by_role("textbox", name="Name of this passkey").fill("Bram's phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Your passkey is ready.")).to_be_visible()
    expect(page.get_by_text("Bram's phone")).to_be_visible()
    page.context.clear_cookies()

    hand = Hand(page)
    page.goto(f"/D/{code}")
    hand.click("button", "Vote")
    expect(page.get_by_role("dialog", name="Make it count")).to_be_visible()
    assert axe(page) == []
    hand.click("button", "Use my passkey")
    expect(page.get_by_role("button", name="Voted")).to_be_visible()
    expect(page.get_by_text("You are signed in.")).to_be_visible()
    assert votes_for(site, code, "bram@demo.invalid") == 1
    assert (hand.own.clicks, hand.own.fields) == (2, 0)

    page.context.clear_cookies()  # a device that has none, or an in-app browser: the code stands beside it
    phone.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": sensor})
    phone.send("WebAuthn.addVirtualAuthenticator", {"options": {**SENSOR, "isUserVerified": False}})
    page.goto(f"/D/{code}")
    page.get_by_role("button", name="Vote", exact=True).click()
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The other way in works all the same.")
    expect(page.get_by_role("dialog").get_by_label("E-mail address")).to_be_visible()
