"""The rule of the prefix, and cells and names of sheets that XLSX can hold; nothing here needs a database."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from sqlalchemy import literal

from preorders.exports import Column, Sheet, cells, write_csv, write_xlsx

RUN = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A", "\t=1", "\r=1", "\n=1", "\x00=1", "\x1b=1", "\x7f=1"]
BEHIND = [" =1", "\xa0=1", "\u3000+1", "\u200b@x", "\ufeff-1", "  \u2009=1", "'=1", "''=1", "'  +1", "\u202f＝1"]
CALM = ["", "Aino", "Äiti", "0044", "'quoted", "a=1", "مرحبا", "💜", "_x0041_", "ﬁ", " x", '"=1', "1-2", "<r>"]


def test_what_could_be_run_gets_one_apostrophe_and_gives_it_back() -> None:
    for text in RUN + BEHIND:
        written = cells.safe(text)
        assert written == "'" + text
        assert cells.is_dangerous(written[1:])  # the reader's rule: take it away where such a text follows
    for text in CALM:
        assert cells.safe(text) == text
        assert not (text.startswith("'") and cells.is_dangerous(text[1:]))


def test_machines_get_cells_as_they_are() -> None:
    sheet = Sheet((Column("a", "", "text", lambda: literal("")),), "EUR", "UTC", machine=True)
    file = io.BytesIO()
    write_csv(file, sheet, [("=1",), ('+"x"',), (None,)])
    assert file.getvalue() == b'"a"\n"=1"\n"+""x"""\n""\n'


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("Print house", 1, "Print house"),
        ("a/b:c?[d]*\\e", 1, "a b c d e"),
        ("'quoted'", 2, "quoted 2"),
        ("x" * 40, 2, "x" * 29 + " 2"),
        ("History", 1, "Export"),
        ("***", 1, "Export"),
        ("💜" * 31, 1, "💜" * 15),
    ],
)
def test_sheets_get_names_that_spreadsheets_take(title: str, number: int, name: str) -> None:
    assert cells.sheet_name(title, number) == name


def test_no_text_breaks_a_workbook() -> None:
    hostile = [*RUN, *BEHIND, *CALM, "<r><t>x</t></r>", "<r>=1</r>", "\x01\x02", "\ud800half", "\ufffe\uffff", "a\r\nb"]
    hostile += ["x" * 40_000, "💜" * 20_000, "</t></is><f>1+1</f>", "&amp;", " padded "]
    sheet = Sheet((Column("a", "", "text", lambda: literal("")),), "EUR", "UTC", "a/b")
    file = io.BytesIO()
    assert write_xlsx(file, sheet, [(text,) for text in hostile]) == len(hostile)
    page: Any = openpyxl.load_workbook(file).active
    found = [page.cell(row + 2, 1) for row in range(len(hostile))]
    assert {cell.data_type for cell in found} <= {"s", "inlineStr", "n"}
    for cell, text in zip(found, hostile, strict=True):
        if len(text) < 100 and text.isprintable():
            assert unescape(cell.value or "") == text  # as spreadsheets read _x005F_
    long = [cell.value for cell in found if cell.value and len(cell.value) > 10_000]
    assert [len(text.encode("utf-16-le")) // 2 <= 32_767 and text.endswith("…") for text in long] == [True, True]


def test_a_full_sheet_goes_on_in_a_second_one() -> None:
    sheet = Sheet((Column("n", "", "number", lambda: literal(1)),), "EUR", "UTC", "Orders")
    file = io.BytesIO()
    assert write_xlsx(file, sheet, [(n,) for n in range(7)], full=3) == 7
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Orders", "Orders 2", "Orders 3"]
    assert [[cell.value for cell in page["A"]] for page in book] == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]
    assert {(page.freeze_panes, page.auto_filter.ref is not None) for page in book} == {("A2", True)}
