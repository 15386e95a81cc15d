"""What the first view of a page may weigh on a phone with a sharp screen, and that nothing in it jumps."""

from __future__ import annotations

import gzip
import re
import statistics
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from contests.models import Contest
from contests.submissions.models import Revision, Submission
from tests.browser.pages import code_in
from tests.browser.site import Site
from webapp.infra.db import db
from webapp.infra.storage import storage

Window = Callable[..., Any]
KB = 1024
WALL = "low-tide-tour-tee"
SHIFT = """() => new Promise(done => {
  let sum = 0;
  const add = each => { if (!each.hadRecentInput) sum += each.value; };
  new PerformanceObserver(list => list.getEntries().forEach(add)).observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


class Weight:
    """The bytes of every answer that the page asked for, by kind, packed where a server would pack them."""

    def __init__(self, page: Any) -> None:
        self.answers: list[Any] = []
        page.on("response", lambda answer: self.answers.append(answer))

    def of(self, *kinds: str) -> int:
        """The weight of these kinds of answer (document, script, stylesheet, font, image); of all without any."""
        return sum(self._packed(each) for each in self.answers if not kinds or each.request.resource_type in kinds)

    @staticmethod
    def _packed(answer: Any) -> int:
        if answer.status != 200:
            return 0
        body = answer.body()
        text = answer.header_value("content-type").startswith(("text/", "image/svg", "application/"))
        return len(gzip.compress(body, 6)) if text else len(body)


def first_view(page: Any, path: str) -> Weight:
    """Open the path and wait until nothing is under way any more."""
    weight = Weight(page)
    page.goto(path, wait_until="networkidle")
    return weight


def weights(site: Site, width: int) -> dict[str, int]:
    """The bytes of each picture of the wall at this width, as AVIF, by the code of its design."""
    with site.app.app_context():
        session = db.session()
        shown = select(Submission.code, Revision.renditions).join(
            Revision, Revision.id == Submission.current_revision_id
        )
        wall = select(Contest.id).where(Contest.slug == WALL).scalar_subquery()
        rows = session.execute(shown.where(Submission.contest_id == wall, Submission.state == "approved")).all()
        keys = {code: next(each["avif"] for each in files if each["w"] == width) for code, files in rows}
        db.session.remove()
        return {code: len(storage().get(key)) for code, key in keys.items()}


def middling(site: Site) -> str:
    """The design of middle weight: how much ink a fan spends is not ours to limit."""
    by_weight = sorted((size, code) for code, size in weights(site, 720).items())
    return by_weight[len(by_weight) // 2][1]


@pytest.mark.parametrize(("width", "limit"), [(360, 12), (720, 30)])
def test_pictures_are_light(site: Site, width: int, limit: int) -> None:
    assert statistics.mean(weights(site, width).values()) <= limit * KB


@pytest.mark.parametrize(
    ("name", "whole", "script"), [("gallery", 200, 25), ("design", 130, 25), ("vote", 80, 5), ("contest", 200, 25)]
)
def test_the_first_view_is_light(site: Site, window: Window, name: str, whole: int, script: int) -> None:
    paths = {
        "gallery": f"/c/{WALL}/designs",
        "design": f"/D/{middling(site)}",
        "vote": f"/c/{WALL}/vote?at={middling(site)}",
        "contest": f"/c/{WALL}",
    }
    page = window(device_scale_factor=2)
    weight = first_view(page, paths[name])
    parts = {kind: weight.of(kind) for kind in ("document", "script", "stylesheet", "font", "image")}
    assert parts["image"] > 0, "the pictures are part of the view"
    assert weight.of() <= whole * KB, parts
    assert parts["script"] <= script * KB, parts
    assert parts["stylesheet"] <= 12 * KB, parts
    assert parts["font"] <= 40 * KB, parts
    assert sum(each.request.resource_type == "font" for each in weight.answers) <= 2
    assert page.evaluate(SHIFT) <= 0.02


def test_files_that_never_change_are_kept_by_the_browser(site: Site, window: Window) -> None:
    page = window()
    weight = first_view(page, f"/c/{WALL}/designs")
    named = [each for each in weight.answers if re.search(r"/(media|static)/", each.url)]
    assert {each.request.resource_type for each in named} >= {"script", "stylesheet", "image", "font"}
    assert [each.url for each in named if "immutable" not in (each.header_value("cache-control") or "")] == []


def test_no_page_asks_another_host_for_anything(site: Site, window: Window) -> None:
    page, asked = window(), []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", f"/c/{WALL}/designs", f"/D/{code_in(site, WALL)}", "/drops/club-tee"):
        page.goto(path, wait_until="networkidle")
    assert asked
    assert {url for url in asked if not url.startswith((site.url, "data:"))} == set()
