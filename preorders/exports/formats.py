"""The kinds of file."""

from preorders.exports.csv_files import write_csv
from preorders.exports.json_files import write_json
from preorders.exports.shapes import Format
from preorders.exports.xlsx_files import write_xlsx

FORMATS = {
    "csv": Format("csv", "text/csv; charset=utf-8", write_csv),
    "xlsx": Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "json": Format("json", "application/json", write_json),
}
