"""JSON: an array of objects, one a line."""

import json
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

from preorders.exports import cells
from preorders.exports.shapes import BATCH, Sheet, unwatched


def write_json(file: BinaryIO, sheet: Sheet, rows: Iterable[Any], watch: Callable[[int], None] = unwatched) -> int:
    """Write a JSON array of objects, one a line; return how many."""
    names = [column.name for column in sheet.columns]
    makers = [cells.json_value(column.kind, sheet.currency, sheet.zone) for column in sheet.columns]
    count = 0
    file.write(b"[")
    for count, row in enumerate(rows, 1):
        values = (None if value is None else make(value) for make, value in zip(makers, row, strict=True))
        line = json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)
        file.write((b",\n" if count > 1 else b"\n") + line.encode("utf-8", "replace"))
        if count % BATCH == 0:
            watch(count)
    file.write(b"\n]\n")
    return count
