"""A whole running installation, and a browser to look at it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests import forked, loaded, services
from webapp.boot.stack import QUEUES, Role, Stack, embedded
from webapp.boot.supervisor import Supervisor

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PLAIN_SCRIPT = "--js-flags=--no-opt --no-maglev"
"""For axe, which is read anew on each page: to make fast machine code of it takes longer than it takes to run."""


@dataclass(frozen=True)
class LiveServer:
    """The installation: where it answers, where its data is, and its supervisor."""

    base_url: str
    data: Path
    supervisor: Supervisor

    def fanmade(self, *arguments: str) -> str:
        """Run a `fanmade` command against it; returns what it printed, raises when it fails."""
        environ = dict(self.supervisor.stack.environ)
        done = forked.run(["-m", "webapp.boot.cli", *arguments], environ, services.ROOT)
        if done.returncode:
            raise AssertionError(f"fanmade {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


@contextlib.contextmanager
def running(
    data: Path,
    *,
    template: Path | None = None,
    ready: bool = False,
    few: bool = False,
    real: bool = False,
    **settings: str,
) -> Iterator[LiveServer]:
    """Start an installation in a folder; `settings` are FANMADE_… variables. Ends it with the block.

    Its database is made by the migrations, or is a copy of a migrated `template`, or has been migrated: `ready`. With
    `few` one worker takes all queues but that of pictures: each process less is two seconds less until it is up.
    A `real` one loads the product itself: for who measures what it costs.
    """
    environ = {
        **os.environ,
        "FANMADE_RATE_LIMITS": "off",
        "FANMADE_QUIET_HOURS": "off",
        "FANMADE_WEB_WORKERS": "1",
        **settings,
    }
    if services.redis_server.find_server(environ) is None:
        raise services.Missing("No Redis. Run: apt install valkey-server (or redis-server).")
    stack = embedded("127.0.0.1", 0, data, environ, demo=False)
    if few:
        stack = replace(stack, others=tuple(_few(stack.others)))
    if ready:
        stack = replace(stack, steps=tuple(step for step in stack.steps if step.name != "migrate"))
    if template:
        migrated(data, template, stack)
    with contextlib.ExitStack() as begun:
        with contextlib.nullcontext() if real else loaded.parents():
            supervisor = begun.enter_context(Supervisor(stack))
        yield LiveServer(supervisor.base_url, data, supervisor)


def migrated(data: Path, template: Path, stack: Stack | None = None) -> None:
    """Put a copy of a migrated database where an installation in this folder will look for its own."""
    data.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, data / "fanmade.db")
    stack = stack or embedded("127.0.0.1", 0, data, dict(os.environ), demo=False)
    (done,) = (step.once for step in stack.steps if step.name == "migrate")
    assert done
    done.touch()


def _few(roles: tuple[Role, ...]) -> Iterator[Role]:
    for role in roles:
        if role.name == "worker-outbox":
            yield replace(role, argv=(*role.argv[:-1], *(queue for queue in QUEUES if queue != "pictures")))
        elif role.name in ("ticker", "worker-pictures"):
            yield role


@contextlib.contextmanager
def running_browser(whole: bool = False) -> Iterator[Any]:
    """Start Chromium without a window. What a test expects to see it awaits for long: a machine may be busy.

    whole: one that could have windows, as people's have. Raises Missing.
    """
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright, _launched(playwright.chromium, whole=whole) as browser:
        yield browser


@contextlib.contextmanager
def another_browser(browser: Any, *options: str, whole: bool = False) -> Iterator[Any]:
    """Start one more Chromium beside one that runs, with these options; whole as in `running_browser`."""
    with _launched(browser.browser_type, *options, whole=whole) as another:
        yield another


@contextlib.contextmanager
def _launched(chromium: Any, *more: str, whole: bool = False) -> Iterator[Any]:
    program = services.chromium(whole)
    options = ["--disable-dev-shm-usage", "--force-color-profile=srgb", *more]
    options += ["--no-sandbox"] if os.geteuid() == 0 else []
    environ = dict(services.chromium_environment(program))
    browser = chromium.launch(executable_path=str(program), args=options, env=environ)
    try:
        yield browser
    finally:
        browser.close()


STILL = """() => Promise.all(document.getAnimations()
  .filter(each => each.effect?.getComputedTiming().endTime < 60000).map(each => each.finished.catch(() => null)))"""


def accessibility_faults(page: Any) -> list[str]:
    """What axe finds on the page against WCAG 2.2 AA: rule, element, advice."""
    page.evaluate(STILL)  # what is fading in has no colours yet
    page.evaluate((services.ROOT / "tests" / "vendor" / "axe.min.js").read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", WCAG)
    return [
        f"{fault['id']}: {node['html'][:200]} ({fault['help']})"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]
