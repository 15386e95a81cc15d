"""What the database writes is what Python writes; shops and carriers get their columns; a mail-out asks consent."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from preorders import service
from preorders.exports import TEMPLATES, cells, scopes, writing
from preorders.exports import service as exports
from preorders.exports.formats import FORMATS
from preorders.models import Drop, Payment, Preorder, PreorderLine
from preorders.order_list import Filters
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.accounts import teams
from webapp.infra.db import db, transaction

# What stands in the files; how orders are read is tested on both kinds of database in test_order_list.py.
pytestmark = pytest.mark.ordinarily("postgres")

HOSTILE = ("=1+1", "+358401234567", "\tTab", "＝1", "\xa0=x", "'=y", 'She "said"; hi', "Äyräpää 💜 مرحبا", "a\nb\r\nc")


@pytest.fixture(autouse=True)
def at_noon(clock: Any) -> None:
    clock.at(NOW)


@pytest.fixture
def drop_id(app: Flask) -> int:
    """A drop with a hostile buyer for each text, a bundle, and dates on both sides of a change of clocks."""
    drop_id = make.drop(bundle=True, per_person=50)
    for n, name in enumerate(HOSTILE):
        items = [make.tee(drop_id, "SM"[n % 2], ("Black", "Navy")[n % 2])]
        items += [make.bundle(drop_id, "M", 3)] if n % 3 == 0 else []
        service.place(drop_id, make.person(), items, replace(HOME, name=name, note=name), f"key-number-{n}", NOW)
    with transaction() as session:
        session.execute(update(PreorderLine).values(tax_bp=2550, tax_minor=607))
        for n, order in enumerate(session.scalars(select(Preorder).order_by(Preorder.id))):
            order.placed_at = datetime(2026, 10, 25, 0, 59, 58 + n % 2, 999_999, tzinfo=UTC) + timedelta(minutes=n // 2)
            order.paid_at = order.placed_at + timedelta(days=150) if n % 2 else None
            order.tax_minor, order.tracking = 607 * (3 if n % 3 == 0 else 1) + 5, "=T" if n else ""
    return drop_id


def taken(drop_id: int, template: str, kind: str = "csv", filters: Filters | None = None) -> bytes:
    made = exports.export(drop_id, make.person(), template, kind, filters or Filters(), NOW)
    with made.file as file:
        return file.read()


def table(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode(), newline="")))


@pytest.mark.one_db
@pytest.mark.parametrize("template", TEMPLATES)
def test_csv_is_byte_for_byte_what_the_rule_says(drop_id: int, template: str) -> None:
    """Rows are read as values and written by Python's csv module; on PostgreSQL the product lets the database write."""
    chosen, raw, drop = TEMPLATES[template], taken(drop_id, template), db.session.get_one(Drop, drop_id)
    with writing.snapshot() as connection:
        columns = chosen.sheet_columns(connection, drop_id, Filters(), drop.currency, ())
        found = [column.expression() for column in columns]
        rows = connection.execute(scopes.rows_of(chosen.scope, drop_id, Filters(), found)).all()
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow(
            [
                _cell(column.kind, value, drop.timezone, chosen.machine)
                for column, value in zip(columns, row, strict=True)
            ]
        )
    expected = ("" if chosen.machine else "\ufeff") + text.getvalue()
    assert raw == expected.encode()
    assert rows or template == "mail-out"


def test_a_shopify_file_has_an_order_on_its_first_line_only(drop_id: int) -> None:
    rows = table(taken(drop_id, "shopify"))
    assert list(rows[0])[:4] == ["Name", "Email", "Financial Status", "Paid at"]
    assert len({row["Name"] for row in rows}) == len(HOSTILE) < len(rows)
    for number in {row["Name"] for row in rows}:
        first, *others = [row for row in rows if row["Name"] == number]
        assert first["Shipping Country"] == "FI" and first["Shipping Zip"] == "00170"
        for other in others:
            assert {other[name] for name in ("Financial Status", "Total", "Shipping Name", "Currency")} == {""}
        lines = [first, *others]
        paid = sum(cents(r["Lineitem price"]) * int(r["Lineitem quantity"]) for r in lines)
        paid -= sum(cents(r["Lineitem discount"]) for r in lines)
        assert paid == cents(first["Subtotal"])
    assert {row["Shipping Name"] for row in rows} - {""} == set(HOSTILE)  # no prefix: a machine reads it
    assert {row["Paid at"][-5:] for row in rows if row["Paid at"]} == {"+0200"}


def test_a_woocommerce_file_has_an_order_in_a_row(drop_id: int) -> None:
    rows = table(taken(drop_id, "woocommerce"))
    assert len(rows) == len(HOSTILE)
    assert "line_item_3" in rows[0] and "line_item_4" not in rows[0]
    for row in rows:
        said = [row[f"line_item_{n}"] for n in (1, 2, 3) if row[f"line_item_{n}"]]
        items = [dict(part.split(":", 1) for part in each.split("|")) for each in said]
        net = sum(cents(item["total"]) for item in items) + cents(row["shipping_total"]) + cents(row["tax_total"])
        assert net == cents(row["order_total"])
        assert {item["quantity"] for item in items} <= {"1", "3"}
        assert row["status"] in ("processing", "on-hold")


def test_finance_splits_the_tax_by_rates_and_names_nobody(drop_id: int) -> None:
    raw = taken(drop_id, "finance", "json")
    assert not any(name in raw.decode() for name in HOSTILE[5:])
    with transaction() as session:
        first = session.scalars(select(Preorder).order_by(Preorder.id)).first()
        assert first
        refund = {"provider": "none", "kind": "refund", "state": "succeeded", "currency": "EUR", "created_at": NOW}
        session.add(Payment(preorder_id=first.id, amount_minor=1234, **refund))
        first_number, line = first.number, session.scalars(select(PreorderLine).order_by(PreorderLine.id)).first()
        assert line
        line.tax_bp = 1000
    rows = json.loads(taken(drop_id, "finance", "json"))
    assert [name for name in rows[0] if name.startswith("tax_")] == ["tax_10", "tax_25.5"]
    for row in rows:
        assert cents(row["tax_10"]) + cents(row["tax_25.5"]) == cents(row["tax"])
    assert {row["order"]: row["refunds"] for row in rows}[first_number] == "12.34"
    assert rows[0]["refunds"] == "0.00"


def test_a_mail_out_holds_only_those_who_asked_for_the_news(drop_id: int) -> None:
    buyers = list(db.session.scalars(select(Preorder.person_id).order_by(Preorder.id)))
    artist_id = db.session.get_one(Drop, drop_id).artist_id
    db.session.rollback()
    assert json.loads(taken(drop_id, "mail-out", "json")) == []
    for person_id in buyers[:2]:
        teams.follow(artist_id, person_id, True, NOW)
    teams.follow(artist_id, buyers[2], False, NOW)
    teams.follow(artist_id, make.person("Stranger"), True, NOW)
    assert len(json.loads(taken(drop_id, "mail-out", "json"))) == 2
    teams.unfollow(artist_id, buyers[0], NOW)
    rows = json.loads(taken(drop_id, "mail-out", "json"))
    assert [list(row) for row in rows] == [["email", "name", "language"]]


def test_a_carrier_gets_a_row_for_each_parcel_that_is_still_to_leave(drop_id: int) -> None:
    rows = table(taken(drop_id, "carrier"))
    assert len(rows) == len(HOSTILE)
    assert {row["street"] for row in rows} == {"Kirkkokatu 1 A 2"}
    assert [row["name"] for row in rows] == list(reversed(HOSTILE))


def test_columns_are_taken_in_the_order_they_were_chosen(drop_id: int) -> None:
    wanted = exports.wish("orders", "csv", Filters(size="S"), ("quantity", "sku", "order"))
    assert not wanted.personal
    made = exports.ask(drop_id, make.person(), wanted, NOW)
    assert not isinstance(made, int)
    with made.file as file:
        header, *rows = csv.reader(io.StringIO(file.read().decode("utf-8-sig")))
    assert header == ["quantity", "sku", "order"]
    assert rows and all(row[0] == "1" for row in rows)
    assert (made.persons, FORMATS["csv"].mimetype) == (0, made.mimetype)


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def _cell(kind: str, value: Any, zone: str, machine: bool) -> str:
    if value is None:
        return ""
    return cells.safe(value) if kind == "text" and not machine else str(cells.json_value(kind, "EUR", zone)(value))
