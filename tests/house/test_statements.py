"""What a page asks the database does not grow with what it shows, and stays below a bound that stands here.

Each page is read with few rows and with many, in every list it may hold. A page that reads one row more for
each row it shows fails; one that grows by a statement because a new thing is shown needs its bound raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import pytest
from flask import Flask, current_app
from sqlalchemy import event, select

from tests.house.crowd import Crowd
from tests.pages.make import NOW
from webapp.infra.db import db
from webapp.infra.kept import forget

pytestmark = pytest.mark.one_db
FEW, MANY = 3, 40


@dataclass(frozen=True)
class Page:
    """An address, the most statements it may cost, and who reads: `me` (signed in), `fan`, `token`.

    `still` marks a page whose length does not change with the rows it counts.
    """

    path: str
    most: int
    who: str = "me"
    still: bool = False


STRANGERS = [
    Page("/", 8, "fan"),
    Page("/a/band", 7, "fan"),
    Page("/c/v", 10, "fan"),
    Page("/c/s", 8, "fan", still=True),
    Page("/c/d", 8, "fan"),
    Page("/c/v/questions", 5, "fan"),
    Page("/c/v/designs", 5, "fan"),
    Page("/c/v/designs?q=design", 5, "fan"),
    Page("/c/v/designs?page=2", 5, "fan"),
    Page("/D/V0000", 16, "fan"),  # its author's page, and reactions
    Page("/c/d/result", 14, "fan"),
    Page("/c/d/decision", 8, "fan", still=True),
    Page("/c/v/vote", 6, "fan", still=True),
    Page("/drops/drop", 7, "fan"),
    Page("/c/s/studio", 4, "fan"),
    Page("/sign-in", 0, "fan", still=True),
]
MEMBERS = [
    Page("/", 14),
    Page("/a/band", 12),
    Page("/c/v", 15),
    Page("/c/v/questions", 11),
    Page("/c/v/designs", 9),
    Page("/c/v/designs?show=hearts", 9),
    Page("/c/v/ballot", 12),
    Page("/D/V0000", 20),
    Page("/c/d/result", 17),
    Page("/drops/drop", 10),
    Page("/drops/drop/preorder", 9),
    Page("/c/s/enter", 12),
    Page("/c/s/studio?draft=draft0", 9),
    Page("/mine", 17),
    Page("/following", 13),
    Page("/settings/page", 4, still=True),
    Page("/inbox", 4),
    Page("/inbox/preferences", 6, still=True),
    Page("/settings", 6),
    Page("/settings/tokens", 4),
    Page("/preorders/FM-M00000", 15, still=True),
]
TEAM = [
    Page("/team/band", 15),
    Page("/team/band/contests/{v}/questions", 8),
    Page("/team/band/people", 8),
    Page("/team/band/moderation", 13),
    Page("/team/band/moderation/log", 5),
    Page("/team/band/votes", 13, still=True),
    Page("/team/band/votes/log", 5, still=True),
    Page("/team/band/drops", 6),
    Page("/team/band/letters", 9, still=True),
    Page("/team/band/drops/{drop}", 13),
    Page("/team/band/designs/V0000/print", 13),
    Page("/team/band/drops/{drop}/orders", 17),
    Page("/team/band/drops/{drop}/rates", 7, still=True),
    Page("/team/band/drops/{drop}/exports", 11, still=True),
    Page("/team/band/drops/{drop}/waitlist", 6, still=True),
    Page("/team/band/drops/{drop}/production", 8, still=True),
    Page("/team/band/drops/{drop}/parcels", 6, still=True),
    Page("/team/band/drops/{drop}/royalties", 7, still=True),
    Page("/team/band/drops/{drop}/forecast", 7, still=True),
    Page("/team/band/contests/{p}/pick", 21),
    Page("/team/band/contests/{p}/pick?blind=0", 36),
    Page("/team/band/contests/{p}/pick-links", 8, still=True),
    Page("/team/band/contests/{v}/funnel", 6, still=True),
    Page("/team/band/contests/{p}/finalists", 9),
    Page("/team/band/contests/{s}/kit", 9),
    Page("/operator", 7),
    Page("/operator/picks", 4, still=True),
    Page("/operator/system", 11),
]
API = [
    Page("/api/v1/contests", 4, "token"),
    Page("/api/v1/contests/v", 5, "token", still=True),
    Page("/api/v1/contests/v/designs", 5, "token"),
    Page("/api/v1/contests/d/result", 7, "token"),
    Page("/api/v1/contests/v/ballot", 7, "token"),
    Page("/api/v1/designs/V0000", 6, "token", still=True),
    Page("/api/v1/contests/v/questions", 7, "token"),
    Page("/api/v1/designs/V0000/comments", 8, "token"),
    Page("/api/v1/following", 12, "token"),
    Page("/api/v1/drops", 4, "token"),
    Page("/api/v1/drops/drop", 9, "token"),
    Page("/api/v1/artists/band/moderation", 7, "token"),
    Page("/api/v1/drops/drop/exports/size-run.json", 6, "token"),
]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect every statement sent to the database, but for the words that open transactions."""
    seen: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.upper().startswith(("BEGIN", "SAVEPOINT")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def crowd(app: Flask, clock: Any) -> Crowd:
    """The site, with nothing in its lists yet."""
    clock.at(NOW)
    return Crowd()


@pytest.fixture
def reader(crowd: Crowd, client: Any, sign_in: Any) -> Callable[[Page], Any]:
    """Reads a page as the one it is for."""
    from webapp.accounts import tokens
    from webapp.accounts.tokens import SCOPES

    headers: dict[str, str] = {}

    def read(page: Page) -> Any:
        if page.who == "me" and not client.get_cookie("fanmade"):
            sign_in(client, crowd.me)
        if page.who == "token" and not headers:
            headers["Authorization"] = f"Bearer {tokens.create(crowd.me, 'test', list(SCOPES), NOW)}"
        path = page.path.format(drop=crowd.drop_id, **crowd.contests)
        return client.get(path, headers=headers)

    return read


def cost(read: Callable[[Page], Any], page: Page) -> tuple[list[str], int]:
    """Read the page twice, since the first time texts are written; return the statements of the second, and its length.

    What is kept for a second only is read again: it could be that second's last reader.
    """
    read(page)
    forget(cast("Flask", current_app))
    with statements() as seen:
        answer = read(page)
    assert answer.status_code == 200, (page.path, answer.status_code)
    return seen, len(answer.data)


@pytest.mark.parametrize("pages", [STRANGERS, MEMBERS, TEAM, API], ids=["strangers", "members", "team", "api"])
def test_a_page_costs_the_same_however_much_it_shows(crowd: Crowd, reader: Any, pages: list[Page]) -> None:
    crowd.grow(FEW)
    before = [cost(reader, page) for page in pages]
    crowd.grow(MANY)
    after = [cost(reader, page) for page in pages]
    faults = [line for each in zip(pages, before, after, strict=True) for line in faults_of(*each)]
    assert not faults, "\n".join(faults)


def faults_of(page: Page, before: tuple[list[str], int], after: tuple[list[str], int]) -> list[str]:
    """What is wrong with a page's cost, in words."""
    (few, short), (many, long) = before, after
    found = []
    if not page.still and long <= short:
        found.append(f"{page.path} shows no more rows: this test would see nothing")
    if len(many) != len(few):
        found.append(f"{page.path} ({page.who}) grows from {len(few)} to {len(many)}:")
        found += extra(few, many)
    if len(many) > page.most:
        found.append(f"{page.path} ({page.who}) costs {len(many)}, the bound is {page.most}")
    return found


def test_control_one_statement_a_row_is_seen(crowd: Crowd, reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from contests.submissions.models import Submission
    from webapp.pages import queries

    together = queries.face_rows

    def one_by_one(ids: Any) -> Any:
        for each in ids:
            db.session.execute(select(Submission.title).where(Submission.id == each)).all()
        return together(ids)

    monkeypatch.setattr(queries, "face_rows", one_by_one)
    page = Page("/c/v/designs", 5, "fan")
    crowd.grow(FEW)
    few, _ = cost(reader, page)
    crowd.grow(MANY)
    many, _ = cost(reader, page)
    assert len(many) > len(few)


def extra(few: list[str], many: list[str]) -> list[str]:
    """The statements that are there more often with many rows."""
    counts = {each: (few.count(each), many.count(each)) for each in sorted({*few, *many})}
    return [f"  {old} -> {new}: {' '.join(each.split())[:300]}" for each, (old, new) in counts.items() if old != new]
