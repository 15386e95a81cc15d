"""Large exports: waited for, written once whoever tries, fetched for a day by the team only; templates of a team."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from preorders import service as preorders
from preorders.exports import jobs, service, store
from preorders.models import ExportLog
from tests.preorders import make
from tests.preorders.make import HOME, NOW, Story
from tests.web import end_reading
from webapp.infra.db import db, transaction
from webapp.infra.leases import ATTEMPTS
from webapp.infra.storage import storage


@pytest.fixture(autouse=True)
def at_noon(clock: Any) -> None:
    clock.at(NOW)


@pytest.fixture
def told(app: Flask) -> Story:
    return make.story()


@pytest.fixture
def base(told: Story, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a drop with three orders, where more than two rows are many."""
    monkeypatch.setattr(service, "AT_ONCE", 2)
    drop_id = make.drop(told=told)
    for n in range(3):
        preorders.place(drop_id, make.person(), [make.tee(drop_id)], HOME, f"key-number-{n}", NOW)
    return f"/team/night-line/drops/{drop_id}"


def waiting() -> ExportLog:
    end_reading()
    return db.session.scalars(select(ExportLog).order_by(ExportLog.id.desc())).first()  # type: ignore[return-value]


def ask(client: Any, base: str, **values: str) -> str:
    answer = client.post(f"{base}/export?state=standing", data={"template": "orders", "format": "csv", **values})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_a_large_export_is_written_by_a_worker_and_kept_for_a_day(
    app: Flask, client: Any, new_client: Any, sign_in: Any, told: Story, base: str, run_jobs: Any, clock: Any
) -> None:
    sign_in(client, told.staff_id)
    page = ask(client, base)
    assert (waiting().state, waiting().rows, waiting().by_id) == ("waiting", 3, told.staff_id)
    assert 'hx-trigger="every 2s"' in client.get(f"{page}/status").text
    assert client.get(f"{page}/file").status_code == 410
    run_jobs("exports")
    row = waiting()
    assert (row.state, row.written, row.persons) == ("done", 3, 3)
    shown = client.get(page).text
    assert "every 2s" not in shown and f"{page}/file" in shown
    taken = client.get(f"{page}/file")
    assert hashlib.sha256(taken.data).hexdigest() == row.sha256
    assert taken.data.count(b"\n") == 4
    assert taken.headers["Cache-Control"] == "private, no-store"
    stranger = new_client()
    sign_in(stranger, make.person())
    assert stranger.get(f"{page}/file").status_code == 404
    key = row.file_key or ""
    clock.advance(hours=2)  # not a fresh sign-in any more
    again = client.get(f"{page}/file")
    assert again.status_code == 302 and again.headers["Location"].startswith("/sign-in")
    clock.advance(hours=23)
    assert jobs.forget() == 1 and not storage().exists(key)
    sign_in(client, told.staff_id)
    assert client.get(f"{page}/file").status_code == 410
    assert (waiting().state, waiting().rows, waiting().file_key) == ("done", 3, None)


def test_two_workers_make_one_file_and_the_slower_one_leaves_nothing(
    app: Flask, client: Any, sign_in: Any, told: Story, base: str, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, told.staff_id)
    ask(client, base)
    export_id = waiting().id
    end_reading()
    with transaction() as session:
        assert store.LEASES.take(session, export_id, NOW)
    assert jobs.write(export_id) is False  # somebody works on it
    clock.advance(minutes=4)  # and fell silent
    end_reading()
    assert jobs.write(export_id) is True
    assert jobs.write(export_id) is False
    with transaction() as session:  # the silent one comes back
        assert not store.LEASES.keep(session, export_id, 1, NOW, written=9)
        assert not store.LEASES.finish(session, export_id, 1, rows=9)
    assert list(storage().keys("exports/")) == [waiting().file_key] == [f"exports/{export_id}-2.csv"]


def test_a_failed_export_says_why_and_is_tried_again(
    app: Flask, client: Any, sign_in: Any, told: Story, base: str, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, told.staff_id)
    page = ask(client, base)
    export_id = waiting().id

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(type(storage()), "put_file", full)
        for attempt in range(1, ATTEMPTS + 1):
            end_reading()
            assert jobs.write(export_id) is (attempt == ATTEMPTS)
            clock.advance(minutes=5)
    assert (waiting().state, waiting().failure) == ("failed", "no-room")
    assert "the disk may be full" in client.get(page).text
    assert client.post(f"{page}/retry").status_code == 303
    end_reading()
    assert jobs.write(export_id) is True
    assert client.post(f"{page}/retry").status_code == 409


def test_columns_are_chosen_moved_and_kept_as_a_template(
    app: Flask, client: Any, new_client: Any, sign_in: Any, told: Story, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 100)
    sign_in(client, told.staff_id)
    nameless = "order placed state country sku product size colour bundle quantity price order_total currency shipped"
    assert (
        ticked(client.get(f"{base}/exports").text) == f"{nameless} tracking".split()
    )  # nobody, unless it is asked for
    chosen = {"template": "orders", "columns": ["order", "sku", "quantity"], "format": "json"}
    moved = client.post(f"{base}/exports/arrange?size=M", data={**chosen, "move": "up:quantity"})
    assert "size=M" in moved.headers["Location"]
    assert ticked(client.get(moved.headers["Location"]).text) == ["order", "quantity", "sku"]
    kept = {**chosen, "name": "Print house", "shared": "1"}
    assert client.post(f"{base}/exports/templates", data=kept).status_code == 303
    assert client.post(f"{base}/exports/templates", data=kept).status_code == 409  # the name is taken
    assert client.post(f"{base}/exports/templates", data={**kept, "name": " "}).status_code == 422
    assert (
        client.post(f"{base}/exports/templates", data={**kept, "name": "Only for me", "shared": ""}).status_code == 303
    )
    menu = client.get(f"{base}/orders").text
    number = re.search(r'name="kept" value="(\d+)"[^>]*>\s*<button[^>]*aria-label="Print house, JSON"', menu)
    assert number
    taken = client.post(f"{base}/export", data={"kept": number[1], "format": "json"})
    assert list(taken.json[0]) == ["order", "sku", "quantity"]
    colleague = new_client()
    other = make.person("Colleague")
    with transaction() as session:
        from webapp.accounts import store as accounts

        accounts.add_member(session, told.artist_id, other, "merch_staff", NOW)
    sign_in(colleague, other)
    assert (
        "Print house" in colleague.get(f"{base}/orders").text
        and "Only for me" not in colleague.get(f"{base}/orders").text
    )
    remove = f"{base}/exports/templates/{number[1]}/remove"
    assert (colleague.post(remove).status_code, client.post(remove).status_code) == (404, 303)
    assert client.post(f"{base}/export", data={"kept": number[1], "format": "json"}).status_code == 404


@pytest.mark.one_db
@pytest.mark.parametrize(
    "values",
    [
        {"template": "orders", "columns": "", "format": "csv"},
        {"kept": "x", "format": "csv"},
        {"kept": "9" * 30},
        {},
        {"template": "shopify", "format": "xlsx"},
        {"template": "orders", "columns": "nothing", "format": "pdf"},
    ],
)
def test_nonsense_is_told_so(
    app: Flask, client: Any, sign_in: Callable[..., None], told: Story, base: str, values: dict[str, str]
) -> None:
    sign_in(client, told.staff_id)
    assert client.post(f"{base}/export", data=values).status_code in (303, 404, 422)
    assert client.get(f"{base}/exports?template=x&columns=,,sku,sku,no&format=doc").status_code == 200
    assert client.post(f"{base}/exports/arrange", data={"move": "sideways:no", "columns": "\x00"}).status_code == 303


def ticked(page: str) -> list[str]:
    return re.findall(r'name="columns" value="([a-z_0-9]+)" checked', page)
