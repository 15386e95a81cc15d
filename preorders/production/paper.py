"""A sheet of paper that takes any text: faces with their fallbacks, shaping where a script needs it, lines that fit."""

from bisect import bisect_right
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont

import webapp
from preorders.production.directions import visual_runs
from preorders.production.letters import fit_for_paper, needs_no_shaping

FACES = Path(webapp.__file__).parent / "static/vendor/fonts/paper"
PLAIN, BOLD = "NotoSans-Regular.ttf", "NotoSans-Bold.ttf"
OTHERS = (
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "NotoEmoji-Regular.ttf",
)
MM = 25.4 / 72
"""Millimetres of a point."""
BLACK, GREY, RED = (0, 0, 0), (95, 90, 110), (176, 0, 32)
PAGES = "#  #"
"""Stands for the number of pages until it is known. No clean text holds two blanks side by side."""
_QUIET = 4
"""Modules that stay white around a QR code."""


class Paper(FPDF):
    """A PDF in millimetres whose text may be anything. The same calls make the same bytes.

    `y` of a text is its baseline. Texts come from `clean`; nothing breaks lines or pages by itself.
    """

    def __init__(self, width: float, height: float, title: str, moment: datetime) -> None:
        """Begin an empty document of pages `width` × `height` mm that was made at `moment`."""
        super().__init__(unit="mm", format=(width, height))
        self.wide, self.tall = width, height
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self.add_font("plain", "", FACES / PLAIN)
        self.add_font("plain", "B", FACES / BOLD)
        for name in OTHERS:
            self.add_font(name.partition("-")[0].lower(), "", FACES / name)
        self.set_fallback_fonts([name.partition("-")[0].lower() for name in OTHERS], exact_match=False)
        self.alias_nb_pages(PAGES)  # its own alias is something a stranger could type
        self.set_creation_date(moment)
        self.set_title(title)
        self.set_creator("Fanmade")
        self._covered, self._simple = _coverage(tuple(self.fonts), self)
        self._widths: dict[tuple[str, bool], float] = {}
        self.lost = False  # whether any text so far had a letter that no face has

    def clean(self, text: str) -> str:
        """Return the text as it can be drawn; remembers in `lost` when something could not."""
        found, lost = fit_for_paper(text, self._covered)
        self.lost = self.lost or lost
        return found

    def put(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        bold: bool = False,
        colour: tuple[int, int, int] = BLACK,
        align: str = "L",
    ) -> None:
        """Set one line of clean text; `align` R and C place its end or its middle at `x`."""
        if align != "L":
            x -= self.width_of(text, size, bold) / (2 if align == "C" else 1)
        self.set_font("plain", "B" if bold else "", size)
        self.set_text_color(*colour)
        if self._is_simple(text):
            self.text(x, y, text)
            return
        self.set_xy(x, y - 0.8 * size * MM)  # where a cell of that height has its baseline
        for run, leftward in visual_runs(text):
            self.set_text_shaping(True, direction="rtl" if leftward else "ltr")
            self.cell(h=size * MM, text=run)  # as wide as its text, and the next one goes on there
        self.set_text_shaping(False)

    def page_number(self, x: float, y: float, size: float, colour: tuple[int, int, int] = GREY) -> None:
        """Set '3 / 12', from `x` on."""
        self.set_font("plain", "", size)
        self.set_text_color(*colour)
        self.set_xy(x, y - 0.8 * size * MM)
        self.cell(h=size * MM, text=f"{self.page_no()} / {PAGES}")

    def width_of(self, text: str, size: float, bold: bool = False) -> float:
        """Return how many millimetres a clean text takes."""
        if self._is_simple(text):
            return sum(self._letter(letter, bold) for letter in text) * size
        self.set_font("plain", "B" if bold else "", size)
        found = 0.0
        for run, leftward in visual_runs(text):
            self.set_text_shaping(True, direction="rtl" if leftward else "ltr")
            found += self.get_string_width(run)
        self.set_text_shaping(False)
        return found

    def lines(self, text: str, width: float, size: float, bold: bool = False) -> list[str]:
        """Return a clean text broken into lines of at most `width`; a word that is too long is cut into pieces."""
        if not text or self.width_of(text, size, bold) <= width:
            return [text] if text else []
        found, line = [], ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self.width_of(longer, size, bold) <= width:
                line = longer
                continue
            found += [line] if line else []
            *whole, line = self._pieces(word, width, size, bold)
            found += whole
        return [*found, line]

    def block(
        self, x: float, y: float, text: str, width: float, size: float, bold: bool = False, leading: float = 1.35
    ) -> float:
        """Set text in lines, the first baseline at `y`; return the baseline after the last one."""
        for line in self.lines(self.clean(text), width, size, bold):
            self.put(x, y, line, size, bold)
            y += size * MM * leading
        return y

    def rule(self, x: float, y: float, width: float, thickness: float = 0.2, grey: int = 0) -> None:
        """Draw a line from left to right."""
        self.set_line_width(thickness)
        self.set_draw_color(grey)
        self.line(x, y, x + width, y)

    def qr(self, x: float, y: float, side: float, text: str) -> None:
        """Draw a QR code, its quiet zone within `side`; runs of dark modules are one rectangle."""
        rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
        unit = side / (len(rows) + 2 * _QUIET)
        self.set_fill_color(0)
        for down, row in enumerate(rows):
            for start, length in _runs(row):
                left, top = x + (start + _QUIET) * unit, y + (down + _QUIET) * unit
                self.rect(left, top, length * unit, unit, style="F")

    def _letter(self, letter: str, bold: bool) -> float:
        """Return the width of a letter for each point of size, in mm."""
        key = letter, bold
        if key not in self._widths:
            self.set_font("plain", "B" if bold else "", 100)
            self._widths[key] = self.get_string_width(letter) / 100
        return self._widths[key]

    def _is_simple(self, text: str) -> bool:
        return self._simple.issuperset(text)

    def _pieces(self, word: str, width: float, size: float, bold: bool) -> list[str]:
        found = []
        while self.width_of(word, size, bold) > width and len(word) > 1:
            cut = bisect_right(range(1, len(word)), width, key=lambda n: self.width_of(word[:n], size, bold)) or 1
            found.append(word[:cut])
            word = word[cut:]
        return [*found, word]


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Return (start, length) of the dark runs of a row of modules."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if not dark:
            continue
        if found and sum(found[-1]) == place:
            found[-1] = found[-1][0], found[-1][1] + 1
        else:
            found.append((place, 1))
    return found


@lru_cache(maxsize=1)
def _letters_of(names: tuple[str, ...], covered: tuple[frozenset[int], ...]) -> tuple[frozenset[int], frozenset[str]]:
    by_name = dict(zip(names, covered, strict=True))
    plain = by_name["plain"] & by_name["plainB"]
    every = frozenset().union(*covered)
    return every, frozenset(chr(point) for point in plain if needs_no_shaping(chr(point)))


def _coverage(names: tuple[str, ...], paper: FPDF) -> tuple[frozenset[int], frozenset[str]]:
    fonts = (paper.fonts[name] for name in names)
    return _letters_of(names, tuple(frozenset(font.cmap if isinstance(font, TTFFont) else ()) for font in fonts))
