"""A crowd behind one address: the browser works for its vote, and for its code, without anybody noticing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import func, select
from werkzeug.serving import make_server

from tests.voting import make
from voting.models import PendingVote
from webapp.infra.db import db

pytestmark = [pytest.mark.usefixtures("rate_limits"), pytest.mark.one_db]


@pytest.fixture
def crowded(app: Flask, client: Any, clock: Any) -> Iterator[tuple[str, make.Scene]]:
    """The application served to a browser, after one newcomer of this address, who was the last without work."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], puzzle_rate=1)
    clock.at(make.NOW)
    made = make.scene(designs=2)
    assert client.post(f"/D/{made.codes[0]}/vote", data={"wish": "cast"}).status_code == 303
    assert client.post("/sign-in", data={"email": "first@example.org"}).status_code == 302
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", made
    server.shutdown()
    thread.join()


def test_work_is_done_unseen(browser: Any, crowded: tuple[str, make.Scene]) -> None:
    url, made = crowded
    context = browser.new_context(base_url=url, viewport={"width": 390, "height": 844}, locale="en-GB")
    page, answers, faults = context.new_page(), [], []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda answer: answers.append(answer.status) if _is_ours(answer) else None)

    page.goto(f"/D/{made.codes[1]}")
    page.get_by_role("button", name="Vote").first.click()
    expect(page.get_by_role("button", name="Voted").first).to_be_visible()
    page.wait_for_function("() => !JSON.parse(localStorage.getItem('fanmade.votes') || '[]').length")
    assert answers == [429, 200]
    assert db.session.scalar(select(func.count()).select_from(PendingVote)) == 2

    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("second@example.org")
    page.get_by_role("button", name="Mail me a code").click()
    page.wait_for_url("**/sign-in/code")
    assert answers[2:] == [429, 302]
    assert not faults, faults
    context.close()


def _is_ours(answer: Any) -> bool:
    """A vote or an address that was sent; the page of sign-in asks for the passkeys of the browser by itself."""
    return bool(answer.request.method == "POST" and "passkey" not in answer.url)
