"""Any text on paper: nothing a stranger types stops it, leaves its lines, or comes in the wrong order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preorders.production.directions import visual_runs
from preorders.production.letters import MARK, fit_for_paper
from preorders.production.paper import Paper
from preorders.production.placing import placed

NASTY = "aZ1 .,()[]محمدשéक्षนี่😀❤\ufe0f👩\u202e\u2067\u0301\u20dd\uffff\U000e0041漢%{}nb\x00\x1b\u200d\u200c\ud800"
EVERY = range(0x110000)


@pytest.fixture(scope="module")
def paper() -> Paper:
    return Paper(105, 148, "Any", datetime(2027, 3, 1, tzinfo=UTC))


@settings(max_examples=120, deadline=None)
@given(text=st.text(max_size=50) | st.text(st.sampled_from(NASTY), max_size=50))
def test_any_text_is_set_within_its_lines(paper: Paper, text: str) -> None:
    clean = paper.clean(text)
    paper.add_page()
    lines = paper.lines(clean, 40, 9)
    assert all(paper.width_of(line, 9) <= 40 or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == clean.replace(" ", "")
    for line in lines:
        paper.put(5, 20, line, 9)


def test_all_of_it_can_be_written(paper: Paper) -> None:
    paper.add_page()
    assert paper.output().startswith(b"%PDF-")


def test_controls_go_and_what_no_face_has_is_marked() -> None:
    assert fit_for_paper(" a\tb\r\n\x00c\u202e\u200b ", EVERY) == ("a b c", False)
    assert fit_for_paper("Z" + "\u0335" * 40, EVERY) == ("Z" + "\u0335" * 3, False)
    assert fit_for_paper("漢a", {ord("a")}) == (MARK + "a", True)
    assert fit_for_paper("می\u200cخواهم a\u200cb", EVERY)[0] == "می\u200cخواهم ab"


def test_parts_stand_where_they_are_read() -> None:
    assert visual_runs("abc محمد 123 def") == [("abc ", False), ("123", False), ("محمد ", True), (" def", False)]
    assert [run for run, _ in visual_runs("שלום 12 עולם")] == [" עולם", "12", "שלום "]


def test_a_print_hangs_as_the_studio_shows_it() -> None:
    whole = placed("tee", "front", (30.0, 40.0), (3543, 4724), True)
    assert (whole.width, whole.height, whole.dpi, whole.below) == (30, 40, 299, 3.9)
    fitted = placed("tote", "back", (28.0, 30.0), (1000, 1000), False)
    assert (fitted.width, fitted.height, fitted.below) == (28, 28, 4.5)
    sheet = placed("poster", "front", (42.0, 59.0), (1000, 1000), False)
    assert sheet.below is None and sheet.spot[1] > 0.19  # in the middle of the paper, not at its top
