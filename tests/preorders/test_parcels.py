"""Parcels: by hand, by a file of tracking numbers, in parts; each told once."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from preorders import queries as drops
from preorders import recount
from preorders import service as ordering
from preorders.models import Drop
from preorders.shipping import importing, parcels, planning, queries, service
from preorders.shipping.importing import Row
from preorders.shipping.planning import Open
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices.models import Notice


def code(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        importing.read(data)
    return caught.value.code


@pytest.mark.parametrize(
    "data",
    [
        b"order,tracking,carrier\r\nFM-1,JJ 1,Posti\r\n",
        "\ufeffTilaus;Seurantakoodi;Kuljetusliike\nFM-1;JJ 1;Posti\n".encode(),
        b'"Order Number"\t"Tracking Number"\tCarrier\n\'FM-1\tJJ 1\tPosti',
    ],
)
def test_files_as_carriers_and_spreadsheets_write_them(data: bytes) -> None:
    [row] = importing.read(data)
    assert (row.number.lstrip("'"), row.tracking, row.carrier, row.line) == ("FM-1", "JJ 1", "Posti", 2)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty-file"),
        (b"order,tracking\n", "empty-file"),
        (b"a,b\n1,2\n", "no-columns"),
        (b"order,tracking,quantity\nFM-1,JJ,x\n", "bad-row"),
        (b"order,tracking\nFM-1," + b"J" * 81 + b"\n", "bad-row"),
        (b"order,tracking\n" + b"FM-1,J\n" * 50_001, "too-many-rows"),
        (b" " * 5_000_001, "file-too-large"),
    ],
)
def test_files_that_cannot_be_used(data: bytes, why: str) -> None:
    assert code(data) == why


@given(st.binary(max_size=300))
def test_whatever_the_file_there_is_an_answer(data: bytes) -> None:
    with contextlib.suppress(Refused):
        assert importing.read(b"order,tracking\n" + data)


def test_a_plan_says_what_is_done_and_why_the_rest_is_not() -> None:
    orders = {
        "FM-1": Open(1, "reserved", True, {"A": [(11, 2)], "B": [(12, 1)]}),
        "FM-2": Open(2, "cancelled", True, {"A": [(21, 1)]}),
        "FM-3": Open(3, "reserved", False, {"A": [(31, 1)]}),
        "FM-4": Open(4, "part-shipped", True, {"A": [(41, 1)]}, frozenset({"T0"})),
    }
    rows = [
        Row(2, "FM-1", "T1", sku="A", quantity=1),
        Row(3, "FM-1", "T1", sku="B"),
        Row(4, "FM-1", "T2"),
        Row(5, "FM-1", "T3"),
        Row(6, "FM-2", "T4"),
        Row(7, "FM-3", "T5"),
        Row(8, "FM-4", "T0"),
        Row(9, "FM-4", ""),
        Row(10, "FM-9", "T6"),
        Row(11, "FM-4", "T7", sku="Z"),
    ]
    found = planning.plan(rows, orders)
    assert [(each.number, each.tracking, each.lines) for each in found.parcels] == [
        ("FM-1", "T1", {11: 1, 12: 1}),
        ("FM-1", "T2", {11: 1}),
    ]
    assert [line for line, _why in found.left] == [5, 6, 7, 8, 9, 10, 11]
    assert [why for _line, why in found.left] == [
        "sent", "cancelled", "no-address", "known", "no-tracking", "unknown-order", "unknown-sku",
    ]  # fmt: skip


@pytest.fixture
def sold(app: Flask, clock: Any) -> tuple[make.Story, int, list[Any]]:
    """A drop in production with two orders: two tees, and a tee with an album."""
    clock.at(NOW)
    told = make.story()
    drop_id = make.drop(told=told, bundle=True)
    buyers = make.people(2)
    orders = [
        ordering.place(drop_id, buyers[0], [make.tee(drop_id, quantity=2)], HOME, "key-00001", NOW),
        ordering.place(drop_id, buyers[1], [make.bundle(drop_id)], HOME, "key-00002", NOW),
    ]
    with transaction() as session:
        drop = session.get_one(Drop, drop_id)
        drop.locked_at = drop.production_at = NOW
    return told, drop_id, orders


def state(order: Any) -> str:
    db.session.rollback()
    found = drops.preorder(db.session(), order.id)
    assert found
    return found.state


def told_of() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Notice.dedupe).where(Notice.kind == "order-shipped")))


@pytest.mark.ordinarily("postgres")
def test_an_order_leaves_in_two_parcels_each_told_once(sold: Any, run_jobs: Callable[..., int]) -> None:
    told, _drop_id, (order, _other) = sold
    [(line, _sku, left)] = queries.open_lines(db.session(), [order.id])[order.id]
    assert left == 2
    args = (order.id, told.artist_id, told.staff_id)
    parcels.send(*args, {line: 1}, "Posti", "JJ1", NOW)
    assert state(order) == "part-shipped"
    for lines, tracking, why in ((None, "JJ1", "nothing-left"), ({line: 2}, "JJ2", "too-many")):
        with pytest.raises(Refused) as caught:
            parcels.send(*args, lines, "", tracking, NOW)
        assert caught.value.code == why
    with pytest.raises(NotFound):
        parcels.send(order.id, told.artist_id + 1, told.staff_id, None, "", "x", NOW)
    parcels.send(*args, None, "Posti", "JJ2", NOW)
    assert state(order) == "shipped"
    run_jobs("outbox")
    assert len(told_of()) == 2
    assert recount.differences(db.session()) == []


def test_a_file_is_shown_first_then_done_once(sold: Any, run_jobs: Callable[..., int]) -> None:
    told, drop_id, orders = sold
    lines = [f"{orders[0].number},JJ1,Posti", f"{orders[1].number},JJ2,Posti", "FM-XXXXX,JJ3,"]
    data = ("order,tracking,carrier\n" + "\n".join(lines)).encode()
    import_id = service.look(drop_id, told.staff_id, "posti.csv", data, NOW)
    assert [state(order) for order in orders] == ["reserved", "reserved"]
    service.confirm(import_id, drop_id, told.staff_id, NOW)
    service.confirm(import_id, drop_id, told.staff_id, NOW)
    run_jobs("outbox")
    service.carry_out(import_id, NOW)
    db.session.rollback()
    found = queries.parcel_import(db.session(), import_id)
    assert found
    assert (found.sent, found.left) == (2, [[4, "unknown-order"]])
    assert [state(order) for order in orders] == ["shipped", "shipped"]
    assert len(told_of()) == 2
    # The same file again makes nothing.
    again = service.look(drop_id, told.staff_id, "posti.csv", data, NOW)
    found = queries.parcel_import(db.session(), again)
    assert found
    assert service.plan_of(db.session(), found).parcels == []


def test_the_pages(sold: Any, new_client: Callable[[], Any], sign_in: Callable[..., None]) -> None:
    told, drop_id, (order, other) = sold
    staff, fan = new_client(), new_client()
    sign_in(staff, told.staff_id)
    sign_in(fan, other.person_id)
    home = f"/team/night-line/drops/{drop_id}/parcels"
    assert fan.get(home).status_code == 404
    assert staff.post(home, data={"file": (io.BytesIO(b"nonsense"), "x.csv")}).status_code == 422
    sent = staff.post(home, data={"file": (io.BytesIO(f"order,tracking\n{order.number},J1".encode()), "x.csv")})
    assert "1 parcel would be noted" in staff.get(sent.location).get_data(as_text=True)
    assert staff.post(f"{sent.location}/confirm").status_code == 302
    page = f"/team/night-line/drops/{drop_id}/orders/{other.number}"
    assert staff.post(f"{page}/parcel", data={"tracking": "J9", "line-1": "x"}).status_code == 422
    [first, *_rest] = queries.open_lines(db.session(), [other.id])[other.id]
    db.session.rollback()
    assert staff.post(f"{page}/parcel", data={"tracking": "J9", f"line-{first[0]}": "1"}).status_code == 302
    assert "J9" in staff.get(page).get_data(as_text=True)
