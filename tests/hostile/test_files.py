"""Files with such words in them: cell by cell what was typed, nothing that runs, and paper that takes any text."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from sqlalchemy import select

from contests.comments.models import Comment
from contests.submissions.images.kit import lettering
from contests.submissions.models import Submission
from preorders.exports import TEMPLATES, cells, service
from preorders.exports.formats import FORMATS
from preorders.exports.shapes import Column, Sheet, unwatched
from preorders.models import Preorder
from preorders.order_list import Filters
from preorders.production.parcels import Parcel, Piece
from preorders.production.slips import write_slips
from tests.hostile import naughty, placing, sample, site
from tests.pages.make import NOW
from webapp.accounts.models import Person
from webapp.accounts.my_data import exporting
from webapp.infra.db import db, transaction

pytestmark = pytest.mark.timeout(400)
ORDINARY = ("Väinö Öljymäki", "Ελληνικά", "Кириллица", "Nguyễn", "Zoë Saldaña", "<script>alert(1)</script>", "=1+1")
FACE = 200 if sample.SOAK else 15


def _written(kind: str, texts: list[str], machine: bool = False) -> bytes:
    columns = tuple(Column(name, name, "text", lambda: None) for name in ("typed", "again"))
    file = io.BytesIO()
    FORMATS[kind].write(
        file, Sheet(columns, "EUR", "UTC", "Orders", machine), [(each, each) for each in texts], unwatched
    )
    return file.getvalue()


TEXTS = [text.replace("\x00", "") for text in sample.every()]
"""All of them, in each run: writing them is quick."""


def test_csv_gives_every_text_back_and_begins_no_cell_with_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(_written("csv", TEXTS).decode().removeprefix("\ufeff"), newline="")))[1:]
    assert len(rows) == len(TEXTS)
    for text, (one, other) in zip(TEXTS, rows, strict=True):
        assert one == other == (cells.PREFIX + text if cells.is_dangerous(text) else text)
        shown = "".join(c for c in one if unicodedata.category(c)[0] not in "CZ").lstrip()
        assert unicodedata.normalize("NFKC", shown)[:1] not in set("=+-@"), repr(text)
    plain = list(csv.reader(io.StringIO(_written("csv", TEXTS, machine=True).decode(), newline="")))[1:]
    assert [one for one, _ in plain] == TEXTS


def test_json_gives_every_text_back() -> None:
    assert [row["typed"] for row in json.loads(_written("json", TEXTS))] == TEXTS


def test_xlsx_gives_every_text_back_as_text() -> None:
    raw = _written("xlsx", TEXTS)
    page = load_workbook(io.BytesIO(raw)).active
    for text, row in zip(TEXTS, page.iter_rows(min_row=2, max_col=1), strict=True):  # type: ignore[union-attr]
        wanted = cells.sheet_text(text).replace("\r\n", "\n").replace("\r", "\n")
        found = unescape(row[0].value or "").replace("\r\n", "\n").replace("\r", "\n")
        assert found == wanted, repr(text)
        assert row[0].data_type in ("s", "n") and not (row[0].data_type == "n" and wanted), repr(text)
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        for name in book.namelist():
            assert b"<f>" not in book.read(name) and b"<hyperlink" not in book.read(name), name


def test_an_export_of_a_drop_and_the_file_of_a_person_hold_what_was_typed(
    app: Flask, clock: Any, tmp_path: Path
) -> None:
    clock.at(NOW)
    made = site.grown()
    with transaction() as session:
        placing.fill(session, placing.places(session), placing.hostile(seed=1))
    names = set(db.session.scalars(select(Preorder.name).where(Preorder.drop_id == made.drop_id)))
    for template, chosen in TEMPLATES.items():
        for kind in chosen.formats:
            taken = service.export(made.drop_id, made.me, template, kind, Filters(), NOW)
            with taken.file as file:
                found = _texts(kind, file.read())
            if template == "orders":
                assert {cells.safe(name) if kind == "csv" else name for name in names} <= found
    _file_of(made.me, tmp_path)


def _texts(kind: str, raw: bytes) -> set[str]:
    if kind == "csv":
        return {cell for row in csv.reader(io.StringIO(raw.decode(), newline="")) for cell in row}
    if kind == "json":
        return {str(value) for row in json.loads(raw) for value in row.values()}
    rows = load_workbook(io.BytesIO(raw)).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    return {str(value) for row in rows for value in row}


def _file_of(person_id: int, folder: Path) -> None:
    exporting.write(db.session(), person_id, "en", NOW, folder / "me.zip")
    with zipfile.ZipFile(folder / "me.zip") as packed:
        assert all(name == Path(name).as_posix() and ".." not in name for name in packed.namelist())
        held = json.dumps([json.loads(packed.read(n)) for n in packed.namelist() if n.endswith(".json")])
    mine = [db.session.scalar(select(Person.display_name).where(Person.id == person_id))]
    mine += db.session.scalars(select(Comment.body_md).where(Comment.author_id == person_id))
    mine += db.session.scalars(select(Submission.title).where(Submission.author_id == person_id))
    mine += db.session.scalars(select(Preorder.name).where(Preorder.person_id == person_id))
    assert len(mine) > 6
    assert [text for text in mine if json.dumps(text) not in held] == []


def test_slips_take_any_text_and_say_what_was_typed(tmp_path: Path) -> None:
    odd = [each[:150] for each in sample.some(FACE, seed=5)]
    texts = [*ORDINARY, *odd]
    parcels = [
        Parcel(
            n,
            f"FM-{n}",
            each,
            dict.fromkeys(("line1", "postcode", "city", "phone", "note"), each),
            "FI",
            False,
            (Piece(each[:60], each[:100], each[:20], each[:40], each[:120], 1),),
        )
        for n, each in enumerate(texts, 1)
    ]
    path = tmp_path / "slips.pdf"
    assert write_slips(path, parcels, len(parcels), texts[-1], NOW) == len(parcels)
    assert path.read_bytes()[:5] == b"%PDF-"
    assert b"/JavaScript" not in path.read_bytes() and b"/URI" not in path.read_bytes()
    if reader := shutil.which("pdftotext"):
        read = subprocess.run([reader, "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
        assert [each for each in ORDINARY if each not in read] == []


def test_letters_of_posters_and_cards_take_any_text() -> None:
    for text in [*sample.some(FACE, seed=6), *naughty.by_kind()["accents"]]:
        seen = lettering.legible(text[:80])
        lettering.face_for(seen)
        assert lettering.fitted(seen, 20, 100) > 0
        found, size = lettering.lines(seen, 20, 60, 2)
        assert len(found) <= 2 and size > 0
