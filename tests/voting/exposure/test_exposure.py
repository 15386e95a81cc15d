"""What is shown is counted once, in the right stage, written in batches; reported once at the seal, and told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from contests.phases import Phase
from tests.voting.make import NOW, Scene, people, person, scene
from voting import closing, service
from voting.exposure import queries, reporting, seen
from webapp.infra import queue
from webapp.infra.aside import FLUSHING, TURN
from webapp.infra.db import db

AFTER = timedelta(minutes=11)


def _shown(made: Scene, stage: str = "open") -> dict[int, tuple[int, int]]:
    db.session.rollback()
    return queries.shown(db.session(), made.contest_id, stage)


def test_a_page_counts_once_for_a_visitor_and_writes_nothing(app: Flask) -> None:
    made = scene(designs=3)
    with app.test_request_context("/"):
        for visitor in ("one", "two", "one"):
            seen.met(made.contest_id, Phase.VOTING, "gallery", visitor, made.designs, 24)
        seen.met(made.contest_id, Phase.VOTING, "focus", "one", made.designs[:1])
        seen.met(made.contest_id, Phase.SUBMITTING, "gallery", "one", made.designs[:1], 24)
        seen.met(made.contest_id, Phase.PICKING, "gallery", "one", made.designs, 24)
    assert _shown(made) == {}
    assert seen.flush() == 4
    assert seen.flush() == 0
    first, second, third = made.designs
    assert _shown(made) == {first: (3, 300), second: (2, 186), third: (2, 172)}
    assert _shown(made, "before") == {first: (1, 100)}


@pytest.mark.parametrize(
    ("method", "headers"),
    [("HEAD", {}), ("GET", {"Sec-Purpose": "prefetch"}), ("GET", {"User-Agent": "Twitterbot/1.0"})],
)
def test_what_no_person_looks_at_is_not_counted(app: Flask, method: str, headers: dict[str, str]) -> None:
    made = scene(designs=1)
    with app.test_request_context("/", method=method, headers=headers):
        seen.met(made.contest_id, Phase.VOTING, "gallery", "one", made.designs)
    assert seen.flush() == 0


def test_a_flush_that_died_is_taken_up_and_only_one_flushes_at_a_time(app: Flask) -> None:
    made = scene(designs=1)
    with app.test_request_context("/"):
        seen.met(made.contest_id, Phase.VOTING, "gallery", "one", made.designs)
    queue.connection().rename(seen.COUNTS, seen.COUNTS + FLUSHING)  # it died here
    queue.connection().set(seen.COUNTS + TURN, 1)
    assert seen.flush() == 0
    queue.connection().delete(seen.COUNTS + TURN)
    assert seen.flush() == 1
    assert _shown(made) == {made.designs[0]: (1, 100)}


@pytest.mark.ordinarily("sqlite")
def test_the_order_stays_while_one_pages_and_comes_back(client: Any, clock: Any) -> None:
    made = scene(designs=30)
    clock.at(NOW)
    path = f"/c/{made.slug}/designs"
    first, part = client.get(path).text, client.get(path + "?page=2", headers={"HX-Request": "true"}).text
    codes = _codes(first, made) + _codes(part, made)
    assert sorted(codes) == sorted(made.codes)
    clock.at(NOW + timedelta(minutes=2))
    assert _codes(client.get(path + "?page=2").text, made) == codes
    one_by_one = client.get(f"/c/{made.slug}/vote").text
    assert codes[0] in one_by_one and codes[1] in one_by_one
    seen.flush()
    assert {count for count, _looks in _shown(made).values()} == {1, 2}  # the first stood alone as well
    clock.at(NOW + timedelta(minutes=45))
    assert _codes(client.get(path + "?page=2").text, made) != codes


def _codes(page: str, made: Scene) -> list[str]:
    found = {code: page.find(f'href="/D/{code}"') for code in made.codes}
    return sorted((code for code, at in found.items() if at >= 0), key=lambda code: found[code])


@pytest.mark.ordinarily("sqlite")
def test_the_report_is_written_once_at_the_seal_and_published(app: Flask, client: Any, clock: Any) -> None:
    made = scene(designs=4)
    few = made.designs[:3]
    with app.test_request_context("/"):
        for visitor in range(4):
            seen.met(made.contest_id, Phase.VOTING, "gallery", str(visitor), few)
    for number, voter in enumerate(people(12)):
        service.cast(made.designs[0], voter, "link" if number < 11 else "gallery", NOW)
    service.cast(made.designs[1], person(), "gallery", NOW)
    closing.close(closing.round_to_close(made.contest_id, "open") or 0, made.closes + AFTER)
    db.session.rollback()
    report = queries.reports(db.session(), made.contest_id)["open"]
    assert [each["shown"] for each in report["designs"]] == [4, 4, 4, 0]
    assert (report["mean"], report["least"], report["floor"], report["missed"]) == (3.0, 0, 2, [made.designs[3]])
    assert report["gini"] == 0.25 and report["spread"] is None
    assert (report["votes"], report["votes_by_link"]) == (13, 11)
    with app.test_request_context("/"):
        seen.met(made.contest_id, Phase.VOTING, "gallery", "late", made.designs)
    seen.flush()
    clock.at(made.closes + AFTER)
    page = client.get(f"/c/{made.slug}/result")
    assert "How often each design was shown" in page.text and "1 design missed that." in page.text
    told = client.get(f"/c/{made.slug}/result", headers={"Accept": "application/json"}).json
    assert told["rounds"][0]["exposure"] == report


def test_small_counts_by_link_do_not_follow_from_the_sum() -> None:
    shown = dict.fromkeys((1, 2, 3), (5, 500))
    told = reporting.report(shown, {1: (40, 3), 2: (60, 20), 3: (90, 50)}, {1: 4, 2: 0, 3: 12})
    assert [each["votes_by_link"] for each in told["designs"]] == [None, None, 50]
    assert [each["would_wear"] for each in told["designs"]] == [None, 0, 12]
    assert told["votes_by_link"] == 73
    assert [each["votes_by_link"] for each in reporting.report(shown, {1: (25, 20)}, {})["designs"]] == [None, 0, 0]


def test_without_redis_the_votes_are_counted_all_the_same(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from redis.exceptions import ConnectionError as Away

    from voting.exposure import freezing

    def away() -> int:
        raise Away("gone")

    made = scene(designs=2)
    monkeypatch.setattr(freezing.seen, "flush", away)
    assert closing.close(closing.round_to_close(made.contest_id, "open") or 0, made.closes + AFTER)
    db.session.rollback()
    assert queries.reports(db.session(), made.contest_id)["open"]["mean"] == 0
