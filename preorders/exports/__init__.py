"""Exports of a drop: what is listed, as a file. docs/exports.md describes what comes out.

Tables: exports, export_templates. `scopes` says what a row is, `columns` and `shops` what stands in it, the writers and
`sql` make files of it, `writing` reads in one snapshot, `service` and `jobs` hand over and keep the log.
"""

from preorders.exports.cells import DANGEROUS, PREFIX, safe
from preorders.exports.csv_files import BOM, write_csv
from preorders.exports.formats import FORMATS
from preorders.exports.json_files import write_json
from preorders.exports.shapes import Column, Format, Sheet
from preorders.exports.templates import TEMPLATES, Template
from preorders.exports.xlsx_files import write_xlsx

__all__ = [
    "BOM",
    "DANGEROUS",
    "FORMATS",
    "PREFIX",
    "TEMPLATES",
    "Column",
    "Format",
    "Sheet",
    "Template",
    "safe",
    "write_csv",
    "write_json",
    "write_xlsx",
]
