"""In which order the parts of a line stand on paper where it is written from right to left, wholly or in part."""

from itertools import groupby

from fpdf.bidi import BidiParagraph


def visual_runs(line: str) -> list[tuple[str, bool]]:
    """Return the parts of a line from left to right, each as it is read and whether that is from right to left.

    Levels come from the Unicode algorithm; its rule L2 is applied to whole runs, since a shaper wants them unturned.
    """
    letters = BidiParagraph(text=line).get_characters_with_embedding_level()
    runs = [
        (level, "".join(letter.character for letter in part))
        for level, part in groupby(letters, key=lambda letter: letter.embedding_level)
    ]
    highest = max((level for level, _ in runs), default=0)
    for level in range(highest, 0, -1):
        runs = _turned(runs, level)
    return [(text, level % 2 == 1) for level, text in runs]


def _turned(runs: list[tuple[int, str]], level: int) -> list[tuple[int, str]]:
    """Return the runs with each stretch of this level or higher in reverse."""
    found: list[tuple[int, str]] = []
    for high, part in groupby(runs, key=lambda run: run[0] >= level):
        stretch = list(part)
        found += reversed(stretch) if high else stretch
    return found
