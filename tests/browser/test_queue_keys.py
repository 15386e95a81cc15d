"""A moderator at the keyboard: four things decided with five presses, again and again, in the real queue."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from playwright.sync_api import expect
from sqlalchemy import func, select

from contests.comments.models import Comment
from contests.models import Contest
from contests.submissions.models import ModerationAct, Submission
from tests.browser.clicks import Hand
from tests.browser.pages import TEAM
from tests.browser.site import Site
from tests.browser.test_fan import WALL

Window = Callable[..., Any]
ITEMS, HIDDEN, PRESSES = (20, 5, 25) if os.environ.get("SOAK") == "1" else (8, 2, 10)


def test_four_things_take_five_presses(site: Site, window: Window) -> None:
    said = _waiting(site)
    hand = Hand(window("jonas", viewport={"width": 1280, "height": 800}))
    acts = select(func.count(ModerationAct.id)).where(ModerationAct.subject_id.in_(said))
    mine = acts.where(ModerationAct.subject_kind == "comment", ModerationAct.moderator_id.is_not(None))
    hand.page.goto(f"{TEAM}/moderation")
    for number in range(ITEMS):
        expect(hand.page.locator("#item-title")).to_be_focused()  # the script hears keys
        if number % 4 == 3:
            hand.press("r")
            expect(hand.page.locator("#reasons button").first).to_be_focused()
            key = "4"
        else:
            key = "a"
        with hand.page.expect_navigation():
            hand.press(key)
    assert hand.own.clicks <= PRESSES
    assert site.one(mine) == ITEMS
    states = select(func.count(Comment.id)).where(Comment.id.in_(said))
    assert site.one(states.where(Comment.state == "hidden")) == HIDDEN
    assert site.one(states.where(Comment.state == "visible")) == ITEMS - HIDDEN


def _waiting(site: Site) -> list[int]:
    """Let so many words wait, each reported as something that harms the young: these come before all else."""
    from contests.comments import service
    from webapp.accounts import store
    from webapp.infra.db import db, transaction

    wall = select(Contest.id).where(Contest.slug == WALL).scalar_subquery()
    shown = (Submission.withdrawn_at.is_(None), Submission.current_revision_id.is_not(None))
    last = select(func.max(Submission.id)).where(Submission.contest_id == wall, Submission.state == "approved", *shown)
    design, now, said = site.one(last), site.now(), []
    reporter = site.person("milja")
    with site.app.app_context():
        for number in range(ITEMS):
            with transaction() as session:
                address, since = f"queue{number}@example.org", now - timedelta(days=3)
                fields = {"age_band": "18+"}
                author = store.add_person(session, address, f"Queue {number}", since, **fields)
            said.append(service.post(design, author, sha256(bytes([number])).hexdigest(), None, now))
            service.report("comment", said[-1], reporter, "child", "", now)
        db.session.remove()
    return said
