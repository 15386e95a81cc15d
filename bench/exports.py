"""Exports of many order lines: CSV beside the database's own, XLSX beside the bare writer; time and memory.

Every run is a process of its own (`python -m bench.exports URL WHAT FILE`), so that its memory is its own too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import xlsxwriter
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from bench.scene import engine_of
from bench.table import Row, alternating
from preorders import queries as drops
from preorders.exports import TEMPLATES, scopes, writing
from preorders.exports.writing import Wish
from preorders.models import Drop, Product, Variant
from preorders.order_list import Filters
from tests.databases import Databases
from webapp.accounts.models import Artist, Person

LINES = 1_000_000
SHEET_LINES = 50  # of so many lines one is written as XLSX: its writer is slow, and so is its floor
BEGAN = datetime(2026, 10, 20, 10, tzinfo=UTC)


def measure(kind: str, folder: Path, rounds: int, lines: int = LINES) -> list[Row]:
    """Return the rows of the table for one kind of database."""
    folder.mkdir(parents=True, exist_ok=True)
    databases = Databases(folder)
    try:
        url = databases.fresh(kind)
        fill(engine_of(url), lines)
        return _rows(kind, url, folder / "out", rounds, lines)
    finally:
        databases.close()


def _rows(kind: str, url: str, file: Path, rounds: int, lines: int) -> list[Row]:
    said: dict[str, list[dict[str, float]]] = {}

    def run(what: str, measured: str) -> Callable[[], float]:
        def once() -> float:
            said.setdefault(what, []).append(_child(url, what, file))
            return said[what][-1][measured]

        return once

    sheet, sheet_floor = f"xlsx:{lines // SHEET_LINES}", f"xlsx-floor:{lines // SHEET_LINES}"
    csv, floor = alternating(rounds, run("csv", "seconds"), run("csv-floor", "seconds"))
    # Both write the same sheet from the same cursor in one process: its own time says more where others work beside.
    xlsx, bare = alternating(rounds, run(sheet, "cpu"), run(sheet_floor, "cpu"))
    name, most = ("COPY", 2.0) if kind == "postgres" else (_sqlite_floor()[0], 4.0)
    load = f"load {os.getloadavg()[0]:.0f}"
    wall = f"by the clock {_clock(said[sheet]) / _clock(said[sheet_floor]):.2f}, {load}"
    return [
        Row(f"{lines:,} lines as CSV, {kind}", "s", csv, floor, name, False, most, load),
        Row(f"its memory, {kind}", "MB", _memory(said["csv"]), None, "", False, 150, "RSS of the process"),
        Row(f"{lines // SHEET_LINES:,} lines as XLSX, {kind}", "s of CPU", xlsx, bare, "xlsxwriter", False, 1.3, wall),
        Row(f"its memory, {kind}", "MB", _memory(said[sheet]), None, "", False, 150, "RSS of the process"),
    ]


def _clock(said: list[dict[str, float]]) -> float:
    return statistics.median(each["seconds"] for each in said)


def _memory(said: list[dict[str, float]]) -> float:
    return max(each["megabytes"] for each in said)


def _child(url: str, what: str, file: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.exports", url, what, str(file)], capture_output=True, text=True, check=True
    )
    said: dict[str, float] = json.loads(done.stdout)
    return said


def main(url: str, what: str, path: str) -> None:
    """Do one thing to the database at `url` and print seconds, those of this process's own work, and megabytes."""
    what, _, lines = what.partition(":")
    engine, wish = engine_of(url), Wish(TEMPLATES["orders"], what.partition("-")[0], Filters())
    with Session(engine) as session:
        drop_id = session.query(Drop.id).order_by(Drop.id.desc()).limit(1).scalar()
        drop = drops.drop(session, drop_id)
    assert drop is not None
    acts = {"csv": _write, "xlsx": _write, "csv-floor": _csv_floor, "xlsx-floor": _xlsx_floor}
    with engine.connect() as connection, Path(path).open("wb", buffering=1 << 20) as file:
        wish = _narrowed(wish, int(lines)) if lines else wish
        began, worked = time.perf_counter(), time.process_time()
        acts[what](connection, drop, wish, file)
        seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    print(json.dumps({"seconds": seconds, "cpu": cpu, "megabytes": _most_memory()}))


def _most_memory() -> float:
    """What this process held at most; getrusage would tell of the process it was forked from, too."""
    kilobytes = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(kilobytes[1]) / 1024 if kilobytes else 0


def _narrowed(wish: Wish, lines: int) -> Wish:
    """One SKU of SHEET_LINES has one line of so many."""
    return Wish(wish.template, wish.format, Filters(size="S1"))


def _write(connection: Connection, drop: Any, wish: Wish, file: Any) -> None:
    writing.write(connection, drop, wish, file)


def _raw(drop: Any, wish: Wish) -> Any:
    return scopes.rows_of("line", drop.id, wish.filters, [column.expression() for column in wish.template.own])


def _csv_floor(connection: Connection, drop: Any, wish: Wish, file: Any) -> None:
    """The same rows and columns, as they are, by the database's own CSV."""
    query = str(_raw(drop, wish).compile(connection, compile_kwargs={"literal_binds": True})).replace("%%", "%")
    if connection.dialect.name == "postgresql":
        driver = cast(Any, connection.connection.driver_connection)
        with driver.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as lines:
            for line in lines:
                file.write(line)
        return
    _sqlite_floor()[1](str(connection.engine.url.database), query, file)


def _sqlite_floor() -> tuple[str, Callable[[str, str, Any], None]]:
    """SQLite's own command line; where it is missing, Python's driver that joins cells as they come."""
    program = shutil.which("sqlite3")
    if program is None:
        return "bare cursor", _bare_cursor
    return "sqlite3 -csv", lambda path, query, file: _command_line(program, path, query, file)


def _command_line(program: str, path: str, query: str, file: Any) -> None:
    subprocess.run([program, "-csv", path, query], stdout=file, check=True)


def _bare_cursor(path: str, query: str, file: Any) -> None:
    import csv
    import io
    import sqlite3

    rows = sqlite3.connect(path).execute(query)
    csv.writer(io.TextIOWrapper(file, encoding="utf-8", newline="")).writerows(rows)


def _xlsx_floor(connection: Connection, drop: Any, wish: Wish, file: Any) -> None:
    """The library alone: the same cells of the same cursor, each written by the method of its kind."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    page, kinds = book.add_worksheet(), [column.kind for column in wish.template.own]
    money, moment = book.add_format({"num_format": "0.00"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    rows = connection.execution_options(yield_per=1000).execute(_raw(drop, wish))
    for place, column in enumerate(wish.template.own):
        page.write_string(0, place, column.name)
    for number, row in enumerate(rows, 1):
        for place, (kind, value) in enumerate(zip(kinds, row, strict=True)):
            if value is None or value == "":
                continue
            if kind == "text":
                page.write_string(number, place, value)
            elif kind == "moment":
                page.write_datetime(number, place, value.replace(tzinfo=None), moment)
            elif kind == "money":
                page.write_number(number, place, value / 100, money)
            else:
                page.write_number(number, place, value)
    book.close()


def fill(engine: Engine, lines: int) -> None:
    """Write a drop with so many lines, two to an order, by statements of the database itself."""
    postgres = engine.dialect.name == "postgresql"
    with Session(engine) as session, session.begin():
        artist, person = Artist(slug="b", name="B", created_at=BEGAN), Person(email="x@example.org", created_at=BEGAN)
        session.add_all([artist, person])
        session.flush()
        window = {"opens_at": BEGAN, "closes_at": BEGAN + timedelta(days=30), "created_at": BEGAN}
        drop = Drop(artist_id=artist.id, slug="d", title="D", currency="EUR", timezone="Europe/Helsinki", **window)
        session.add(drop)
        session.flush()
        tee = Product(drop_id=drop.id, position=0, kind="tee", title="Tour tee", price_minor=2990, weight_g=180)
        session.add(tee)
        session.flush()
        skus = [Variant(drop_id=drop.id, product_id=tee.id, sku=f"TEE-{n}", size=f"S{n}") for n in range(SHEET_LINES)]
        session.add_all(skus)
        session.flush()
        ids = {"drop": drop.id, "person": person.id, "first": skus[0].id}
    with engine.begin() as connection:
        for statement in _statements(postgres):
            connection.execute(text(statement), {"orders": lines // 2, **ids})
    if postgres:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def _statements(postgres: bool) -> list[str]:
    numbers = "WITH n(i) AS (SELECT generate_series(1, CAST(:orders AS bigint)))"
    at = r"CAST('2026-10-20 10\:00\:00+00' AS timestamptz) + i * interval '2 second'"
    yes, no, shape = "true", "false", "json"
    if not postgres:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :orders)"
        at = r"strftime('%Y-%m-%d %H:%M:%f000', '2026-10-20 10:00:00', '+' || (i * 2) || ' seconds')"
        at, yes, no, shape = re.sub(r"(?<=[\dHM]):", r"\\:", at), "1", "0", "text"
    address = r"""'{"line1"\: "Kirkkokatu ' || i || ' A", "postcode"\: "' || (10000 + i % 80000) || '",
        "city"\: "Helsinki", "country"\: "FI", "phone"\: "+35840' || (1000000 + i) || '", "note"\: ""}'"""
    name = "CASE WHEN i % 50 = 0 THEN '=cmd|' || i WHEN i % 20 = 0 THEN 'Äiti \"X\" ' || i ELSE 'Aino Ahola ' || i END"
    orders = f"""INSERT INTO preorders (drop_id, person_id, number, idempotency_key, state, awaits_payment,
        awaits_guardian, email, name, country, address, pieces, items_minor, shipping_minor, tax_minor, tax_included,
        total_minor, currency, placed_at, addressed_at, cancel_reason, tracking) {numbers}
        SELECT :drop, :person, 'FM-' || (1000000 + i), 'k' || i, 'reserved', {no}, {no}, 'fan' || i || '@example.org',
        {name}, 'FI', CAST({address} AS {shape}), 2, 5980, 0, 0, {yes}, 5980, 'EUR', {at}, {at}, '', '' FROM n"""
    lines = [
        f"""INSERT INTO preorder_lines (preorder_id, variant_id, quantity, price_minor, tax_bp, tax_minor)
        SELECT id, :first + (id + {place}) % {SHEET_LINES}, 1, 2990, 2550, 608 FROM preorders WHERE drop_id = :drop"""
        for place in (0, 1)
    ]
    return [orders, *lines]


if __name__ == "__main__":
    main(*sys.argv[1:])
