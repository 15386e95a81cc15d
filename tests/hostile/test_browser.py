"""A browser reads pages full of such words, with the content policy switched off: escaping alone has to hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update

from contests.comments.models import Comment
from tests.hostile import placing, sample, scripts, site
from tests.house.crowd import Crowd
from tests.pages.make import NOW
from webapp.accounts.models import Person
from webapp.infra.db import transaction
from webapp.infra.markdown import render

pytestmark = [pytest.mark.one_db, pytest.mark.browser, pytest.mark.slow]
HOME = "http://localhost"
PART = 6
PATHS = (
    "/c/v/designs",
    "/c/s/studio?draft=draft0",
    "/inbox",
    "/team/band/moderation",
    "/team/band/drops/{drop}/orders",
    "/drops/drop",
    "/a/band",
    "/mine",
)
FAULTS = """() => [...document.querySelectorAll('*')].flatMap((each) => [...each.attributes]
  .filter(({name, value}) => /^on|^style$|^srcdoc$/i.test(name) || /^\\s*(javascript|vbscript|data):/i.test(value) &&
    /^(href|src|action|formaction|xlink:href)$/i.test(name))
  .map(({name, value}) => `${each.tagName} ${name}=${value}`)
  .concat(/^(IFRAME|OBJECT|EMBED|BASE|FRAME|APPLET)$/.test(each.tagName) ? [each.outerHTML.slice(0, 200)] : []))"""
COME_ALIVE = """async () => { for (const each of document.querySelectorAll('main *')) for (const name of
  ['mouseover', 'pointerenter', 'focus', 'animationstart', 'toggle', 'error']) each.dispatchEvent(new Event(name));
  await new Promise((done) => setTimeout(done, 50)); return window.__hit || 0; }"""


@pytest.fixture
def told(app: Flask, clock: Any) -> Crowd:
    """A design under whose picture all of the texts stand, said by people who are called so."""
    clock.at(NOW)
    made = site.grown()
    texts = [sample.kept(text) or "x" for text in _said()]
    with transaction() as session:
        placing.fill(session, placing.places(session), placing.hostile(seed=4))
        session.execute(update(Comment).where(Comment.submission_id == made.first).values(state="hidden"))
        people = [
            {"email": f"h{n}@example.org", "display_name": text[:60], "created_at": NOW} for n, text in enumerate(texts)
        ]
        ids = session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people).all()
        said = [
            {"submission_id": made.first, "author_id": who, "body_md": text, "created_at": NOW, "state": "visible"}
            for who, text in zip(ids, texts, strict=True)
        ]
        session.execute(insert(Comment), said)
    return made


def _said() -> list[str]:
    """All of the texts, or a sixth: a page of 1,600 comments takes a browser a minute."""
    every = scripts.every()
    return list(every if sample.SOAK else every[::PART])


def _look(page: Any, path: str) -> None:
    """Open a page, let everything happen that may, and see that nothing did."""
    assert page.goto(path, wait_until="load").status == 200, path
    assert page.evaluate(COME_ALIVE) == 0, path
    found = page.evaluate(FAULTS)
    ours = "/studio" in path  # its own script places things by their style
    assert [each for each in found if not (ours and " style=" in each)] == [], path


@pytest.fixture
def opened(browser: Any, client: Any) -> Iterator[Any]:
    """`opened(bypass)`: a window on the application, and what went wrong in it; its requests never leave the test."""
    contexts = []

    def answer(route: Any) -> None:
        if "/media/" in route.request.url or not route.request.url.startswith(HOME):
            route.abort()
            return
        found = client.get(route.request.url.removeprefix(HOME))
        route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    def window(bypass: bool) -> tuple[Any, list[str]]:
        context = browser.new_context(bypass_csp=bypass, base_url=HOME)
        context.set_default_timeout(100_000)
        contexts.append(context)
        context.route("**/*", answer)
        page, faults = context.new_page(), []
        page.on("dialog", lambda dialog: (faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
        return page, faults

    yield window
    for context in contexts:
        context.close()


@pytest.mark.timeout(550)
def test_nothing_runs_even_without_a_policy(told: Any, opened: Any, client: Any, sign_in: Any) -> None:
    sign_in(client, told.me)
    page, faults = opened(True)
    _look(page, "/D/V0000")
    assert page.evaluate("document.querySelectorAll('.comment-head b').length") >= len(_said())
    for path in PATHS:
        _look(page, path.format(drop=told.drop_id))
    assert not faults, faults
    strict, faults = opened(False)
    strict.goto("/D/V0000", wait_until="load")
    assert not faults, faults


@pytest.mark.timeout(400)
def test_markdown_and_a_control(app: Flask, opened: Any) -> None:
    page, faults = opened(True)
    page.set_content("".join(f"<main><div>{render(text)}</div></main>" for text in sample.every() if len(text) < 1000))
    assert page.evaluate(COME_ALIVE) == 0
    assert page.evaluate(FAULTS) == []
    assert not faults, faults
    page.set_content(f"<main>{scripts.every()[0]}<img src=x onerror={scripts.HIT}></main>")
    assert page.evaluate(COME_ALIVE) > 0, "the control does not run: this test would see nothing"
    assert page.evaluate(FAULTS)
