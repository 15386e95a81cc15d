"""docs/settings.md names every variable, with the words the code has for it."""

from pathlib import Path

from webapp.infra.settings import VARIABLES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_the_page_lists_each_variable_as_the_code_explains_it() -> None:
    rows = {}
    for line in PAGE.read_text().splitlines():
        if line.startswith("| `FANMADE_"):
            _, name, meaning, _ = line.split("|")
            rows[name.strip(" `")] = meaning.strip()
    assert rows == VARIABLES
