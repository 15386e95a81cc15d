"""The list at any size: each view and filter read from an index, counts that agree, a search that finds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from preorders import desk_counts, order_list, service, timeline
from preorders.order_list import STATES, Filters
from preorders.service import Contact
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.infra.db import db, transaction

NARROW: tuple[dict[str, Any], ...] = (
    {},
    {"size": "M"},
    {"colour": "Black"},
    {"product": 1},
    {"bundle": "yes"},
    {"country": "FI"},
    {"paid": "yes"},
    {"paid": "no"},
    {"size": "S", "country": "FI", "paid": "no"},
)
SEARCHES = ("FM-7K3Q-2M", "aino@example.org", "ain aho", "a")


@pytest.fixture
def ordered(app: Flask) -> int:
    """A drop with a few orders of several kinds."""
    told = make.story()
    drop_id = make.drop(told=told, per_person=100, bundle=True, address_when="later")
    fans = make.people(4)
    sweden = Contact("Åsa Öberg-Aho", "Gatan 1", "11122", "Stockholm", "SE")
    service.place(drop_id, fans[0], [make.tee(drop_id), make.bundle(drop_id)], HOME, "key-of-one", NOW)
    second = service.place(drop_id, fans[1], [make.tee(drop_id, "S", "Navy", 2)], sweden, "key-of-two", NOW)
    third = service.place(drop_id, fans[2], [make.bundle(drop_id)], None, "key-of-three", NOW, country="FI")
    gone = service.place(drop_id, fans[3], [make.tee(drop_id, "S")], HOME, "key-of-four", NOW)
    service.cancel(gone.id, fans[3], NOW)
    with transaction() as session:
        timeline.note(session, second.id, NOW, None, "payment-failed", why="no money")
        session.execute(text("UPDATE preorders SET paid_at = placed_at WHERE id = :id"), {"id": third.id})
    return drop_id


def plans(statement: str, parameters: Any) -> str:
    """How the database means to answer, without its statistics of small tables (where it would read everything)."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).mappings()
        return "\n".join(row["detail"] for row in rows)
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    connection.exec_driver_sql("SET LOCAL enable_sort = off")
    return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))


@pytest.fixture
def seen() -> Iterator[list[tuple[str, Any]]]:
    """The statements that were sent."""
    statements: list[tuple[str, Any]] = []
    listener = lambda *args: statements.append((args[2], args[3]))  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    yield statements
    event.remove(db.engine, "before_cursor_execute", listener)


def scans(plan: str) -> list[str]:
    """The lines of a plan that read a whole table of orders, or sort what should come in order."""
    read = ("Seq Scan on preorder", "Seq Scan on order_words", "SCAN preorders", "SCAN preorder_lines", "SCAN order_wo")
    sorting = ("USE TEMP B-TREE FOR ORDER BY",)
    return [line for line in plan.splitlines() if any(word in line for word in read + sorting)]


def one_of(seen: list[tuple[str, Any]]) -> tuple[str, Any]:
    """The one SELECT of orders that was sent."""
    (found,) = [each for each in seen if each[0].lstrip().startswith(("SELECT", "WITH")) and "preorders" in each[0]]
    return found


def test_every_view_and_filter_is_read_from_an_index_in_order(ordered: int, seen: list[tuple[str, Any]]) -> None:
    faults = []
    for state, narrow, before in itertools.product(STATES, NARROW, (None, (10**6, 10**6))):
        seen.clear()
        order_list.page(db.session(), ordered, Filters(state=state, **narrow), before)
        plan = plans(*one_of(seen))
        faults += [(state, narrow, line) for line in scans(plan)]
    assert faults == []


def test_searches_counts_and_batches_are_read_from_an_index(ordered: int, seen: list[tuple[str, Any]]) -> None:
    session = db.session()
    asks: list[Callable[[], object]] = [
        lambda: desk_counts.counts(session, ordered),
        lambda: order_list.countries(session, ordered),
        lambda: order_list.newest_id(session, ordered),
        lambda: order_list.numbers(session, ordered, [1, 2]),
        lambda: desk_counts.sendable(session, ordered, 0, 50, None),
        lambda: order_list.page(session, ordered, Filters(size="M"), None, rare=True),
    ]
    asks += [partial(order_list.matching_ids, session, ordered, Filters(state=s), 0, 10**6, 50) for s in STATES]
    faults = []
    for ask in asks:
        seen.clear()
        ask()
        faults += [(seen[-1][0], line) for line in scans(plans(*one_of(seen))) if "TEMP B-TREE" not in line]
    for q in SEARCHES:  # few match: they may be sorted, but only they are read
        seen.clear()
        order_list.page(session, ordered, Filters(q=q, state="all"), None)
        faults += [(q, line) for line in scans(plans(*one_of(seen))) if "TEMP B-TREE" not in line]
    assert faults == []


def test_a_plan_that_reads_everything_is_seen(ordered: int) -> None:
    assert scans(plans("SELECT id FROM preorders WHERE cancel_reason = 'x'", ())) != []


def test_a_search_finds_numbers_addresses_and_beginnings_of_names(ordered: int) -> None:
    def found(q: str) -> set[str]:
        lines, _more = order_list.page(db.session(), ordered, Filters(q=q, state="all"), None)
        return {line.name for line in lines}

    number = order_list.page(db.session(), ordered, Filters(), None)[0][0]
    assert found(number.number.replace("-", "").lower()) == {number.name}
    assert found("ÅSA") == found("asa ob") == found("aho öberg asa") == {"Åsa Öberg-Aho"}
    assert found("aho") == {"Åsa Öberg-Aho", "Aino Ahola"}
    assert found("ain aho") == {"Aino Ahola"}
    assert found(number.email.upper()) == {number.name}
    for nothing in ("ino", "%", "_", "'", "@", "FM-", "a b c d e f g h i j"):
        assert found(nothing) == set(), nothing


def test_pages_hold_every_line_once_and_in_order(ordered: int, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = [line.line_id for line in order_list.stream(db.session(), ordered, Filters(state="all"))]
    monkeypatch.setattr(order_list, "PAGE", 2)
    lines, before = [], None
    while True:
        page, before = order_list.page(db.session(), ordered, Filters(state="all"), before)
        lines += [line.line_id for line in page]
        if before is None:
            break
    assert lines == everything
    assert len(set(lines)) == len(lines) == 7


@pytest.mark.one_db
def test_views_say_what_they_hold(ordered: int) -> None:
    held = {state: order_list.totals(db.session(), ordered, Filters(state=state)).orders for state in STATES}
    assert held == {"standing": 3, "look": 2, "paid": 1, "reserved": 3, "shipped": 0, "cancelled": 1, "all": 4}
    assert order_list.countries(db.session(), ordered) == ["FI", "SE"]
