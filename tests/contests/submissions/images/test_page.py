"""docs/pictures.md lists every reason with its sentence, and the figures of the code."""

from pathlib import Path

from contests.submissions.images.extras import MOST_MOCKUPS, SECONDS_EACH
from contests.submissions.images.limits import Limits
from contests.submissions.images.refusals import SENTENCES
from contests.submissions.images.renditions import Recipe

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "pictures.md").read_text()


def test_every_reason_stands_on_the_page() -> None:
    # The page has other tables too: of settings, and of a kit's files, whose names have an ending.
    lines = [line for line in PAGE.splitlines() if line.startswith("| `") and "FANMADE" not in line]
    rows = [cells for cells in (line.split(" | ") for line in lines) if "." not in cells[0]]
    told = {row[0].strip("| `"): row[1].rstrip(" |") for row in rows}
    assert told == {code: sentence.replace("%(limit)s", "…") for code, sentence in SENTENCES.items()}


def test_the_figures_are_those_of_the_code() -> None:
    limits, recipe = Limits(), Recipe()
    assert f"{limits.memory_bytes // 2**20} MB of address space, {limits.cpu_seconds} s of CPU" in PAGE
    assert f"{limits.wall_seconds:.0f} s by the clock, {limits.written_bytes // 10**6} MB per written file" in PAGE
    assert ", ".join(map(str, recipe.widths)) in PAGE
    assert ", ".join(map(str, recipe.mockup_widths)) in PAGE
    assert f"at most {MOST_MOCKUPS} pairs" in PAGE
    assert f"adds {SECONDS_EACH} s" in PAGE
