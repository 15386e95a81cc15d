"""What you see is what you export: three formats, one writer, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from preorders import exports, order_list, service
from preorders.exports.cells import is_dangerous
from preorders.models import ExportLog
from preorders.order_list import Filters
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from tests.web import end_reading
from webapp.accounts.models import AuditLine
from webapp.infra.db import db

HOSTILE = (
    "=1+1",
    "+358401234567",
    "-Anna-",
    "@SUM(A1:A9)",
    "\tTab",
    " =cmd|' /C calc'!A0",
    "＝1+1",
    "0044",
    'She said "hi", then; =1+1',
    "Äyräpää 💜 مرحبا",
    "line one\nline two",
    "http://example.org",
    "'quoted",
)


@pytest.fixture(autouse=True)
def at_noon(clock: Any) -> None:
    clock.at(NOW)


def placed(drop_id: int, names: tuple[str, ...] = HOSTILE) -> None:
    for n, name in enumerate(names):
        item = make.tee(drop_id, "SM"[n % 2], ("Black", "Navy")[n % 2])
        service.place(drop_id, make.person(), [item], replace(HOME, name=name, note=name), f"key-number-{n}", NOW)


def exported(drop_id: int, template: str, kind: str, filters: Filters | None = None) -> bytes:
    made = service.export(drop_id, make.person(), template, kind, filters or Filters(), NOW)
    with made.file as file:
        return file.read()


def cells(raw: bytes) -> list[list[str]]:
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def unprefixed(cell: str) -> str:
    """What docs/exports.md tells machines to do: drop one apostrophe that stands before a dangerous beginning."""
    return cell[1:] if cell.startswith("'") and is_dangerous(cell[1:]) else cell


@pytest.mark.ordinarily("postgres")
def test_csv_is_safe_to_open_and_loses_nothing(app: Flask) -> None:
    drop_id = make.drop()
    placed(drop_id)
    header, *rows = cells(exported(drop_id, "orders", "csv"))
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert [unprefixed(row["name"]) for row in found] == list(reversed(HOSTILE))
    assert [unprefixed(row["note"]) for row in found] == list(reversed(HOSTILE))
    for row in rows:
        assert not any(cell.lstrip(" ").startswith(exports.DANGEROUS) for cell in row)
    assert {row["price"] for row in found} == {"29.90"}
    assert found[0]["placed"] == "2027-03-01T14:00:00+02:00"
    assert found[0]["phone"] == "'+358401234567"


def test_every_csv_cell_is_quoted(app: Flask) -> None:
    """A spreadsheet that splits at semicolons must not find a new cell in a name."""
    drop_id = make.drop()
    placed(drop_id, ("x;=1+1",))
    assert '"x;=1+1"' in exported(drop_id, "orders", "csv").decode("utf-8-sig")


@pytest.mark.ordinarily("postgres")
def test_xlsx_has_typed_cells_and_no_formula(app: Flask) -> None:
    drop_id = make.drop()
    placed(drop_id)
    sheet = openpyxl.load_workbook(io.BytesIO(exported(drop_id, "orders", "xlsx"))).active
    assert sheet is not None
    header, *rows = sheet.iter_rows()
    names = [cell.value for cell in header]
    assert (sheet.freeze_panes, bool(sheet.auto_filter.ref)) == ("A2", True)
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]
    assert [row[names.index("name")].value for row in rows] == list(reversed(HOSTILE))
    first = dict(zip(names, rows[0], strict=True))
    assert (first["price"].value, first["price"].data_type) == (29.9, "n")
    assert (first["postcode"].value, first["phone"].value) == ("00170", "+358401234567")
    assert first["placed"].is_date


@pytest.mark.ordinarily("postgres")
def test_json_is_an_array_of_objects(app: Flask) -> None:
    drop_id = make.drop()
    assert json.loads(exported(drop_id, "orders", "json")) == []
    placed(drop_id)
    rows = json.loads(exported(drop_id, "orders", "json"))
    assert [row["name"] for row in rows] == list(reversed(HOSTILE))
    assert (rows[0]["quantity"], rows[0]["price"], rows[0]["currency"]) == (1, "29.90", "EUR")


@pytest.mark.ordinarily("postgres")
@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_size_run_names_nobody(app: Flask, kind: str) -> None:
    drop_id = make.drop(bundle=True)
    service.place(drop_id, make.person(), [make.bundle(drop_id, "M", 2)], HOME, "a-first-key", NOW)
    service.place(drop_id, make.person(), [make.tee(drop_id, "M")], HOME, "a-first-key", NOW)
    raw = exported(drop_id, "size-run", kind)
    assert b"Aino" not in raw
    log = db.session.scalars(select(ExportLog)).one()
    assert (log.rows, log.persons, log.template, log.format) == (2, 0, "size-run", kind)
    if kind == "csv":
        rows = [row[1:] for row in cells(raw)[1:]]
        assert rows == [["Tour tee", "M", "Black", "3", "0"], ["Album", "", "", "2", "0"]]


def test_what_is_seen_is_exported(app: Flask) -> None:
    drop_id = make.drop()
    placed(drop_id, ("Ann", "Bob", "Cid", "Ann Lee"))
    for filters in (
        Filters(size="M"),
        Filters(colour="Black"),
        Filters(q="ann"),
        Filters(state="cancelled"),
        Filters(),
    ):
        seen, more = order_list.page(db.session(), drop_id, filters, None)
        assert more is None
        rows = json.loads(exported(drop_id, "orders", "json", filters))
        assert [row["order"] for row in rows] == [line.number for line in seen]
        totals = order_list.totals(db.session(), drop_id, filters)
        assert (totals.lines, totals.pieces) == (len(rows), sum(row["quantity"] for row in rows))
        assert sum(unit.quantity for unit in order_list.units(db.session(), drop_id, filters)) == totals.pieces


def test_every_export_is_logged_with_who_and_how_many(app: Flask) -> None:
    drop_id, staff = make.drop(), make.person()
    placed(drop_id, ("Ann", "Bob", "Cid"))
    service.export(drop_id, staff, "pick-list", "csv", Filters(size="S"), NOW).file.close()
    log = db.session.scalars(select(ExportLog)).one()
    assert (log.by_id, log.rows, log.persons, log.filters["size"]) == (staff, 2, 2, "S")
    assert "drop.export" in db.session.scalars(select(AuditLine.action)).all()


def test_taking_it_at_the_desk_in_two_clicks(app: Flask, client: Any, sign_in: Callable[..., None], clock: Any) -> None:
    told = make.story()
    drop_id = make.drop(told=told)
    placed(drop_id, ("Ann",))
    sign_in(client, told.staff_id)
    base = f"/team/night-line/drops/{drop_id}"
    page = client.get(f"{base}/orders?size=S")
    assert f'method="post" action="{base}/export?state=standing&amp;size=S"' in page.text

    def export(template: str, kind: str, query: str = "") -> Any:
        return client.post(f"{base}/export{query}", data={"template": template, "format": kind})

    taken = export("orders", "csv", "?state=standing&size=S")
    assert taken.status_code == 200
    assert "attachment" in taken.headers["Content-Disposition"]
    assert taken.headers["Cache-Control"] == "no-store"
    assert cells(taken.data)[1][3] == "Ann"
    clock.advance(hours=2)  # the sign-in is no longer fresh: names are not handed out, numbers are
    assert export("orders", "csv").status_code == 403
    assert export("size-run", "csv").status_code == 200
    assert export("size-run", "pdf").status_code == 422


def test_a_link_exports_nothing_and_a_form_needs_its_token(
    app: Flask, client: Any, sign_in: Callable[..., None], csrf: None
) -> None:
    told = make.story()
    drop_id = make.drop(told=told)
    placed(drop_id, ("Ann",))
    sign_in(client, told.staff_id)
    base = f"/team/night-line/drops/{drop_id}"
    assert client.get(f"{base}/export?template=orders&format=csv").status_code == 405
    values = {"template": "orders", "format": "csv"}
    assert client.post(f"{base}/export", data=values).status_code == 400
    end_reading()
    assert db.session.scalars(select(ExportLog)).all() == []
    form = client.get(f"{base}/orders").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    assert client.post(f"{base}/export", data={**values, "csrf_token": token[1]}).status_code == 200
    end_reading()
    assert len(db.session.scalars(select(ExportLog)).all()) == 1


def test_memory_stays_the_same_however_many_rows() -> None:
    import tracemalloc

    row = ("D1-TEE", "Tour tee", "M", "Navy", 1, 0)
    sheet = exports.Sheet(exports.TEMPLATES["size-run"].own, "EUR", "UTC")

    def peak(count: int) -> int:
        with Path("/dev/null").open("wb") as file:
            tracemalloc.start()
            exports.write_csv(file, sheet, (row for _ in range(count)))
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return most

    peak(10)
    assert peak(20_000) < peak(2_000) + 200_000


def test_there_is_one_writer_of_xlsx() -> None:
    root = Path(exports.__file__).parents[2]
    files = [f for room in ("webapp", "contests", "voting", "preorders") for f in (root / room).rglob("*.py")]
    assert [f.name for f in files if "xlsxwriter" in f.read_text()] == ["xlsx_files.py"]
