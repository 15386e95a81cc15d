"""docs/security.md names tests that exist, each requirement once, and a state for each."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
ROW = re.compile(r"^\| (\d+\.\d+\.\d+)(?:–(\d+\.\d+\.\d+))? \| (.+?) \| (.+) \|$", re.M)
STATES = ("**met**", "**partly**", "**open**", "n/a", "the operator's part", "the proxy's part")


def test_the_tests_it_names_exist() -> None:
    named = re.findall(r"`(?:tests/)?([a-z_]+(?:/[a-z_]+)*/test_\w+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 60
    lost = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / "tests" / path).exists() or (name and f"def {name}(" not in (ROOT / "tests" / path).read_text())
    ]
    assert lost == []


def test_each_requirement_has_one_line_and_a_state() -> None:
    rows = ROW.findall(PAGE)
    firsts = [tuple(map(int, first.split("."))) for first, *_ in rows]
    assert firsts == sorted(set(firsts))
    assert {chapter for chapter, *_ in firsts} == set(range(1, 17))
    assert [first for first, _, _, state in rows if not state.startswith(STATES)] == []
    assert [
        first for first, _, _, state in rows if state.startswith(("**partly**", "**open**")) and ":" not in state
    ] == []
