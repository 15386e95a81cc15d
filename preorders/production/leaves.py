"""Pages of A4 that fill from the top: headings, facts, tables, swatches. What doesn't fit goes on on the next page."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext

from preorders.production.paper import BLACK, GREY, MM, Paper

A4 = 210.0, 297.0
EDGE = 17.0
WIDTH = A4[0] - 2 * EDGE
BOTTOM = A4[1] - 20
LABEL = 44.0
_LEADING = 1.38


class Leaves:
    """A document in the making; `y` is the next baseline."""

    def __init__(self, title: str, moment: datetime) -> None:
        """Begin a document without pages; `title` stands at the foot of each."""
        self.paper = Paper(*A4, title, moment)
        self.title, self.heading, self.y = self.paper.clean(title), "", 0.0

    def page(self, heading: str, under: str = "") -> None:
        """Begin a page."""
        paper = self.paper
        paper.add_page()
        self.heading, self.y = heading, EDGE + 6
        self.text(heading, 18, bold=True)
        self.y += 0.5
        if under:
            self.text(under, 10, colour=GREY)
        paper.rule(EDGE, self.y - 2.5, WIDTH, 0.4)
        self.y += 4.5
        paper.rule(EDGE, A4[1] - 14, WIDTH, grey=150)
        paper.page_number(A4[0] - EDGE - 16, A4[1] - 9.5, 8.5)
        first, *more = paper.lines(self.title, WIDTH - 24, 8.5) or [""]
        paper.put(EDGE, A4[1] - 9.5, first + ("…" if more else ""), 8.5, colour=GREY)

    def room(self, height: float) -> None:
        """Begin another page when less than `height` is left."""
        if self.y + height > BOTTOM:
            heading = self.heading
            self.page(heading, gettext("goes on"))

    def text(
        self,
        text: str,
        size: float = 10,
        bold: bool = False,
        left: float = 0,
        width: float | None = None,
        colour: tuple[int, int, int] = BLACK,
    ) -> None:
        """Set a paragraph, `left` mm inside of the margin."""
        paper = self.paper
        for line in paper.lines(paper.clean(text), (WIDTH if width is None else width) - left, size, bold):
            if self.y > BOTTOM:
                self.room(BOTTOM)
            paper.put(EDGE + left, self.y, line, size, bold, colour)
            self.y += size * MM * _LEADING

    def head(self, text: str) -> None:
        """Set a heading within the page, never at its end."""
        self.y += 3
        self.room(16)
        self.text(text, 12.5, bold=True)
        self.y += 0.8

    def fact(self, label: str, value: str, left: float = 0, width: float = WIDTH, column: float = LABEL) -> None:
        """Set a label and beside it what it is."""
        paper = self.paper
        names = paper.lines(paper.clean(label), column - 3, 9.5)
        words = paper.lines(paper.clean(value), width - left - column, 10) or ["–"]
        for place in range(max(len(names), len(words))):
            self.room(0)
            if place < len(names):
                paper.put(EDGE + left, self.y, names[place], 9.5, colour=GREY)
            if place < len(words):
                paper.put(EDGE + left + column, self.y, words[place], 10)
            self.y += 10 * MM * _LEADING
        self.y += 0.8

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """Set a table; columns of nothing but numbers end at the right. The head comes again on each page."""
        right = {place for place in range(1, len(head)) if rows and all(_is_number(row[place]) for row in rows)}
        self._row(head, widths, right, bold=True)
        for row in rows:
            if self.y + 6 > BOTTOM:
                self.room(BOTTOM)
                self._row(head, widths, right, bold=True)
            self._row(row, widths, right)
        self.y += 2

    def swatches(self, colours: Sequence[tuple[str, str]]) -> None:
        """Set fields of colour, each ("#RRGGBB", words), as many beside each other as fit."""
        paper, x, wide = self.paper, 0.0, WIDTH / 3
        self.y += 2.5
        for colour, words in colours:
            if x + wide > WIDTH + 0.1:
                x, self.y = 0.0, self.y + 12
            self.room(9)
            paper.set_fill_color(*rgb(colour))
            paper.set_draw_color(120)
            paper.set_line_width(0.2)
            paper.rect(EDGE + x, self.y - 4, 9, 9, style="DF")
            for place, line in enumerate(paper.lines(paper.clean(words), wide - 13, 8.5)[:2]):
                paper.put(EDGE + x + 11.5, self.y - 0.5 + 4 * place, line, 8.5)
            x += wide
        self.y += 13

    def save(self, path: str) -> None:
        """Write the file."""
        self.paper.output(path)

    def _row(self, cells: Sequence[str], widths: Sequence[float], right: set[int], bold: bool = False) -> None:
        paper = self.paper
        broken = [paper.lines(paper.clean(cell), width - 2, 9, bold) for cell, width in zip(cells, widths, strict=True)]
        tall = max((len(lines) for lines in broken), default=1) or 1
        self.room(tall * 4.4)
        x, top = EDGE, self.y
        for column, (lines, width) in enumerate(zip(broken, widths, strict=True)):
            for place, line in enumerate(lines):
                at, align = (x + width - 2, "R") if column in right else (x, "L")
                paper.put(at, top + 4.4 * place, line, 9, bold, align=align)
            x += width
        self.y = top + 4.4 * tall + 1.6
        paper.rule(EDGE, self.y - 4.4, sum(widths), 0.3 if bold else 0.1, 0 if bold else 150)


def _is_number(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell) and not any(letter.isalpha() for letter in cell)


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the channels of "#RRGGBB"; white for anything else."""
    try:
        found = bytes.fromhex(colour.removeprefix("#"))
    except ValueError:
        return 255, 255, 255
    return (found[0], found[1], found[2]) if len(found) == 3 else (255, 255, 255)
