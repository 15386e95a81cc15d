"""Lists are paged by key: OFFSET reads, and throws away, all rows before those it shows."""

from __future__ import annotations

import ast
import re

from tests.house.layers import sources

# The n-th line of one order, of the few it may have, where the database itself writes an export.
ALLOWED = {"preorders.exports.shops"}
IN_WORDS = re.compile(r"\bOFFSET\s+(?::|\?|%|\d|\{)", re.IGNORECASE)


def offsets(source: str) -> list[int]:
    """Return the lines of a source at which a query skips rows by number."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            by_picture = isinstance(owner, ast.Name) and owner.id == "ImageChops"
            if node.func.attr in ("offset", "slice") and not by_picture:
                found.append(node.lineno)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and IN_WORDS.search(node.value):
            found.append(node.lineno)
    return found


def test_no_list_is_paged_by_offset() -> None:
    faults = {
        module: lines
        for module, file in sources()
        if module not in ALLOWED and (lines := offsets(file.read_text(encoding="utf-8")))
    }
    assert not faults


def test_control_an_offset_is_seen() -> None:
    assert offsets("rows = select(a).order_by(b).limit(9).offset(page * 9)") == [1]
    assert offsets("text('SELECT a FROM b LIMIT 9 OFFSET :from')") == [1]
    assert not offsets("glow = ImageChops.offset(mask, 3)\nzone = first.utcoffset()")
