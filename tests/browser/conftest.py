"""The running demo, and browser windows in which its people are signed in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.site import Site, running_site
from tests.once import of_the_run

PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser against a running installation."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The living demo with its pictures, its workers and its ticker."""
    keep = os.environ.get("FANMADE_SCREENSHOTS") == "1"
    with running_site(
        tmp_path_factory.mktemp("browser") / "site", of_the_run(tmp_path_factory), all_drawn=keep
    ) as started:
        yield started


@pytest.fixture
def window(browser: Any, site: Site) -> Iterator[Callable[..., Any]]:
    """`window("kelpie")` opens a phone in that person's hands, `window()` one of a stranger.

    Keywords are those of a browser context. When the test ends, no page may have reported an error of a
    script or of the content policy.
    """
    contexts: list[Any] = []
    faults: list[str] = []

    def opened(key: str | None = None, **options: Any) -> Any:
        context = browser.new_context(**{"base_url": site.url, "viewport": PHONE, "locale": "en-GB", **options})
        context.set_default_timeout(30_000)
        contexts.append(context)
        if key:
            context.add_cookies([site.cookie(key)])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda line: faults.append(f"{page.url}: {line.text}") if _is_fault(line) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults, faults


def _is_fault(line: Any) -> bool:
    """An error, but not the browser's own note on a refused or an offline request."""
    return line.type == "error" and "Failed to load resource" not in line.text
